package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.TokenBucket;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/// A plain client: one namespace by one WebSocket, with JSON objects as frames. It reads them for
/// the connection's `Seats`, and writes what these say. Whoever is out of his namespace is out of
/// the connection. On the session's context only, unless said otherwise.
final class PlainConnection implements PlainSession.Handler, Wire {

  /// Data of a kind that is not accepted (RFC 6455 §7.4.1).
  private static final int UNSUPPORTED = 1003;

  /// A rule of ours was broken.
  private static final int POLICY = 1008;

  /// A client that sends more has no use for the answers.
  private static final Config.Bucket PINGS = new Config.Bucket(2, 100);

  private final SocketLimits limits;
  private final PlainSession session;
  private final Seats seats;
  private final TokenBucket pings = new TokenBucket(PINGS);
  private String namespace = "/";

  PlainConnection(SocketServer server, PlainSession session) {
    this.limits = server.limits();
    this.session = session;
    this.seats = new Seats(server, this);
  }

  @Override
  public void onText(String text) {
    switch (PlainDecoder.decode(text, namespace, limits)) {
      case PlainDecoder.Malformed malformed ->
          refuse(Failure.Code.INVALID, malformed.why(), WebSocketWire.INVALID_DATA);
      case PlainDecoder.Ping ping -> onPing(ping);
      case SocketPacket packet -> onPacket(packet);
    }
  }

  @Override
  public void onBinary() {
    refuse(Failure.Code.INVALID, "frames must be text", UNSUPPORTED);
  }

  /// What was wrong with a message is told; to whoever cannot even make frames nothing is.
  @Override
  public void onBreach(int status) {
    switch (status) {
      case WebSocketWire.INVALID_DATA -> refuse(Failure.Code.INVALID, "text must be UTF-8", status);
      case WebSocketWire.TOO_BIG ->
          refuse(Failure.Code.TOO_LARGE, "The message is too long", status);
      default -> session.close(CloseReason.TRANSPORT_ERROR, status);
    }
  }

  /// Pings are no events of a socket, whose number it bounds.
  private void onPing(PlainDecoder.Ping ping) {
    if (pings.takes(System.nanoTime())) {
      session.send(PlainFrame.pong(ping.id()));
    } else {
      session.close(CloseReason.FLOOD);
    }
  }

  private void onPacket(SocketPacket packet) {
    if (packet.type() == SocketPacket.Type.CONNECT) {
      if (!seats.isEmpty()) {
        breach("already connected");
        return;
      }
      namespace = packet.namespace();
    }
    seats.onPacket(packet);
    if (packet.type() == SocketPacket.Type.DISCONNECT) {
      session.close(CloseReason.CLIENT_NAMESPACE_DISCONNECT);
    }
  }

  private void refuse(Failure.Code code, String why, int status) {
    session.send(PlainFrame.breach(code, why));
    session.close(CloseReason.PARSE_ERROR, status);
  }

  @Override
  public void onClose(CloseReason reason) {
    seats.onClose(reason);
  }

  @Override
  public Handshake handshake() {
    return session.handshake();
  }

  @Override
  public String channelName() {
    return "plain";
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
  public void writeJoined(String in, String id, @Nullable String pid, boolean isRecovered) {
    session.send(PlainFrame.joined(id, pid, isRecovered));
  }

  @Override
  public void writeRefused(String from, String message, @Nullable JsonNode data) {
    session.send(PlainFrame.refused(message, data));
  }

  @Override
  public void writeDismissed(String from) {
    session.send(PlainFrame.dismissed());
    // Not at once: whoever put the client out may close the connection for a better reason.
    session.context().runOnContext(_ -> session.close(CloseReason.SERVER_NAMESPACE_DISCONNECT));
  }

  @Override
  public void writeEvent(Encoded event, long ackId, @Nullable String offset) {
    session.send(event.plain(ackId, offset));
  }

  @Override
  public void writeAck(String in, long ackId, Args args) {
    session.send(PlainFrame.answer(ackId, args));
  }

  @Override
  public void writeFailure(String in, long ackId, Args args, Failure failure) {
    session.send(PlainFrame.failure(ackId, failure));
  }

  @Override
  public void breach(String why) {
    refuse(Failure.Code.INVALID, why, POLICY);
  }

  @Override
  public void close(CloseReason reason) {
    session.close(reason);
  }
}
