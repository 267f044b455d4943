package dev.parley.signaling.socketio;

import dev.parley.kernel.Utf8;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Packets on a WebSocket: one packet a message, text as text, bytes as binary. The session may
/// live on another event loop than the WebSocket.
public final class WebSocketChannel implements Channel, WebSocketWire.Listener {

  /// Time for a client to take what is under way and the close frame, and to answer it.
  private static final long CLOSING_MS = 10_000;

  /// The same for a client that is known not to read.
  private static final long CLOSING_SLOW_READER_MS = 1_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final WebSocketWire wire;
  private @Nullable Receiver receiver;
  private volatile boolean isClosing;
  private volatile long closingTimer = NO_TIMER;

  WebSocketChannel(Vertx vertx, WebSocketWire wire) {
    this.vertx = vertx;
    this.wire = wire;
  }

  /// Lets the WebSocket talk to `newReceiver` from now on. On the WebSocket's event loop, before it
  /// does anything else.
  void attach(Receiver newReceiver) {
    receiver = newReceiver;
    wire.listener(this);
  }

  @Override
  public void onText(String message) {
    if (receiver != null) {
      receiver.onText(message);
    }
  }

  @Override
  public void onBinary(Buffer message) {
    if (receiver != null) {
      receiver.onBinary(message);
    }
  }

  @Override
  public void onWritable() {
    if (receiver != null) {
      receiver.onWritable();
    }
  }

  /// Left to us to close.
  @Override
  public void onBreach(int status) {
    close(CloseReason.TRANSPORT_ERROR, status);
    onFailure();
  }

  @Override
  public void onFailure() {
    if (receiver != null) {
      receiver.onClosed(CloseReason.TRANSPORT_ERROR);
    }
  }

  @Override
  public void onClosed() {
    isClosing = true;
    vertx.cancelTimer(closingTimer);
    if (receiver != null) {
      receiver.onClosed(wire.isPageGone() ? CloseReason.PAGE_GONE : CloseReason.TRANSPORT_CLOSE);
    }
  }

  @Override
  public String name() {
    return "websocket";
  }

  @Override
  public boolean isWritable() {
    return !isClosing && wire.isOpen() && wire.isWritable();
  }

  @Override
  public void write(EnginePacket packet) {
    if (isClosing) {
      return;
    }
    @Nullable Utf8 text = packet.wire();
    @Nullable Buffer binary = packet.binary();
    if (text != null) {
      wire.writeText(text);
    } else if (binary != null) {
      wire.writeBinary(binary);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void wants(boolean packets) {
    wire.wants(packets);
  }

  @Override
  public void close(CloseReason reason) {
    close(reason, reason.webSocketCode());
  }

  private void close(CloseReason reason, int status) {
    if (isClosing) {
      return;
    }
    isClosing = true;
    if (wire.isOpen()) {
      boolean isSlow = reason == CloseReason.SLOW_READER;
      closingTimer = vertx.setTimer(isSlow ? CLOSING_SLOW_READER_MS : CLOSING_MS, _ -> wire.cut());
      wire.close(status, reason.label());
    }
  }
}
