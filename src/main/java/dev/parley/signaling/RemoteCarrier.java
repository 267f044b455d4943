package dev.parley.signaling;

import dev.parley.contract.LinkKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Frame;
import dev.parley.kernel.Links;
import dev.parley.kernel.Utf8;
import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.Carrier;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.Encoded;
import dev.parley.signaling.socketio.Handshake;
import dev.parley.signaling.socketio.Inbox;
import dev.parley.signaling.socketio.Socket;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries a socket of this node to the node that its client is connected to. Any thread.
final class RemoteCarrier implements Carrier {

  static final int EVENT = 1;
  static final int ACK = 2;
  static final int RESUMED = 3;
  static final int DISMISSED = 4;
  static final int ABANDONED = 5;
  static final int CLOSE = 6;
  static final int FAILURE = 7;

  private final Links links;
  private final String node;
  private final String id;
  private final String channelName;
  private final Handshake handshake;
  private volatile @Nullable Socket socket;
  private final Consumer<RemoteCarrier> onEnd;
  private volatile boolean isGone;

  /// @param node that the client is connected to
  /// @param id names the client's connection and namespace there
  /// @param address of the client
  /// @param onEnd told when it carries nothing any more, perhaps more than once
  RemoteCarrier(
      Links links,
      String node,
      String id,
      String address,
      String channelName,
      Consumer<RemoteCarrier> onEnd) {
    this.onEnd = onEnd;
    this.links = links;
    this.node = node;
    this.id = id;
    this.channelName = channelName;
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    this.handshake = new Handshake("", none, none, address, false, "");
  }

  String node() {
    return node;
  }

  String id() {
    return id;
  }

  @Nullable Socket socket() {
    return socket;
  }

  void setSocket(Socket carried) {
    socket = carried;
  }

  /// Carries nothing any more.
  void end() {
    isGone = true;
    onEnd.accept(this);
  }

  private void send(int operation, Frame.Body body) {
    links.send(
        node,
        LinkKind.CARRIER,
        out -> body.writeTo(out.octet(RemoteSockets.TO_CLIENT).text(id).octet(operation)));
  }

  /// Appends arguments, to be read by `readArgs`.
  static void writeArgs(Frame.Writer out, Args args) {
    writeArgs(out, Utf8.of(args.json()), args.attachments());
  }

  private static void writeArgs(Frame.Writer out, Utf8 json, List<Buffer> attachments) {
    out.utf8(json).int32(attachments.size());
    attachments.forEach(out::bytes);
  }

  static Args readArgs(Frame frame) {
    String json = frame.text();
    int count = frame.int32();
    if (count == 0) {
      return Args.ofJson(json);
    }
    List<Buffer> attachments = new ArrayList<>(0);
    for (int left = count; left > 0; left--) {
      attachments.add(frame.bytes());
    }
    return Args.ofJson(json, attachments);
  }

  @Override
  public Handshake handshake() {
    return handshake;
  }

  @Override
  public String channelName() {
    return channelName;
  }

  @Override
  public Context context() {
    return links.context();
  }

  @Override
  public boolean isHere() {
    return true;
  }

  @Override
  public void post(Runnable write) {
    write.run();
  }

  @Override
  public boolean isOpen() {
    return !isGone;
  }

  @Override
  public boolean isWritable() {
    return !isGone;
  }

  @Override
  public void sendEvent(Encoded event, long ackId, @Nullable String offset) {
    send(
        EVENT,
        out -> {
          out.text(event.event()).int64(ackId).text(offset == null ? "" : offset);
          writeArgs(out, event.json(), event.attachments());
        });
  }

  @Override
  public void sendAck(String namespace, long ackId, Args args) {
    send(
        ACK,
        out -> {
          out.int64(ackId);
          writeArgs(out, args);
        });
  }

  @Override
  public void sendFailure(String namespace, long ackId, Args args, Failure failure) {
    send(
        FAILURE,
        out -> {
          out.int64(ackId)
              .text(failure.code().name())
              .text(failure.text())
              .int64(failure.retryAfterMs());
          writeArgs(out, args);
        });
  }

  @Override
  public void sendResumed(Socket resumed, String pid) {
    send(RESUMED, out -> out.text(resumed.id()));
  }

  @Override
  public void dismiss(Socket dismissed, boolean closeConnection) {
    send(DISMISSED, out -> out.octet(closeConnection ? 1 : 0));
    end();
    new Inbox(dismissed, this).gone(CloseReason.CLIENT_NAMESPACE_DISCONNECT);
  }

  @Override
  public void abandon(Socket abandoned) {
    send(ABANDONED, _ -> {});
    end();
  }

  @Override
  public void close(CloseReason reason) {
    send(CLOSE, out -> out.text(reason.name()));
  }
}
