package dev.parley.signaling.socketio;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One Engine.IO client for as long as it is there: its queue, its heartbeat and its end, whatever
/// channel carries the packets.
///
/// It lives on the context it was made on. `send`, `close` and `execute` may be called from any
/// thread; what one caller does takes effect in its order.
public final class EngineSession {

  private enum State {
    /// Packets flow and the next ping is due.
    IDLE,
    /// Packets flow and a pong is due.
    AWAITING_PONG,
    /// Nothing flows any more.
    CLOSED
  }

  private static final long NO_TIMER = -1;

  /// A ping that was late by no more than this does not give the pong more time.
  private static final long MAX_CAUGHT_UP_NS = 20_000_000;

  private final Vertx vertx;
  private final Context context;
  private final Thread thread;
  private final String id;
  private final Handshake handshake;
  private final EngineSettings settings;
  private final SocketCounters counters;
  private final Consumer<EngineSession> onForgotten;

  private volatile State state = State.IDLE;
  private volatile Channel channel;
  private volatile boolean isForgotten;
  private @Nullable Probe probe;
  private @Nullable CloseReason closeReason;
  private @Nullable EngineHandler handler;
  private @Nullable ArrayDeque<EnginePacket> queue;
  private int queuedBytes;
  private long heartbeatTimer = NO_TIMER;
  private long heartbeatDueNs;

  /// Must be called on the event loop that the session is to live on.
  ///
  /// @param webSocket what the session was opened with; null when by a poll
  /// @param onForgotten called once, when no request finds the session any more
  EngineSession(
      Vertx vertx,
      String id,
      Handshake handshake,
      @Nullable Channel webSocket,
      EngineSettings settings,
      SocketCounters counters,
      Consumer<EngineSession> onForgotten) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.thread = Thread.currentThread();
    this.id = id;
    this.handshake = handshake;
    this.settings = settings;
    this.counters = counters;
    this.onForgotten = onForgotten;
    this.channel =
        webSocket == null ? new PollingChannel(vertx, this, settings.maxQueueBytes()) : webSocket;
  }

  /// Starts the heartbeat and lets `acceptor` choose who uses the session. Sends the open packet,
  /// which to a poll the edge answers.
  void open(Function<EngineSession, EngineHandler> acceptor) {
    counters.countOpened();
    if (!(channel instanceof PollingChannel)) {
      writeNow(openPacket());
    }
    heartbeatDueNs = System.nanoTime();
    schedulePing();
    handler = acceptor.apply(this);
  }

  /// The packet that opens the session on the client's side.
  EnginePacket openPacket() {
    boolean isPolling = channel instanceof PollingChannel;
    return EnginePacket.text(
        EnginePacket.Type.OPEN,
        "{\"sid\":\""
            + id
            + "\",\"upgrades\":["
            + (isPolling ? "\"websocket\"" : "")
            + "],\"pingInterval\":"
            + settings.pingInterval().toMillis()
            + ",\"pingTimeout\":"
            + settings.pingTimeout().toMillis()
            + ",\"maxPayload\":"
            + settings.maxPayload()
            + "}");
  }

  /// The session's id, known to nobody but the client: never show it to others, never log it.
  public String id() {
    return id;
  }

  /// The request that opened the session.
  public Handshake handshake() {
    return handshake;
  }

  /// The name of what carries the packets now: `websocket` or `polling`. Any thread.
  public String channelName() {
    return channel.name();
  }

  /// The event-loop context the session lives on.
  public Context context() {
    return context;
  }

  /// Whether packets still flow. Any thread; may be outdated when it is read.
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  /// Sends one text message. Any thread.
  public void send(String message) {
    EnginePacket[] packets = {EnginePacket.text(EnginePacket.Type.MESSAGE, message)};
    execute(() -> enqueue(packets));
  }

  /// Sends one binary message. Any thread; `message` must not be changed afterwards.
  public void send(Buffer message) {
    EnginePacket[] packets = {EnginePacket.binary(message)};
    execute(() -> enqueue(packets));
  }

  /// Closes the session after what was sent before has left. Any thread; the handler hears of it.
  public void close(CloseReason reason) {
    execute(() -> end(reason));
  }

  /// Runs `action` on the session's context: now if the caller is on its event loop, else after
  /// what the caller has handed over before.
  public void execute(Runnable action) {
    if (isHere()) {
      action.run();
    } else {
      context.runOnContext(_ -> action.run());
    }
  }

  /// Whether the caller is on the session's event loop.
  boolean isHere() {
    return Thread.currentThread().equals(thread);
  }

  /// Sends packets with nothing in between but heartbeat. On the context only.
  void enqueue(EnginePacket[] packets) {
    if (state == State.CLOSED) {
      return;
    }
    if (isWritable()) {
      for (EnginePacket packet : packets) {
        write(packet);
      }
      channel.flush();
      return;
    }
    if (queue == null) {
      queue = new ArrayDeque<>();
    }
    for (EnginePacket packet : packets) {
      queue.add(packet);
      queuedBytes += packet.bytes();
    }
    if (queuedBytes > settings.maxQueueBytes()) {
      queue = null;
      queuedBytes = 0;
      end(CloseReason.SLOW_READER);
    }
  }

  /// Whether a packet sent now would leave at once. On the context only.
  boolean isWritable() {
    return state != State.CLOSED && (queue == null || queue.isEmpty()) && channel.isWritable();
  }

  // What follows is on the context only, and comes from the edge or from a channel.

  /// A request of the client.
  void onRequest(LocalExchange exchange) {
    endIfOverdue();
    if (isForgotten) {
      exchange.refuse(EngineError.SESSION_UNKNOWN);
    } else if (channel instanceof PollingChannel polling
        && exchange.head().transport().equals(polling.name())
        && exchange.head().method() != SessionPort.Method.OTHER
        && isOurVersion(exchange.head())) {
      polling.onRequest(exchange);
    } else {
      exchange.refuse(EngineError.BAD_REQUEST);
    }
  }

  /// The body of a post that `onRequest` has taken.
  void onBody(LocalExchange exchange, Buffer body) {
    if (channel instanceof PollingChannel polling) {
      polling.onBody(exchange, body);
    } else {
      exchange.refuse(isForgotten ? EngineError.SESSION_UNKNOWN : EngineError.BAD_REQUEST);
    }
  }

  void onAbort(LocalExchange exchange) {
    if (channel instanceof PollingChannel polling) {
      polling.onAbort(exchange);
    }
  }

  void onRelease(LocalExchange exchange) {
    if (channel instanceof PollingChannel polling) {
      polling.onRelease(exchange);
    }
  }

  /// A WebSocket asks to take the session over.
  void onUpgrade(
      SessionPort.Head head, Consumer<EngineError> refused, Consumer<SessionPort.Upgrade> granted) {
    endIfOverdue();
    if (isForgotten) {
      refused.accept(EngineError.SESSION_UNKNOWN);
    } else if (channel instanceof PollingChannel polling
        && state != State.CLOSED
        && probe == null
        && head.transport().equals("websocket")
        && isOurVersion(head)) {
      Probe admitted =
          new Probe(vertx, this, polling, settings.upgradeTimeout().toMillis(), this::onProbeEnded);
      probe = admitted;
      granted.accept(admitted);
    } else {
      refused.accept(EngineError.BAD_REQUEST);
    }
  }

  private static boolean isOurVersion(SessionPort.Head head) {
    return head.version().equals("4");
  }

  private void onProbeEnded(Probe ended, boolean isUpgraded) {
    probe = null;
    Channel next = ended.channel();
    if (isUpgraded && next != null && channel instanceof PollingChannel polling) {
      channel = next;
      for (EnginePacket packet : polling.retire()) {
        next.write(packet);
      }
      next.flush();
      onWritable(next);
      if (closeReason != null) {
        next.close(closeReason);
        forget();
      }
    }
  }

  /// `source` takes packets again.
  void onWritable(Channel source) {
    if (state == State.CLOSED || queue == null || !source.equals(channel)) {
      return;
    }
    while (source.isWritable()) {
      EnginePacket packet = queue.poll();
      if (packet == null) {
        queue = null;
        break;
      }
      queuedBytes -= packet.bytes();
      write(packet);
    }
    source.flush();
  }

  /// One text packet from the client.
  void onText(Channel source, String wire) {
    Probe waiting = probe;
    if (source.equals(channel)) {
      onText(wire);
    } else if (waiting != null && source.equals(waiting.channel())) {
      waiting.onText(source, wire);
    }
  }

  private void onText(String wire) {
    if (state == State.CLOSED) {
      return;
    }
    counters.countBytesIn(EnginePacket.utf8Length(wire));
    switch (EnginePacket.typeOf(wire)) {
      case MESSAGE -> deliver(wire.substring(1));
      case PONG -> pong();
      case CLOSE -> end(CloseReason.TRANSPORT_CLOSE);
      case PING, MALFORMED -> end(CloseReason.PARSE_ERROR);
      case OPEN, UPGRADE, NOOP -> {}
    }
  }

  /// One binary packet from the client.
  void onBinary(Channel source, Buffer data) {
    EngineHandler receiver = handler;
    Probe waiting = probe;
    if (!source.equals(channel)) {
      if (waiting != null && source.equals(waiting.channel())) {
        waiting.refuse();
      }
    } else if (state != State.CLOSED && receiver != null) {
      counters.countBytesIn(data.length());
      receiver.onBinary(data);
    }
  }

  /// `gone` has ended, by the client or by a fault.
  void onClosed(Channel gone, CloseReason reason) {
    Probe waiting = probe;
    if (gone.equals(channel)) {
      end(reason);
    } else if (waiting != null && gone.equals(waiting.channel())) {
      waiting.refuse();
    }
  }

  /// No request finds the session any more.
  void forget() {
    if (!isForgotten) {
      isForgotten = true;
      if (probe != null) {
        probe.refuse();
      }
      onForgotten.accept(this);
    }
  }

  private void deliver(String message) {
    EngineHandler receiver = handler;
    if (receiver != null) {
      receiver.onText(message);
    }
  }

  private void schedulePing() {
    heartbeatDueNs += settings.pingInterval().toNanos();
    heartbeatTimer = vertx.setTimer(settings.pingInterval().toMillis(), _ -> ping());
  }

  private void ping() {
    long lateNs = Math.clamp(System.nanoTime() - heartbeatDueNs, 0, MAX_CAUGHT_UP_NS);
    long waitNs = settings.pingTimeout().toNanos() - lateNs;
    heartbeatDueNs = System.nanoTime() + waitNs;
    heartbeatTimer = vertx.setTimer(Math.max(1, waitNs / 1_000_000), _ -> onSilence());
    state = State.AWAITING_PONG;
    EngineHandler receiver = handler;
    if (receiver != null && isWritable()) {
      receiver.onPing();
    }
    writeNow(EnginePacket.PING);
  }

  /// Pings before it is time, to learn what has arrived. On the context only.
  void probe() {
    if (state == State.IDLE) {
      vertx.cancelTimer(heartbeatTimer);
      ping();
    }
  }

  private void onSilence() {
    heartbeatTimer = NO_TIMER;
    end(CloseReason.PING_TIMEOUT);
  }

  /// A request may be read before a timer that was due before it.
  private void endIfOverdue() {
    if (state == State.AWAITING_PONG && System.nanoTime() - heartbeatDueNs >= 0) {
      end(CloseReason.PING_TIMEOUT);
    }
  }

  /// A pong that was not asked for changes nothing, so that a client cannot put off its next ping.
  private void pong() {
    if (state == State.AWAITING_PONG) {
      state = State.IDLE;
      vertx.cancelTimer(heartbeatTimer);
      heartbeatDueNs = System.nanoTime();
      schedulePing();
      EngineHandler receiver = handler;
      if (receiver != null) {
        receiver.onPong();
      }
    }
  }

  /// Past the queue: a ping that waited behind it would let the client take us for dead.
  private void writeNow(EnginePacket packet) {
    write(packet);
    channel.flush();
  }

  private void write(EnginePacket packet) {
    counters.countBytesOut(packet.bytes());
    channel.write(packet);
  }

  private void end(CloseReason reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    vertx.cancelTimer(heartbeatTimer);
    if (queue != null) {
      queue.forEach(this::write);
      channel.flush();
      queue = null;
    }
    closeReason = reason;
    channel.close(reason);
    // A client that has been answered stops polling: it hears of the end when it has gone over.
    if (probe != null && !probe.isAnswered()) {
      probe.refuse();
    }
    counters.countClosed(reason);
    if (!channel.lingers()) {
      forget();
    }
    context.runOnContext(_ -> tellClosed(reason));
  }

  private void tellClosed(CloseReason reason) {
    EngineHandler receiver = handler;
    if (receiver != null) {
      receiver.onClose(reason);
    }
  }
}
