package dev.parley.signaling.socketio;

import dev.parley.kernel.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ShutdownEvent;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.core.spi.metrics.TCPMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client's WebSocket (RFC 6455), straight on its connection's pipeline.
///
/// Vert.x makes the handshake; then this takes the place of Vert.x's own WebSocket, which holds two
/// queues of 1024 slots, the request and its headers for as long as the connection lasts: many
/// times what all else of an idle client takes. Frames are still taken apart by Netty's decoder,
/// with its checks, and may be compressed.
///
/// What it tells its listener is told on the connection's event loop, in the Vert.x context of the
/// handshake. Sending and closing may be done from any thread; what one thread sends leaves in its
/// order.
final class WebSocketWire extends ChannelInboundHandlerAdapter {

  /// Who hears what comes. Must not throw.
  interface Listener {

    /// A whole message of text.
    void onText(String message);

    /// A whole message of bytes.
    void onBinary(Buffer message);

    /// `isWritable` has become true again.
    void onWritable();

    /// A pong; asked for or not.
    default void onPong() {}

    /// A frame was malformed, or a message too long, or text no UTF-8. Nothing more is read, and it
    /// is for the listener to close.
    ///
    /// @param status what to close with
    void onBreach(int status);

    /// The connection is failing. `onClosed` follows.
    void onFailure();

    /// The connection has ended. Nothing follows.
    void onClosed();
  }

  /// What other threads may have handed over that was not written yet, in bytes.
  private static final int MAX_HANDED_OVER = 65_536;

  // Statuses (RFC 6455 §7.4.1).
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;
  static final int INVALID_DATA = 1007;
  static final int TOO_BIG = 1009;
  static final int INTERNAL_ERROR = 1011;

  // Opcodes, and the bit of a last frame.
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FINAL = 0x80;

  /// Bytes before the payload of a frame, at most.
  private static final int MAX_HEAD = 10;

  private static final AtomicIntegerFieldUpdater<WebSocketWire> HANDED_OVER =
      AtomicIntegerFieldUpdater.newUpdater(WebSocketWire.class, "handedOver");

  private final ContextInternal context;
  private final Channel channel;
  private final int maxPayload;
  private final boolean isFramedHere;
  private final @Nullable TCPMetrics<Object> metrics;
  private final @Nullable Object metric;
  private final SocketAddress remoteAddress;
  private @Nullable Listener listener;
  private @Nullable ByteBuf partial;
  private volatile int handedOver;
  private volatile boolean isCloseSent;
  private volatile boolean isCloseReceived;
  private boolean isTextPartial;
  private boolean isReading;
  private boolean needsFlush;
  private boolean isBroken;
  private boolean isPageGone;

  @SuppressWarnings("unchecked")
  private WebSocketWire(
      ContextInternal context, VertxConnection before, int maxPayload, boolean isFramedHere) {
    this.context = context;
    this.channel = before.channel();
    this.maxPayload = maxPayload;
    this.isFramedHere = isFramedHere;
    this.metrics = before.metrics() instanceof TCPMetrics<?> tcp ? (TCPMetrics<Object>) tcp : null;
    this.metric = before.metric();
    this.remoteAddress = before.remoteAddress();
  }

  /// Takes over a WebSocket that has just been accepted. On its event loop, in its context, before
  /// anything was received.
  ///
  /// @param maxPayload longest message that is taken, in bytes
  static WebSocketWire of(Vertx vertx, ServerWebSocket accepted, int maxPayload) {
    ChannelHandlerContext old = ((WebSocketInternal) accepted).channelHandlerContext();
    ChannelPipeline pipeline = old.pipeline();
    VertxConnection before = ((VertxHandler<?>) old.handler()).getConnection();
    boolean isPlain = pipeline.get(WebSocketExtensionEncoder.class) == null;
    if (isPlain) {
      pipeline.remove(WebSocketFrameEncoder.class);
    }
    // A session has a heartbeat of its own, and sends no files.
    remove(pipeline, IdleStateHandler.class);
    remove(pipeline, ChunkedWriteHandler.class);
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    WebSocketWire wire = new WebSocketWire(context, before, maxPayload, isPlain);
    pipeline.replace(old.handler(), old.name(), wire);
    return wire;
  }

  private static void remove(ChannelPipeline pipeline, Class<? extends ChannelHandler> type) {
    if (pipeline.get(type) != null) {
      pipeline.remove(type);
    }
  }

  /// Names who hears what comes from now on.
  void listener(Listener newListener) {
    listener = newListener;
  }

  /// Whether messages may still be sent. Any thread.
  boolean isOpen() {
    return !isCloseSent && !isCloseReceived && channel.isActive();
  }

  /// Whether the client has said that it is going away.
  boolean isPageGone() {
    return isPageGone;
  }

  /// Whether what is sent now leaves soon. Any thread.
  boolean isWritable() {
    return handedOver < MAX_HANDED_OVER && channel.isWritable();
  }

  /// Whether more shall be read. While nothing is, not even the end is noticed. Any thread.
  void wants(boolean messages) {
    channel.config().setAutoRead(messages);
  }

  /// Sends a message of text. Any thread.
  void writeText(Utf8 message) {
    send(TEXT, Unpooled.wrappedBuffer(message.bytes()));
  }

  /// Sends a message of bytes, which must not change any more. Any thread.
  void writeBinary(Buffer message) {
    send(BINARY, ((BufferInternal) message).getByteBuf().duplicate());
  }

  /// Asks the client for a pong. Any thread.
  void writePing() {
    send(PING, Unpooled.EMPTY_BUFFER);
  }

  private void send(int opcode, ByteBuf payload) {
    if (channel.eventLoop().inEventLoop()) {
      write(opcode, payload);
      return;
    }
    int bytes = payload.readableBytes();
    HANDED_OVER.addAndGet(this, bytes);
    channel
        .eventLoop()
        .execute(() -> {
          boolean wasFull = HANDED_OVER.getAndAdd(this, -bytes) >= MAX_HANDED_OVER;
          write(opcode, payload);
          if (wasFull && isWritable()) {
            tell(Listener::onWritable);
          }
        });
  }

  /// Closes: says why, and ends the connection when the client has answered. Any thread; repeated
  /// calls do nothing.
  void close(int status, String reason) {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(() -> close(status, reason));
    } else if (!isCloseSent && !isCloseReceived) {
      ByteBuf payload = Unpooled.buffer(2 + reason.length());
      payload.writeShort(status);
      payload.writeCharSequence(reason, StandardCharsets.UTF_8);
      write(CLOSE, payload);
      isCloseSent = true;
    }
  }

  /// Ends the connection now, whatever has not left. Any thread.
  void cut() {
    var _ = channel.close();
  }

  private void write(int opcode, ByteBuf payload) {
    if (isCloseSent || !channel.isActive()) {
      payload.release();
      return;
    }
    Object frame = isFramedHere ? framed(opcode, payload) : frame(opcode, payload);
    if (isReading) {
      needsFlush = true;
      var _ = channel.write(frame, channel.voidPromise());
    } else {
      var _ = channel.writeAndFlush(frame, channel.voidPromise());
    }
  }

  /// A frame in one piece, unmasked (RFC 6455 §5.2).
  private ByteBuf framed(int opcode, ByteBuf payload) {
    int length = payload.readableBytes();
    ByteBuf frame = channel.alloc().directBuffer(MAX_HEAD + length);
    frame.writeByte(FINAL | opcode);
    if (length < 126) {
      frame.writeByte(length);
    } else if (length <= 0xffff) {
      frame.writeByte(126).writeShort(length);
    } else {
      frame.writeByte(127).writeLong(length);
    }
    frame.writeBytes(payload);
    payload.release();
    return frame;
  }

  /// The same for those who come after us in the pipeline.
  private static WebSocketFrame frame(int opcode, ByteBuf payload) {
    return switch (opcode) {
      case TEXT -> new TextWebSocketFrame(payload);
      case BINARY -> new BinaryWebSocketFrame(payload);
      case CLOSE -> new CloseWebSocketFrame(true, 0, payload);
      case PING -> new PingWebSocketFrame(payload);
      case PONG -> new PongWebSocketFrame(payload);
      default -> throw new IllegalArgumentException("opcode " + opcode);
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext handler, Object message) {
    isReading = true;
    try {
      if (message instanceof WebSocketFrame frame
          && (!isBroken || frame instanceof CloseWebSocketFrame)) {
        onFrame(frame);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext handler) {
    isReading = false;
    if (needsFlush) {
      needsFlush = false;
      channel.flush();
    }
  }

  private void onFrame(WebSocketFrame frame) {
    switch (frame) {
      case TextWebSocketFrame _ -> onData(frame, true);
      case BinaryWebSocketFrame _ -> onData(frame, false);
      case ContinuationWebSocketFrame _ -> onData(frame, isTextPartial);
      case PingWebSocketFrame _ -> write(PONG, frame.content().copy());
      case PongWebSocketFrame _ -> tell(Listener::onPong);
      case CloseWebSocketFrame _ -> onClose(frame);
      default -> {}
    }
  }

  /// The decoder lets no second message begin within one, and none go on that has not begun.
  private void onData(WebSocketFrame frame, boolean isText) {
    ByteBuf content = frame.content();
    int before = partial == null ? 0 : partial.readableBytes();
    if (before + content.readableBytes() > maxPayload) {
      breach(TOO_BIG);
    } else if (partial == null && frame.isFinalFragment()) {
      deliver(isText, content);
    } else {
      if (partial == null) {
        partial = Unpooled.buffer(2 * content.readableBytes());
        isTextPartial = isText;
      }
      partial.writeBytes(content);
      if (frame.isFinalFragment()) {
        ByteBuf whole = partial;
        partial = null;
        deliver(isText, whole);
      }
    }
  }

  private void deliver(boolean isText, ByteBuf content) {
    if (isText) {
      String message = content.toString(StandardCharsets.UTF_8);
      if (isUtf8(message, content)) {
        tell(to -> to.onText(message));
      } else {
        breach(INVALID_DATA);
      }
    } else {
      Buffer message = Buffer.buffer(ByteBufUtil.getBytes(content));
      tell(to -> to.onBinary(message));
    }
  }

  /// What is not UTF-8 has become U+FFFD, which may also stand there by right: only then the bytes
  /// are looked at again (RFC 6455 §8.1).
  private static boolean isUtf8(String decoded, ByteBuf content) {
    return decoded.indexOf('\ufffd') < 0 || ByteBufUtil.isText(content, StandardCharsets.UTF_8);
  }

  /// The client closes, or answers our closing: after the answer to that the connection ends.
  private void onClose(WebSocketFrame frame) {
    isCloseReceived = true;
    isPageGone =
        frame.content().readableBytes() >= Short.BYTES
            && frame.content().getUnsignedShort(frame.content().readerIndex()) == GOING_AWAY;
    if (!isCloseSent) {
      write(CLOSE, frame.content().copy());
      isCloseSent = true;
    }
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void breach(int status) {
    isBroken = true;
    partial = null;
    tell(to -> to.onBreach(status));
  }

  /// What a decoder's failure is to be closed with. An inflater that fails without a cause has
  /// reached its bound.
  private static int statusOf(Throwable failure) {
    return switch (failure) {
      case CorruptedWebSocketFrameException corrupted -> corrupted.closeStatus().code();
      case TooLongFrameException _ -> TOO_BIG;
      case DecompressionException broken -> broken.getCause() == null ? TOO_BIG : INVALID_DATA;
      case DecoderException _ -> PROTOCOL_ERROR;
      default -> INTERNAL_ERROR;
    };
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext handler) {
    if (isWritable()) {
      tell(Listener::onWritable);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext handler) {
    partial = null;
    if (metrics != null) {
      metrics.disconnected(metric, remoteAddress);
    }
    tell(Listener::onClosed);
    listener = null;
  }

  /// The decoder has met a frame that breaks the protocol, or the connection is broken.
  @Override
  public void exceptionCaught(ChannelHandlerContext handler, Throwable failure) {
    if (failure instanceof IOException) {
      tell(Listener::onFailure);
    } else if (!isBroken) {
      breach(statusOf(failure));
    }
    channel.flush();
    cut();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext handler, Object event) {
    if (event instanceof ShutdownEvent) {
      close(GOING_AWAY, "");
      cut();
    }
    ReferenceCountUtil.release(event);
  }

  private void tell(Consumer<Listener> news) {
    Listener told = listener;
    if (told != null) {
      ContextInternal previous = context.beginDispatch();
      try {
        news.accept(told);
      } catch (RuntimeException e) {
        context.reportException(e);
      } finally {
        context.endDispatch(previous);
      }
    }
  }
}
