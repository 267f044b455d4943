package dev.parley.signaling.socketio;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilter;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilterProvider;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compression of WebSocket messages (permessage-deflate, RFC 7692), in bounds: no message grows
/// beyond what may be received, and no compressor outlives its message.
///
/// Vert.x's own has neither bound. It inflates a frame whole before anyone looks at its size, so
/// that one megabyte sent takes a gigabyte here, and keeps a deflater and an inflater, some 300 kB,
/// for each connection. So its handshake is replaced: `prepare` the server's options, then
/// `install` into each connection.
public final class WebSocketDeflate {

  /// zlib's own default.
  private static final int LEVEL = 6;

  /// In bits: 32 kB, the only size that the JDK's zlib has.
  private static final int WINDOW = PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE;

  private static final int MEMORY_LEVEL = 8;

  /// What the inflater's last step may be ahead of the limit, which is checked exactly thereafter.
  private static final int SLACK = 65_536;

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final String SERVER_ALONE = "server_no_context_takeover";
  private static final String CLIENT_ALONE = "client_no_context_takeover";

  private final WebSocketServerExtensionHandshaker handshaker;

  /// @param minBytes shorter messages are sent as they are
  /// @param maxPayload longest message accepted, in bytes, after it was inflated
  public WebSocketDeflate(int minBytes, int maxPayload) {
    PerMessageDeflateServerExtensionHandshaker unbounded =
        new PerMessageDeflateServerExtensionHandshaker(
            LEVEL,
            false,
            WINDOW,
            true,
            true,
            WINDOW,
            MEMORY_LEVEL,
            new LongMessages(minBytes),
            maxPayload + SLACK);
    this.handshaker = offer -> accept(unbounded, offer);
  }

  /// Lets a server's WebSockets carry compressed frames.
  public HttpServerOptions prepare(HttpServerOptions options) {
    return options.setPerMessageWebSocketCompressionSupported(true);
  }

  /// Bounds the compression of a new connection of such a server; from its connection handler.
  public void install(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      ChannelPipeline pipeline = server.channelHandlerContext().pipeline();
      if (pipeline.get(WebSocketServerExtensionHandler.class) != null) {
        pipeline.replace(
            WebSocketServerExtensionHandler.class,
            "boundedDeflate",
            new WebSocketServerExtensionHandler(handshaker));
      }
    }
  }

  /// Answers one offer of a client: each message is compressed by itself, in both directions, which
  /// a server may demand whether it was offered or not (RFC 7692 §7.1.1). Null to go without.
  private static @Nullable WebSocketServerExtension accept(
      WebSocketServerExtensionHandshaker unbounded, WebSocketExtensionData offer) {
    if (!NAME.equals(offer.name())) {
      return null;
    }
    Set<String> known = Set.of(SERVER_BITS, CLIENT_BITS, SERVER_ALONE, CLIENT_ALONE);
    for (Map.Entry<String, String> parameter : offer.parameters().entrySet()) {
      String name = parameter.getKey().toLowerCase(Locale.ROOT);
      boolean wantsSmaller =
          name.equals(SERVER_BITS) && !Integer.toString(WINDOW).equals(parameter.getValue());
      if (!known.contains(name) || wantsSmaller) {
        return null;
      }
    }
    Map<String, String> answer = new HashMap<>();
    answer.put(SERVER_ALONE, null);
    answer.put(CLIENT_ALONE, null);
    return unbounded.handshakeExtension(new WebSocketExtensionData(NAME, answer));
  }

  /// Leaves short messages uncompressed. What goes on in the frames of a message is not
  /// interrupted.
  private record LongMessages(int minBytes) implements WebSocketExtensionFilterProvider {

    @Override
    public WebSocketExtensionFilter encoderFilter() {
      return this::isShort;
    }

    @Override
    public WebSocketExtensionFilter decoderFilter() {
      return WebSocketExtensionFilter.NEVER_SKIP;
    }

    private boolean isShort(WebSocketFrame frame) {
      return !(frame instanceof ContinuationWebSocketFrame)
          && frame.content().readableBytes() < minBytes;
    }
  }
}
