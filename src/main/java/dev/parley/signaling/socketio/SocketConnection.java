package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Socket.IO on one session: reads packets out of its messages for the connection's `Seats`, and
/// writes what these say as packets. A client that breaks a rule loses the whole session. On the
/// session's context only, unless said otherwise.
final class SocketConnection implements EngineHandler, Wire {

  /// A packet whose attachments are still coming.
  private static final class Partial {
    final SocketPacket packet;
    final List<Buffer> attachments = new ArrayList<>();
    int bytes;

    Partial(SocketPacket packet) {
      this.packet = packet;
    }
  }

  private final SocketLimits limits;
  private final EngineSession session;
  private final Seats seats;
  private @Nullable Partial partial;

  SocketConnection(SocketServer server, EngineSession session) {
    this.limits = server.limits();
    this.session = session;
    this.seats = new Seats(server, this);
  }

  @Override
  public void onText(String message) {
    if (partial != null) {
      breach("text between attachments");
      return;
    }
    switch (SocketPacketDecoder.decode(message, limits)) {
      case SocketPacketDecoder.Malformed malformed -> breach(malformed.why());
      case SocketPacket packet when packet.attachments() > 0 -> partial = new Partial(packet);
      case SocketPacket packet -> seats.onPacket(packet);
    }
  }

  @Override
  public void onBinary(Buffer message) {
    Partial waiting = partial;
    if (waiting == null) {
      breach("attachment without a packet");
      return;
    }
    waiting.attachments.add(message);
    waiting.bytes += message.length();
    if (waiting.bytes > limits.maxAttachmentBytes()) {
      breach("attachments too large");
    } else if (waiting.attachments.size() == waiting.packet.attachments()) {
      partial = null;
      seats.onPacket(waiting.packet.withAttachments(waiting.attachments));
    }
  }

  @Override
  public void onPing() {
    seats.onPing();
  }

  @Override
  public void onPong() {
    seats.onPong();
  }

  @Override
  public void probe() {
    session.probe();
  }

  @Override
  public void onClose(CloseReason reason) {
    partial = null;
    seats.onClose(reason);
  }

  @Override
  public Handshake handshake() {
    return session.handshake();
  }

  @Override
  public String channelName() {
    return session.channelName();
  }

  @Override
  public Context context() {
    return session.context();
  }

  @Override
  public boolean isOpen() {
    return session.isOpen();
  }

  @Override
  public boolean isWritable() {
    return session.isWritable();
  }

  @Override
  public void writeJoined(String namespace, String id, @Nullable String pid, boolean isRecovered) {
    String json = "{\"sid\":\"" + id + (pid == null ? "\"}" : "\",\"pid\":\"" + pid + "\"}");
    send(SocketPacket.Type.CONNECT, namespace, json);
  }

  @Override
  public void writeRefused(String namespace, String message, @Nullable JsonNode data) {
    StringBuilder json = new StringBuilder("{\"message\":").append(JsonText.quote(message));
    if (data != null) {
      json.append(",\"data\":").append(JsonText.write(data));
    }
    send(SocketPacket.Type.CONNECT_ERROR, namespace, json.append('}').toString());
  }

  @Override
  public void writeDismissed(String namespace) {
    send(SocketPacket.Type.DISCONNECT, namespace, "");
  }

  private void send(SocketPacket.Type type, String namespace, String json) {
    session.enqueue(SocketPacket.encode(type, namespace, SocketPacket.NO_ACK, json, List.of()));
  }

  @Override
  public void writeEvent(Encoded event, long ackId, @Nullable String offset) {
    session.enqueue(event.packets(ackId, offset));
  }

  @Override
  public void writeAck(String namespace, long ackId, Args args) {
    session.enqueue(Encoded.ack(namespace, ackId, args));
  }

  /// Socket.IO knows no failed acknowledgement: the dialect tells it from others.
  @Override
  public void writeFailure(String namespace, long ackId, Args args, Failure failure) {
    writeAck(namespace, ackId, args);
  }

  @Override
  public void breach(String why) {
    partial = null;
    session.close(CloseReason.PARSE_ERROR);
  }

  @Override
  public void close(CloseReason reason) {
    session.close(reason);
  }
}
