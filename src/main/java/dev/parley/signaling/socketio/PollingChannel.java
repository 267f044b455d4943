package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session's packets in the answers to its client's polls, and those of the client in posts. A
/// client keeps one poll and one post open at most. On the session's context.
///
/// Packets written while a poll is held leave together at the end of the current task.
final class PollingChannel implements Channel {

  private enum State {
    OPEN,
    /// The server has closed the session, and the client is yet to be told.
    CLOSING,
    /// The client has said good-bye in a post, and its poll may still come.
    PARTING,
    CLOSED
  }

  /// How long a client is waited for that is to be told of the end.
  private static final long CLOSING_MS = 30_000;

  /// A poll sent before a post, on a connection of its own, may be read after it by so much.
  private static final long CROSSING_MS = 1_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Context context;
  private final EngineSession session;
  private final int maxPendingBytes;

  private State state = State.OPEN;
  private List<EnginePacket> pending = new ArrayList<>(2);
  private int pendingBytes;
  private boolean isFlushDue;
  private boolean hasBrokenRules;
  private @Nullable LocalExchange held;
  private @Nullable LocalExchange reading;
  private @Nullable LocalExchange farewell;
  private long timer = NO_TIMER;

  PollingChannel(Vertx vertx, EngineSession session, int maxPendingBytes) {
    this.vertx = vertx;
    this.context = session.context();
    this.session = session;
    this.maxPendingBytes = maxPendingBytes;
  }

  @Override
  public String name() {
    return "polling";
  }

  @Override
  public boolean isWritable() {
    return state == State.OPEN && held != null && pendingBytes < maxPendingBytes;
  }

  @Override
  public void write(EnginePacket packet) {
    if (state == State.OPEN) {
      pending.add(packet);
      pendingBytes += packet.bytes();
    }
  }

  @Override
  public void flush() {
    if (held != null && !pending.isEmpty() && !isFlushDue) {
      isFlushDue = true;
      context.runOnContext(_ -> {
        isFlushDue = false;
        answerHeld();
      });
    }
  }

  /// Tells the client in a payload of its own: one that shares a payload with other packets is seen
  /// by clients before them.
  @Override
  public void close(CloseReason reason) {
    if (state != State.OPEN) {
      return;
    }
    state = State.CLOSING;
    hasBrokenRules = !isAnnounced(reason);
    answerHeld();
    if (held != null) {
      answer(EnginePacket.CLOSE);
      finish();
    } else if (isAnnounced(reason)) {
      timer = vertx.setTimer(CLOSING_MS, _ -> finish());
    } else {
      finish();
    }
  }

  /// Whether the session waits to tell its client: not one that has broken a rule or is gone.
  private static boolean isAnnounced(CloseReason reason) {
    return switch (reason) {
      case FORCED_CLOSE, CONNECT_TIMEOUT, SERVER_SHUTTING_DOWN -> true;
      case TRANSPORT_CLOSE,
          PAGE_GONE,
          TRANSPORT_ERROR,
          PING_TIMEOUT,
          PARSE_ERROR,
          SLOW_READER,
          FLOOD,
          CLIENT_NAMESPACE_DISCONNECT,
          SERVER_NAMESPACE_DISCONNECT ->
          false;
    };
  }

  @Override
  public boolean lingers() {
    return state == State.CLOSING || state == State.PARTING;
  }

  /// A request of the client that fits the session.
  void onRequest(LocalExchange exchange) {
    if (state == State.CLOSED) {
      exchange.refuse(EngineError.SESSION_UNKNOWN);
    } else if (exchange.head().method() == SessionPort.Method.GET) {
      onPoll(exchange);
    } else {
      onPost(exchange);
    }
  }

  private void onPoll(LocalExchange exchange) {
    if (state == State.PARTING) {
      exchange.answer(EnginePacket.NOOP);
      finish();
      return;
    }
    if (held != null) {
      exchange.refuse(EngineError.BAD_REQUEST);
      answerHeld();
      giveUp();
      return;
    }
    held = exchange;
    if (state == State.OPEN) {
      session.onWritable(this);
      answerHeld();
    } else if (!pending.isEmpty()) {
      answerHeld();
    } else {
      answer(EnginePacket.CLOSE);
      finish();
    }
  }

  private void onPost(LocalExchange exchange) {
    if (reading != null || exchange.head().isBinary()) {
      exchange.refuse(EngineError.BAD_REQUEST);
      giveUp();
    } else {
      reading = exchange;
    }
  }

  /// The body of a post is complete.
  void onBody(LocalExchange exchange, Buffer body) {
    if (state == State.CLOSED) {
      exchange.refuse(session.isOpen() ? EngineError.BAD_REQUEST : EngineError.SESSION_UNKNOWN);
      return;
    }
    reading = null;
    if (state == State.PARTING) {
      exchange.accept();
      return;
    }
    Packets packets = new Packets();
    if (!Payload.decode(body, packets)) {
      session.close(CloseReason.PARSE_ERROR);
    }
    if (packets.haveGoodBye) {
      part(exchange);
    } else if (hasBrokenRules) {
      exchange.refuse(EngineError.BAD_REQUEST);
    } else {
      exchange.accept();
    }
  }

  /// Hands the packets of one post to the session, up to the client's good-bye.
  private final class Packets implements Payload.Sink {
    private boolean haveGoodBye;

    @Override
    public boolean onText(String wire) {
      if (EnginePacket.typeOf(wire) == EnginePacket.Type.CLOSE) {
        haveGoodBye = true;
        return false;
      }
      session.onText(PollingChannel.this, wire);
      return session.isOpen();
    }

    @Override
    public boolean onBinary(Buffer data) {
      session.onBinary(PollingChannel.this, data);
      return session.isOpen();
    }
  }

  /// The client has said good-bye: its poll is answered, also one that comes a moment later, before
  /// the post is.
  private void part(LocalExchange post) {
    vertx.cancelTimer(timer);
    boolean isPollUnderWay = held != null;
    if (isPollUnderWay && pending.isEmpty()) {
      answer(EnginePacket.NOOP);
    } else {
      answerHeld();
    }
    state = State.PARTING;
    farewell = post;
    session.onClosed(this, CloseReason.TRANSPORT_CLOSE);
    if (isPollUnderWay) {
      finish();
    } else {
      timer = vertx.setTimer(CROSSING_MS, _ -> finish());
    }
  }

  /// The client has given up a request.
  void onAbort(LocalExchange exchange) {
    if (exchange.equals(held)) {
      held = null;
    }
    if (exchange.equals(reading)) {
      reading = null;
    }
    giveUp();
  }

  /// The client breaks the rules of requests, or is gone: it is not waited for any more.
  private void giveUp() {
    if (state == State.OPEN) {
      session.onClosed(this, CloseReason.TRANSPORT_ERROR);
    } else if (state != State.CLOSED) {
      finish();
    }
  }

  /// The edge has answered a post by itself.
  void onRelease(LocalExchange exchange) {
    if (exchange.equals(reading)) {
      reading = null;
    }
  }

  /// Lets a client finish its poll, as it must before it goes over to another channel.
  void endPoll() {
    answerHeld();
    if (held != null) {
      answer(EnginePacket.NOOP);
    }
  }

  /// Another channel takes over. A poll held until now is refused: clients have none.
  ///
  /// @return what has not left yet
  List<EnginePacket> retire() {
    vertx.cancelTimer(timer);
    state = State.CLOSED;
    LocalExchange stray = held;
    held = null;
    if (stray != null) {
      stray.refuse(EngineError.BAD_REQUEST);
    }
    LocalExchange post = farewell;
    farewell = null;
    if (post != null) {
      post.accept();
    }
    List<EnginePacket> left = pending;
    pending = List.of();
    return left;
  }

  private void finish() {
    vertx.cancelTimer(timer);
    state = State.CLOSED;
    pending = List.of();
    LocalExchange post = farewell;
    farewell = null;
    if (post != null) {
      post.accept();
    }
    session.forget();
  }

  private void answerHeld() {
    LocalExchange poll = held;
    if (poll == null || pending.isEmpty()) {
      return;
    }
    held = null;
    List<EnginePacket> packets = pending;
    pending = new ArrayList<>(2);
    pendingBytes = 0;
    poll.answer(Payload.encode(packets));
  }

  private void answer(EnginePacket packet) {
    LocalExchange poll = held;
    held = null;
    if (poll != null) {
      poll.answer(packet);
    }
  }
}
