package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One client in one namespace. May be used from any thread; what one thread emits keeps its order.
public final class Socket {

  private final String id;
  private final String namespace;
  private final Handshake handshake;
  private final EngineSession session;
  private final Client client;
  private final SocketCounters counters;
  private final SocketHandler handler;
  private volatile boolean isConnected = true;

  private record PendingAck(Promise<List<JsonNode>> answer, long timer) {}

  // Touched on the session's event loop only.
  private @Nullable Map<Long, PendingAck> pendingAcks;
  private long nextAckId;

  Socket(
      String id,
      String namespace,
      Handshake handshake,
      EngineSession session,
      Client client,
      SocketCounters counters,
      SocketHandler handler) {
    this.id = id;
    this.namespace = namespace;
    this.handshake = handshake;
    this.session = session;
    this.client = client;
    this.counters = counters;
    this.handler = handler;
  }

  /// The id that the client knows as `socket.id`; unique in the cluster, no secret.
  public String id() {
    return id;
  }

  public String namespace() {
    return namespace;
  }

  public Handshake handshake() {
    return handshake;
  }

  public boolean isConnected() {
    return isConnected;
  }

  SocketHandler handler() {
    return handler;
  }

  /// Sends a packet of this socket's namespace. Ignored when disconnected.
  public void emit(OutPacket packet) {
    session.execute(() -> write(packet));
  }

  /// Sends an event with one argument, given as JSON text, or none.
  public void emit(String name, @Nullable String json) {
    emit(OutPacket.event(namespace, name, json));
  }

  /// Sends an event with any arguments.
  public void emit(String name, List<JsonNode> arguments) {
    emit(OutPacket.event(namespace, -1, name, arguments));
  }

  /// Sends a packet that may be lost: dropped when the client is behind with reading.
  public void emitVolatile(OutPacket packet) {
    session.execute(() -> {
      if (!session.isBehind()) {
        write(packet);
      }
    });
  }

  /// Sends an event and hands on what the client acknowledges; fails when it does not in time.
  public Future<List<JsonNode>> ask(String name, List<JsonNode> arguments, long timeoutMs) {
    Promise<List<JsonNode>> answer = Promise.promise();
    session.execute(() -> ask(name, arguments, timeoutMs, answer));
    return answer.future();
  }

  private void ask(
      String name, List<JsonNode> arguments, long timeoutMs, Promise<List<JsonNode>> answer) {
    Map<Long, PendingAck> pending = pendingAcks == null ? new HashMap<>() : pendingAcks;
    if (!isConnected || pending.size() >= SocketLimits.MAX_PENDING_ACKS) {
      answer.fail(new IllegalStateException("cannot ask"));
      return;
    }
    pendingAcks = pending;
    long ackId = nextAckId++;
    long timer =
        session.timer(
            timeoutMs,
            () -> {
              pending.remove(ackId);
              answer.fail(new TimeoutException("no acknowledgement"));
            });
    pending.put(ackId, new PendingAck(answer, timer));
    write(OutPacket.event(namespace, ackId, name, arguments));
  }

  void onAck(long ackId, List<JsonNode> arguments) {
    PendingAck pending = pendingAcks == null ? null : pendingAcks.remove(ackId);
    if (pending != null) {
      session.cancel(pending.timer);
      pending.answer.complete(arguments);
    }
  }

  private void write(OutPacket packet) {
    if (!isConnected) {
      return;
    }
    counters.eventsOut.increment();
    session.send(packet.text());
    for (Buffer attachment : packet.attachments()) {
      session.send(attachment);
    }
  }

  /// Disconnects this socket.
  ///
  /// @param close whether the whole connection is closed as well
  public void disconnect(boolean close) {
    session.execute(() -> {
      if (close) {
        client.disconnectAll();
      } else if (isConnected) {
        client.disconnect(this);
      }
    });
  }

  /// Closes the connection without a word, as when it breaks.
  public void closeConnection() {
    session.execute(() -> session.close(CloseReason.FORCED_CLOSE));
  }

  void ended(CloseReason reason) {
    if (!isConnected) {
      return;
    }
    isConnected = false;
    if (pendingAcks != null) {
      for (PendingAck pending : List.copyOf(pendingAcks.values())) {
        session.cancel(pending.timer);
        pending.answer.tryFail(new IllegalStateException("disconnected"));
      }
      pendingAcks = null;
    }
    handler.onDisconnect(this, reason);
  }
}
