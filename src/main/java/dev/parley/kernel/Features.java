package dev.parley.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The sections of `Config` that set how the parts of the product behave, as against where a node
/// stands and what it runs.
public final class Features {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration YEAR = Duration.ofDays(366);

  private Features() {}

  /// User accounts and their tokens.
  ///
  /// @param jwtSecret HS256 key, at least 16 characters outside development
  /// @param jwtExpiration life of a user's access token
  public record Accounts(
      Config.Secret jwtSecret, Duration jwtExpiration, PasswordHashing passwordHashing) {
    public Accounts {
      var rules = new ConfigRules();
      rules.duration("jwtExpiration", jwtExpiration, Duration.ofSeconds(1), YEAR);
      rules.refuse();
    }
  }

  /// Argon2id (RFC 9106).
  ///
  /// @param memoryKiB of one hash
  /// @param parallelism lanes of one hash
  /// @param concurrency hashes computed at once on this node
  /// @param maxQueued hashes that may wait; more are refused as `UNAVAILABLE`
  public record PasswordHashing(
      int memoryKiB, int iterations, int parallelism, int concurrency, int maxQueued) {
    public PasswordHashing {
      var rules = new ConfigRules();
      rules.range("memoryKiB", memoryKiB, 64, 4_194_304);
      rules.range("iterations", iterations, 1, 100);
      rules.range("parallelism", parallelism, 1, 64);
      rules.range("concurrency", concurrency, 1, 1024);
      rules.range("maxQueued", maxQueued, 0, 1_000_000);
      rules.require(
          memoryKiB >= 8 * parallelism, "memoryKiB", "is less than 8 for each of parallelism");
      rules.refuse();
    }
  }

  /// Conference rooms, and the sign-in rule of peer-to-peer rooms.
  ///
  /// @param maxParticipants hard cap of a conference room
  /// @param coHostMayModerate co-hosts may kick and mute all, as hosts may
  /// @param reassignHost a room whose host leaves gets another
  /// @param rateLimit state-changing commands of one connection
  /// @param roomTtl silence after which a room's record is dropped
  /// @param auth of the `room` dialect
  /// @param issuers whose tokens the `room` dialect takes besides our own
  public record Rooms(
      int maxParticipants,
      boolean coHostMayModerate,
      boolean reassignHost,
      Config.RateLimit rateLimit,
      Duration roomTtl,
      RoomAuth auth,
      List<Issuer> issuers) {
    public Rooms {
      issuers = List.copyOf(issuers);
      var rules = new ConfigRules();
      rules.range("maxParticipants", maxParticipants, 1, 500);
      rules.duration("roomTtl", roomTtl, Duration.ofMinutes(1), YEAR);
      rules.refuse();
    }
  }

  /// Who may enter a peer-to-peer room.
  public enum RoomAuth {
    /// Anyone; a token, when given, must hold.
    ANONYMOUS,
    /// Holders of a valid token.
    REQUIRED
  }

  /// A foreign token issuer.
  ///
  /// @param issuer exact `iss` claim
  /// @param audience exact `aud` claim, or one of them
  /// @param jwksUrl where its public keys are (RFC 7517)
  /// @param algorithms accepted, such as `RS256`; never a symmetric one
  public record Issuer(String issuer, String audience, String jwksUrl, List<String> algorithms) {
    public Issuer {
      algorithms = List.copyOf(algorithms);
      var rules = new ConfigRules();
      rules.notBlank("issuer", issuer);
      rules.notBlank("audience", audience);
      rules.httpUrl("jwksUrl", jwksUrl);
      rules.require(!algorithms.isEmpty(), "algorithms", "names no algorithm");
      for (int i = 0; i < algorithms.size(); i++) {
        rules.require(
            algorithms.get(i).matches("(RS|PS|ES)(256|384|512)"),
            "algorithms[" + i + "]",
            "\"" + algorithms.get(i) + "\" is not an asymmetric JWS algorithm such as RS256");
      }
      rules.refuse();
    }
  }

  /// Socket sessions.
  ///
  /// @param pingInterval between two pings of the server
  /// @param pingTimeout silence after a ping that closes the session
  /// @param connectTimeout from the transport's opening to the namespace's CONNECT
  /// @param maxPayload bytes of one message or one polling body
  /// @param maxQueueBytes that may wait for a slow client before its session is closed
  /// @param eventLimit events of one connection, whatever they are
  /// @param deflate compression of WebSocket messages
  public record Signaling(
      Duration pingInterval,
      Duration pingTimeout,
      Duration connectTimeout,
      int maxPayload,
      int maxQueueBytes,
      Config.Bucket eventLimit,
      Deflate deflate,
      Resume resume) {
    public Signaling {
      var rules = new ConfigRules();
      rules.duration("pingInterval", pingInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
      rules.duration("pingTimeout", pingTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
      rules.duration(
          "connectTimeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
      rules.range("maxPayload", maxPayload, 1024, 100_000_000);
      rules.range("maxQueueBytes", maxQueueBytes, 1024, Integer.MAX_VALUE);
      rules.require(maxQueueBytes >= maxPayload, "maxQueueBytes", "is less than maxPayload");
      rules.refuse();
    }
  }

  /// Compression of WebSocket messages (RFC 7692), for clients that offer it.
  ///
  /// @param minBytes shorter messages are sent as they are
  public record Deflate(boolean enabled, int minBytes) {
    public Deflate {
      var rules = new ConfigRules();
      rules.range("minBytes", minBytes, 0, 100_000_000);
      rules.refuse();
    }
  }

  /// What is kept of a lost connection so that its client can take it up again.
  ///
  /// @param window for which a lost session is kept; 0 turns recovery off
  /// @param maxEvents kept for one session
  /// @param maxBytes kept for one session
  /// @param maxTotalBytes kept for all sessions of a node, those it stands by for included; with
  ///   more, each keeps a sixteenth of `maxBytes`
  public record Resume(Duration window, int maxEvents, int maxBytes, int maxTotalBytes) {
    public Resume {
      var rules = new ConfigRules();
      rules.duration("window", window, Duration.ZERO, Duration.ofHours(1));
      rules.range("maxEvents", maxEvents, 0, 100_000);
      rules.range("maxBytes", maxBytes, 0, 100_000_000);
      rules.range("maxTotalBytes", maxTotalBytes, 0, Integer.MAX_VALUE);
      rules.refuse();
    }
  }

  /// Mesh meetings.
  ///
  /// @param ttl of a meeting's record in Redis, renewed by each change
  /// @param maxParticipants of a meeting that names no number of its own
  /// @param keyPrefix of the meeting keys in Redis
  /// @param emptyGrace for which a meeting goes on after its last participant's connection broke
  /// @param approvalTimeout for which somebody waits to be let in
  /// @param sfuFrom participants from which on clients are told to use the SFU
  /// @param rateLimit HTTP requests of one address
  public record Meetings(
      Duration ttl,
      int maxParticipants,
      MeetingAuth auth,
      String keyPrefix,
      Duration emptyGrace,
      Duration approvalTimeout,
      int sfuFrom,
      Config.RateLimit rateLimit) {
    public Meetings {
      var rules = new ConfigRules();
      rules.duration("ttl", ttl, Duration.ofMinutes(1), YEAR);
      rules.range("maxParticipants", maxParticipants, 2, 500);
      rules.notBlank("keyPrefix", keyPrefix);
      rules.duration("emptyGrace", emptyGrace, Duration.ZERO, Duration.ofHours(1));
      rules.duration("approvalTimeout", approvalTimeout, Duration.ofSeconds(1), DAY);
      rules.range("sfuFrom", sfuFrom, 2, 1000);
      rules.refuse();
    }
  }

  /// Whether a meeting asks who its participants are.
  public enum MeetingAuth {
    /// Tokens are not looked at.
    OFF,
    /// A token, when given, must hold and decides who the participant is.
    OPTIONAL,
    /// Nobody joins without a valid token.
    REQUIRED
  }

  /// Random one-to-one video chat.
  ///
  /// @param jwtSecret HS256 key of device tokens; derived from `accounts.jwtSecret` when empty
  /// @param jwtExpiration life of a device token
  /// @param joinLimit `join-queue` of one device
  /// @param sessionTtl of a call's record, renewed while the call goes on
  /// @param moderators device ids that may moderate, besides tokens with that role
  /// @param banDuration for which a device is shut out when a report of it is accepted; 0 for good
  public record Match(
      Config.Secret jwtSecret,
      Duration jwtExpiration,
      Config.RateLimit joinLimit,
      Duration sessionTtl,
      List<String> moderators,
      Duration banDuration,
      AutoBan autoBan) {
    public Match {
      moderators = List.copyOf(moderators);
      var rules = new ConfigRules();
      rules.duration("jwtExpiration", jwtExpiration, Duration.ofSeconds(1), YEAR);
      rules.duration("sessionTtl", sessionTtl, Duration.ofSeconds(10), DAY);
      rules.duration("banDuration", banDuration, Duration.ZERO, YEAR);
      rules.refuse();
    }
  }

  /// What is taken for abuse, which is recorded, and whether it shuts a device out.
  ///
  /// @param enabled whether it is shut out, besides being recorded
  /// @param joins of the queue within a minute, more of which are abuse
  /// @param skips of a peer within a minute, more of which are abuse
  /// @param reporters distinct devices that must have reported it within a day
  /// @param duration for which it is shut out
  public record AutoBan(boolean enabled, int joins, int skips, int reporters, Duration duration) {
    public AutoBan {
      var rules = new ConfigRules();
      rules.range("joins", joins, 1, 100_000);
      rules.range("skips", skips, 1, 100_000);
      rules.range("reporters", reporters, 1, 1000);
      rules.duration("duration", duration, Duration.ofMinutes(1), YEAR);
      rules.refuse();
    }
  }

  /// The ICE servers that clients are told.
  ///
  /// @param provider where TURN credentials come from; what only others need is ignored
  /// @param sharedSecret signs time-limited credentials (coturn's `use-auth-secret`)
  /// @param host of a TURN server those credentials are for; none when empty
  /// @param port of `host`, TURN over UDP and TCP
  /// @param tlsPort of `host`, TURN over TLS; 0 for none
  /// @param credentialTtl life of a credential
  /// @param server `host:port` of a TURN server; none when empty
  /// @param username fixed, of `server`; empty with a shared secret: it gets time-limited
  ///   credentials
  /// @param password fixed, of `server`
  /// @param stunServers `host:port`
  public record Turn(
      TurnProvider provider,
      Config.Secret sharedSecret,
      String realm,
      String host,
      int port,
      int tlsPort,
      Duration credentialTtl,
      String server,
      String username,
      Config.Secret password,
      List<String> stunServers,
      TurnHttp http) {
    public Turn {
      stunServers = List.copyOf(stunServers);
      var rules = new ConfigRules();
      rules.port("port", port);
      rules.portOrZero("tlsPort", tlsPort, "none");
      rules.duration("credentialTtl", credentialTtl, Duration.ofMinutes(1), DAY);
      if (!server.isEmpty()) {
        rules.hostAndPort("server", server);
      }
      boolean hasUser = !username.isEmpty() && password.isSet();
      switch (provider) {
        case AUTO -> {
          rules.require(
              host.isEmpty() || sharedSecret.isSet(),
              "sharedSecret",
              "is not set, but host is (environment variable TURN_SHARED_SECRET)");
          rules.require(
              server.isEmpty() || hasUser || (username.isEmpty() && sharedSecret.isSet()),
              "username",
              "and password must be set with server"
                  + " (environment variables TURN_USERNAME, TURN_PASSWORD)");
        }
        case STATIC -> {
          needs(rules, !server.isEmpty(), "server", provider, "TURN_SERVER");
          needs(rules, !username.isEmpty(), "username", provider, "TURN_USERNAME");
          needs(rules, password.isSet(), "password", provider, "TURN_PASSWORD");
        }
        case SHARED_SECRET -> {
          needs(rules, sharedSecret.isSet(), "sharedSecret", provider, "TURN_SHARED_SECRET");
          boolean hasServer = !host.isEmpty() || !server.isEmpty();
          needs(rules, hasServer, "host", provider, "TURN_HOST, or TURN_SERVER for server");
        }
        case TWILIO, XIRSYS -> {
          needs(rules, !http.url.isEmpty(), "http.url", provider, "TURN_HTTP_URL");
          needs(rules, !http.username.isEmpty(), "http.username", provider, "TURN_HTTP_USERNAME");
          needs(rules, http.password.isSet(), "http.password", provider, "TURN_HTTP_PASSWORD");
        }
      }
      for (int i = 0; i < stunServers.size(); i++) {
        rules.hostAndPort("stunServers[" + i + "]", stunServers.get(i));
      }
      rules.refuse();
    }

    private static void needs(
        ConfigRules rules, boolean isSet, String path, TurnProvider provider, String env) {
      rules.require(
          isSet,
          path,
          "is not set, but provider is "
              + provider.wireName()
              + " (environment variable "
              + env
              + ")");
    }
  }

  /// Where TURN credentials come from.
  public enum TurnProvider {
    /// `host`, `server` or both, by what is set for them.
    AUTO,
    /// `server`, with a fixed user.
    STATIC,
    /// `host`, `server` or both, with credentials that expire.
    SHARED_SECRET,
    /// Twilio's Network Traversal Service, or what speaks like it, at `http`.
    TWILIO,
    /// Xirsys, or what speaks like it, at `http`.
    XIRSYS;

    /// As the configuration file writes it.
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// A service that is asked for ICE servers.
  ///
  /// @param url asked; none when empty
  /// @param username of Basic authentication
  /// @param password of Basic authentication
  /// @param timeout of a whole request
  public record TurnHttp(String url, String username, Config.Secret password, Duration timeout) {
    public TurnHttp {
      var rules = new ConfigRules();
      if (!url.isEmpty()) {
        rules.httpUrl("url", url);
      }
      rules.require(username.indexOf(':') < 0, "username", "holds a colon");
      rules.duration("timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(30));
      rules.refuse();
    }
  }

  /// Who has the rooms of the bridge's calls.
  public enum BridgeRooms {
    DAILY,
    /// Our own SFU.
    PARLEY
  }

  /// The bridge between a chat app and its video calls.
  ///
  /// @param rooms who has the rooms
  /// @param fallback whether our own SFU has those of calls that begin while daily.co is away
  /// @param dailyApiKey of daily.co
  /// @param dailyUrl REST base of daily.co
  /// @param dailyHookHmac secret of daily.co's webhooks, base64; empty: none are taken
  /// @param ocIdentity private key with which the chat app's canisters are called
  /// @param ocPublic PEM public key that verifies the chat app's tokens; empty: the bridge is off
  /// @param icUrl Internet Computer boundary node
  /// @param pollInterval of daily.co's presence; it allows one poll in 15 s
  /// @param joinWithin a call that nobody has come to is over after that
  /// @param publicMeetings whether anybody may ask for the calls that go on
  /// @param operatorToken with which operators ask for calls and deliveries; empty: nobody may
  /// @param page URL of our page, for rooms of our own
  /// @param framedBy origins of the chat app's pages, which may show ours in a frame
  public record Bridge(
      BridgeRooms rooms,
      boolean fallback,
      Config.Secret dailyApiKey,
      String dailyUrl,
      Config.Secret dailyHookHmac,
      Config.Secret ocIdentity,
      String ocPublic,
      String icUrl,
      Duration pollInterval,
      Duration joinWithin,
      boolean publicMeetings,
      Config.Secret operatorToken,
      String page,
      List<String> framedBy,
      BridgeWebhook webhook) {

    private static final int MIN_TOKEN = 16;

    /// An origin that can stand in a policy.
    private static final Pattern HOST = Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d{1,5})?");

    public Bridge {
      var rules = new ConfigRules();
      rules.url("dailyUrl", dailyUrl, "https", "http");
      if (!icUrl.isEmpty()) {
        rules.url("icUrl", icUrl, "https", "http");
      }
      if (!page.isEmpty()) {
        rules.httpUrl("page", page);
      }
      framedBy = List.copyOf(framedBy);
      for (int i = 0; i < framedBy.size(); i++) {
        rules.require(
            HOST.matcher(framedBy.get(i)).matches(),
            "framedBy[" + i + "]",
            "\"" + framedBy.get(i) + "\" is not an origin such as https://chat.example.com");
      }
      rules.duration("pollInterval", pollInterval, Duration.ofMillis(100), Duration.ofHours(1));
      rules.duration("joinWithin", joinWithin, Duration.ofMillis(100), Duration.ofHours(2));
      rules.require(
          !dailyApiKey.isSet() || !ocPublic.isEmpty(),
          "ocPublic",
          "is not set, but dailyApiKey is (environment variable OC_PUBLIC)");
      rules.require(
          ocPublic.isEmpty() || rooms == BridgeRooms.PARLEY || dailyApiKey.isSet(),
          "dailyApiKey",
          "is not set, but ocPublic is (environment variable DAILY_API_KEY; or set rooms to parley)");
      rules.require(
          !fallback || rooms == BridgeRooms.DAILY, "fallback", "is for rooms at daily.co alone");
      rules.require(
          ocIdentity.isSet() == !icUrl.isEmpty(),
          ocIdentity.isSet() ? "icUrl" : "ocIdentity",
          "is not set, but the other is (environment variables OC_IDENTITY, IC_URL)");
      rules.require(
          ocPublic.isEmpty() || ocIdentity.isSet() || !webhook.url().isEmpty(),
          "webhook.url",
          "is not set, nor are ocIdentity and icUrl: who is to be told of calls?");
      rules.require(
          !operatorToken.isSet() || operatorToken.value().length() >= MIN_TOKEN,
          "operatorToken",
          "has less than " + MIN_TOKEN + " characters");
      rules.refuse();
    }

    /// Whether calls are bridged.
    public boolean isEnabled() {
      return !ocPublic.isEmpty();
    }

    /// Whether anything is told of anybody's calls.
    public boolean isWatching() {
      return isEnabled() || tellsOfAllRooms();
    }

    /// Whether the webhook is told of all rooms, not of bridged calls alone.
    public boolean tellsOfAllRooms() {
      return !webhook.url().isEmpty() && webhook.allRooms();
    }
  }

  /// Where calls are told of.
  ///
  /// @param url empty: nowhere
  /// @param secret `whsec_` and base64 of 24 to 64 bytes; several with spaces between while they
  ///   are changed
  /// @param allRooms whether of all rooms, or of bridged calls alone
  public record BridgeWebhook(String url, Config.Secret secret, boolean allRooms) {
    public BridgeWebhook {
      var rules = new ConfigRules();
      if (!url.isEmpty()) {
        rules.httpUrl("url", url);
      }
      rules.require(
          url.isEmpty() || secret.isSet(),
          "secret",
          "is not set, but url is (environment variable BRIDGE_WEBHOOK_SECRET)");
      rules.refuse();
    }
  }
}
