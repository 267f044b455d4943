package dev.parley.signaling.socketio;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The HTTP request that opened a session. While it is answered, all of it; afterwards only what is
/// `KEPT` for as long as the session lives, since a browser's headers take more than all else of an
/// idle session.
///
/// @param path the request's path
/// @param query decoded query parameters; read only
/// @param headers request headers, names without regard to case; read only
/// @param address IP address of the client; empty when it is not known
/// @param isSecure whether the connection itself is TLS
/// @param entrance the `Admission`'s word about where the client came in
public record Handshake(
    String path,
    MultiMap query,
    MultiMap headers,
    String address,
    boolean isSecure,
    String entrance) {

  /// Headers that are kept.
  private static final List<String> KEPT = List.of("authorization");

  /// Query parameters of Engine.IO itself, which are not.
  private static final Set<String> OWN = Set.of("EIO", "transport", "sid", "t", "b64");

  private static final MultiMap NOTHING = MultiMap.caseInsensitiveMultiMap();

  /// What is kept for as long as the session lives: the parameters of the application, and the
  /// headers that prove who the client is.
  ///
  /// @param engine prefix of Engine.IO's path
  Handshake kept(String engine) {
    MultiMap parameters = NOTHING;
    for (Map.Entry<String, String> parameter : query) {
      if (!OWN.contains(parameter.getKey())) {
        if (parameters.isEmpty()) {
          parameters = MultiMap.caseInsensitiveMultiMap();
        }
        parameters.add(parameter.getKey(), parameter.getValue());
      }
    }
    MultiMap proofs = NOTHING;
    for (String name : KEPT) {
      String value = headers.get(name);
      if (value != null) {
        if (proofs.isEmpty()) {
          proofs = MultiMap.caseInsensitiveMultiMap();
        }
        proofs.add(name, value);
      }
    }
    return new Handshake(
        path.equals(engine) ? engine : path, parameters, proofs, address, isSecure, entrance);
  }

  /// The first header of this name.
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /// The first query parameter of this name.
  public @Nullable String parameter(String name) {
    return query.get(name);
  }

  /// @param address of the client; null for the other end of the connection
  static Handshake of(
      HttpServerRequest request, MultiMap query, @Nullable String address, String entrance) {
    String path = request.path();
    SocketAddress remote = request.remoteAddress();
    String peer = remote == null ? null : remote.hostAddress();
    return new Handshake(
        path == null ? "" : path,
        query,
        request.headers(),
        address != null ? address : peer != null ? peer : "",
        request.isSSL(),
        entrance);
  }
}
