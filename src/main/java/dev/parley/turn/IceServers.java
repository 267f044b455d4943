package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.parley.kernel.Features;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Which STUN and TURN servers a client is told, in the shape of `RTCIceServer`.
///
/// TURN credentials are fixed ones, or a service's, which are all users' until they expire, or made
/// here with a shared secret, per user: the user name is `<expiry>:<user>` and the password its
/// HMAC-SHA1 (draft-uberti-behave-turn-rest-00), as coturn's `use-auth-secret` checks them.
public final class IceServers {

  /// @param urls written as a text when there is one, else as a list
  /// @param username and `credential`: TURN only
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Server(
      @JsonFormat(with = JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED) List<String> urls,
      @Nullable String username,
      @Nullable String credential) {
    public Server {
      urls = List.copyOf(urls);
    }

    /// Without the credential.
    @Override
    public String toString() {
      return "Server[urls=" + urls + "]";
    }
  }

  /// The TURN servers of one set of credentials, as clients know them that take only one.
  ///
  /// @param urls none when there is no TURN server; then the rest is empty
  /// @param ttl seconds
  public record Credentials(List<String> urls, String username, String credential, long ttl) {
    public Credentials {
      urls = List.copyOf(urls);
    }

    /// Without the credential.
    @Override
    public String toString() {
      return "Credentials[urls=" + urls + "]";
    }
  }

  private final Features.Turn config;
  private final @Nullable ProviderServers provider;

  public IceServers(Vertx vertx, Features.Turn config) {
    this.config = config;
    this.provider =
        switch (config.provider()) {
          case AUTO, STATIC, SHARED_SECRET -> null;
          case TWILIO, XIRSYS -> new ProviderServers(vertx, config);
        };
  }

  /// Never fails: a service that does not answer leaves STUN alone. May wait for it; not on event
  /// loops.
  ///
  /// @param now from which the credentials' life counts
  public List<Server> forUser(String userId, Instant now) {
    List<Server> servers = new ArrayList<>();
    for (String stun : config.stunServers()) {
      servers.add(new Server(List.of("stun:" + stun), null, null));
    }
    if (provider != null) {
      servers.addAll(provider.servers(now));
      return servers;
    }
    if (!config.host().isEmpty() && config.provider() != Features.TurnProvider.STATIC) {
      servers.add(expiring(turnUrls(), userId, now));
    }
    if (!config.server().isEmpty()) {
      List<String> urls = List.of("turn:" + config.server());
      servers.add(
          isServerFixed()
              ? new Server(urls, config.username(), config.password().value())
              : expiring(urls, userId, now));
    }
    return servers;
  }

  /// The first TURN servers that one user name is good for. Never fails and may wait, as `forUser`.
  ///
  /// @param now from which the credentials' life counts
  public Credentials credentialsFor(String userId, Instant now) {
    List<String> urls = new ArrayList<>();
    String username = null;
    String credential = null;
    for (Server server : forUser(userId, now)) {
      if (username == null) {
        username = server.username();
        credential = server.credential();
      }
      if (username != null && username.equals(server.username())) {
        urls.addAll(server.urls());
      }
    }
    if (provider == null) {
      urls = urls.stream().map(IceServers::withoutTransport).distinct().toList();
    }
    return new Credentials(
        urls,
        username == null ? "" : username,
        credential == null ? "" : credential,
        config.credentialTtl().toSeconds());
  }

  /// Each server once: a client that has its own mind about transports is told none.
  private static String withoutTransport(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  private boolean isServerFixed() {
    return switch (config.provider()) {
      case AUTO -> !config.username().isEmpty();
      case STATIC -> true;
      case SHARED_SECRET, TWILIO, XIRSYS -> false;
    };
  }

  private Server expiring(List<String> urls, String userId, Instant now) {
    String username = now.plus(config.credentialTtl()).getEpochSecond() + ":" + userId;
    return new Server(urls, username, credential(config.sharedSecret().value(), username));
  }

  private List<String> turnUrls() {
    String udp = "turn:" + config.host() + ":" + config.port();
    List<String> urls = new ArrayList<>(List.of(udp + "?transport=udp", udp + "?transport=tcp"));
    if (config.tlsPort() != 0) {
      urls.add("turns:" + config.host() + ":" + config.tlsPort() + "?transport=tcp");
    }
    return urls;
  }

  /// Base64 of the HMAC-SHA1 of the user name.
  static String credential(String secret, String username) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
