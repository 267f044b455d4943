package dev.parley.web;

import dev.parley.kernel.Config;
import dev.parley.kernel.TokenBucket;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches one TCP connection for clients that keep it without using it: for requests that do not
/// come, or come by drops, and for WebSocket messages in ever more frames.
///
/// It stands in the connection's pipeline between the decoders and Vert.x, and lives on the
/// connection's event loop. What it cuts off ends for the layers above as a lost connection, or as
/// a WebSocket whose client breaks the protocol.
final class ConnectionGuard extends ChannelDuplexHandler {

  /// What a connection is given time for.
  ///
  /// @param head from its opening to the end of the first request's head
  /// @param body from the end of a head to the end of its body
  /// @param keepAlive from the end of an answer to the end of the next head
  record Patience(Duration head, Duration body, Duration keepAlive) {}

  /// Why a connection was cut; labels of the metric.
  enum Cut {
    HEAD,
    BODY,
    IDLE,
    FRAGMENTS,
    CONTROL_FRAMES,
    RESERVED_BITS
  }

  /// Headers of one request, each of which costs more memory than bytes on the way.
  static final int MAX_HEADERS = 200;

  /// Frames of one message. Clients of ours send one; a megabyte in frames of 1 kB is let through.
  static final int MAX_FRAGMENTS = 1_000;

  /// Pings and pongs; each ping is answered. Browsers send none.
  static final Config.Bucket CONTROL_FRAMES = new Config.Bucket(10, 100);

  private final Patience patience;
  private final Consumer<Cut> onCut;
  private final TokenBucket controlFrames = new TokenBucket(CONTROL_FRAMES);
  private @Nullable Future<?> timer;
  private int unanswered;
  private boolean isBodyOpen;
  private boolean isWebSocket;
  private int fragments;
  private boolean isCorrupt;

  ConnectionGuard(Patience patience, Consumer<Cut> onCut) {
    this.patience = patience;
    this.onCut = onCut;
  }

  /// Begins to watch a connection that has just been accepted.
  void watch(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      server.channelHandlerContext().pipeline().addBefore("handler", "guard", this);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    await(context, patience.head(), Cut.HEAD);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    cancelTimer();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    cancelTimer();
    super.channelInactive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (isWebSocket) {
      if (isCorrupt || (message instanceof WebSocketFrame frame && !isFit(context, frame))) {
        ReferenceCountUtil.release(message);
        return;
      }
    } else {
      received(context, message);
    }
    super.channelRead(context, message);
  }

  private void received(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      if (hasTooMany(request.headers()) && request.decoderResult().isSuccess()) {
        request.setDecoderResult(
            DecoderResult.failure(new TooLongHttpHeaderException("too many headers")));
      }
      unanswered++;
      isBodyOpen = true;
      await(context, patience.body(), Cut.BODY);
    }
    if (message instanceof LastHttpContent) {
      isBodyOpen = false;
      rest(context);
    }
  }

  private static boolean hasTooMany(HttpHeaders headers) {
    int count = 0;
    for (var all = headers.iteratorCharSequence(); all.hasNext(); all.next()) {
      count++;
    }
    return count > MAX_HEADERS;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (!isWebSocket) {
      sent(context, message);
    }
    super.write(context, message, promise);
  }

  /// What was written leaves, such as the close frame of a WebSocket whose client has just broken
  /// the protocol: Vert.x closes before it flushes then.
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
    context.flush();
    super.close(context, promise);
  }

  private void sent(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpResponse response) {
      if (response.status().code() == 101) {
        isWebSocket = true;
        cancelTimer();
        return;
      }
      if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        return;
      }
    }
    if (message instanceof LastHttpContent) {
      unanswered--;
      if (!isBodyOpen) {
        rest(context);
      }
    }
  }

  /// A body has ended, or an answer: what there is to wait for is the next request, if anything.
  private void rest(ChannelHandlerContext context) {
    cancelTimer();
    if (unanswered <= 0) {
      await(context, patience.keepAlive(), Cut.IDLE);
    }
  }

  private void await(ChannelHandlerContext context, Duration time, Cut cut) {
    cancelTimer();
    timer =
        context
            .executor()
            .schedule(() -> expire(context, cut), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void expire(ChannelHandlerContext context, Cut cut) {
    timer = null;
    onCut.accept(cut);
    var _ = context.close();
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private boolean isFit(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame.rsv() != 0) {
      corrupt(context, Cut.RESERVED_BITS, WebSocketCloseStatus.PROTOCOL_ERROR);
    } else if (frame instanceof PingWebSocketFrame || frame instanceof PongWebSocketFrame) {
      if (!controlFrames.takes(System.nanoTime())) {
        corrupt(context, Cut.CONTROL_FRAMES, WebSocketCloseStatus.POLICY_VIOLATION);
      }
    } else if (frame.isFinalFragment()) {
      fragments = 0;
    } else if (++fragments > MAX_FRAGMENTS) {
      corrupt(context, Cut.FRAGMENTS, WebSocketCloseStatus.MESSAGE_TOO_BIG);
    }
    return !isCorrupt;
  }

  /// As the decoder does with a frame that breaks the protocol: those above close the WebSocket.
  private void corrupt(ChannelHandlerContext context, Cut cut, WebSocketCloseStatus status) {
    isCorrupt = true;
    onCut.accept(cut);
    context.fireExceptionCaught(new CorruptedWebSocketFrameException(status, status.reasonText()));
  }
}
