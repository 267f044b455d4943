package dev.parley.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A node's configuration, decoded once at start by `ConfigFile`. `conf/reference.jsonc` holds
/// every default and explains every key; a record here only checks what it is given.
///
/// A record that breaks a rule throws `ConfigException` with the path below itself; the decoder
/// puts the path of the section before it. Each verticle gets its section by constructor.
public record Config(
    Mode mode,
    List<Role> roles,
    Node node,
    Cluster cluster,
    List<Listener> listeners,
    Redis redis,
    Postgres postgres,
    Features.Accounts accounts,
    Features.Rooms rooms,
    Features.Signaling signaling,
    Media media,
    Features.Meetings meetings,
    Features.Match match,
    Features.Turn turn,
    Features.Bridge bridge,
    Limits limits,
    Log log,
    Metrics metrics,
    Shutdown shutdown,
    Development development) {

  private static final int MIN_SECRET = 16;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MS = Duration.ofMillis(1);

  /// Checks the rules between sections, and leaves each listener only those of its roles that the
  /// node has; a listener left with none is not opened.
  public Config {
    roles = List.copyOf(roles);
    List<Role> nodeRoles = roles;
    listeners =
        listeners.stream()
            .map(listener -> listener.withRolesOf(nodeRoles))
            .filter(listener -> !listener.roles.isEmpty())
            .toList();
    var rules = new ConfigRules();
    rules.require(!roles.isEmpty(), "roles", "names no role");
    rules.distinct("roles", roles);
    checkListeners(rules, mode, roles, listeners);
    boolean needsTokens =
        roles.contains(Role.API) || roles.contains(Role.SIGNALING) || roles.contains(Role.PRESENCE);
    if (mode != Mode.DEVELOPMENT && needsTokens) {
      checkSecret(rules, "accounts.jwtSecret", "JWT_SECRET", accounts.jwtSecret());
    }
    if (mode != Mode.DEVELOPMENT && match.jwtSecret().isSet()) {
      checkSecret(rules, "match.jwtSecret", "MATCH_JWT_SECRET", match.jwtSecret());
    }
    if (mode == Mode.PRODUCTION) {
      checkProduction(rules, roles, media, postgres, development);
    }
    rules.refuse();
  }

  private static void checkListeners(
      ConfigRules rules, Mode mode, List<Role> roles, List<Listener> listeners) {
    for (Role role : List.of(Role.API, Role.SIGNALING)) {
      rules.require(
          !roles.contains(role) || listeners.stream().anyMatch(l -> l.roles.contains(role)),
          "listeners",
          "none serves the role " + role.wireName());
    }
    Set<String> addresses = new HashSet<>();
    for (int i = 0; i < listeners.size(); i++) {
      Listener listener = listeners.get(i);
      rules.require(
          listener.port == 0 || addresses.add(listener.host + ":" + listener.port),
          "listeners[" + i + "].port",
          listener.port + " is taken by another listener");
      rules.require(
          mode != Mode.PRODUCTION || !listener.corsOrigins.contains("*"),
          "listeners[" + i + "].corsOrigins",
          "\"*\" is not allowed in production; name the origins");
    }
  }

  private static void checkSecret(ConfigRules rules, String path, String env, Secret secret) {
    rules.require(
        secret.value.length() >= MIN_SECRET,
        path,
        (secret.isSet() ? "is shorter than " + MIN_SECRET + " characters" : "is not set")
            + " (environment variable "
            + env
            + ")");
  }

  private static void checkProduction(
      ConfigRules rules, List<Role> roles, Media media, Postgres postgres, Development dev) {
    String told = media.announcedIp.isEmpty() ? media.listenIp : media.announcedIp;
    rules.require(
        !roles.contains(Role.MEDIA)
            || (!told.isEmpty() && !isAny(told) && !ConfigRules.isLoopback(told)),
        "media.announcedIp",
        "must be an address that browsers reach, not \""
            + media.announcedIp
            + "\" (environment variable MEDIASOUP_ANNOUNCED_IP)");
    boolean needsPostgres =
        roles.contains(Role.API) || roles.contains(Role.SIGNALING) || roles.contains(Role.PRESENCE);
    rules.require(
        !needsPostgres || postgres.password.isSet(),
        "postgres.password",
        "is not set (environment variable POSTGRES_PASSWORD)");
    rules.require(!dev.embeddedStores, "development.embeddedStores", "is not for production");
  }

  private static boolean isAny(String ip) {
    return ip.equals("0.0.0.0") || ip.equals("::");
  }

  /// The same with other stores.
  public Config withStores(Redis otherRedis, Postgres otherPostgres) {
    return new Config(
        mode,
        roles,
        node,
        cluster,
        listeners,
        otherRedis,
        otherPostgres,
        accounts,
        rooms,
        signaling,
        media,
        meetings,
        match,
        turn,
        bridge,
        limits,
        log,
        metrics,
        shutdown,
        development);
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }

  /// How strict the node is.
  public enum Mode {
    /// Loopback addresses, short secrets and embedded stores are accepted; logs are readable lines.
    DEVELOPMENT,
    /// Nothing that is only safe on one's own machine is accepted.
    PRODUCTION,
    /// As development, for tests.
    TEST
  }

  /// A part of the work that a node does.
  public enum Role {
    API,
    SIGNALING,
    MATCHMAKING,
    PRESENCE,
    MEDIA;

    /// As the configuration file writes it.
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// A wire contract that a listener speaks.
  public enum DialectName {
    /// SFU conferences: `room:join`, `media:produce` …
    CONFERENCE,
    /// Random one-to-one video chat, namespace `/signaling`.
    MATCH,
    /// Mesh meetings.
    MEETING,
    /// Peer-to-peer rooms.
    ROOM
  }

  /// A text that is never printed: `toString` hides it.
  public record Secret(String value) {
    public boolean isSet() {
      return !value.isEmpty();
    }

    @Override
    public String toString() {
      return value.isEmpty() ? "" : "***";
    }
  }

  /// At most `events` of something in any `window`.
  public record RateLimit(int events, Duration window) {
    public RateLimit {
      var rules = new ConfigRules();
      rules.range("events", events, 1, 1_000_000);
      rules.duration("window", window, MS, DAY);
      rules.refuse();
    }
  }

  /// Events in an even stream: `rate` a second in the long run, `burst` at once.
  public record Bucket(int rate, int burst) {
    public Bucket {
      var rules = new ConfigRules();
      rules.range("rate", rate, 1, 1_000_000);
      rules.range("burst", burst, 1, 1_000_000);
      rules.refuse();
    }
  }

  /// This cluster member.
  ///
  /// @param id unique in the cluster and stable while the process lives; generated when empty
  public record Node(String id) {
    public Node {
      var rules = new ConfigRules();
      rules.require(
          id.matches("[A-Za-z0-9._-]{0,64}"),
          "id",
          "may hold up to 64 letters, digits, dots, dashes and underscores");
      rules.refuse();
    }
  }

  /// How the node finds the others.
  ///
  /// @param enabled false for a node that stands alone
  /// @param name nodes of one name form one cluster
  /// @param xml Hazelcast's own configuration; gets the rest of this section as system properties
  /// @param host address Hazelcast binds to
  /// @param port of Hazelcast
  /// @param busHost address the event bus binds to and tells the others; `host` when empty
  /// @param busPort of the event bus; 0 for any free port
  /// @param members `host:port` of nodes to look for
  public record Cluster(
      boolean enabled,
      String name,
      String xml,
      String host,
      int port,
      String busHost,
      int busPort,
      List<String> members) {
    public Cluster {
      members = List.copyOf(members);
      busHost = busHost.isEmpty() ? host : busHost;
      var rules = new ConfigRules();
      rules.notBlank("name", name);
      rules.notBlank("xml", xml);
      rules.notBlank("host", host);
      rules.port("port", port);
      rules.portOrZero("busPort", busPort, "any free one");
      for (int i = 0; i < members.size(); i++) {
        rules.hostAndPort("members[" + i + "]", members.get(i));
      }
      rules.refuse();
    }
  }

  /// One HTTP server on one port.
  ///
  /// @param port 0 for any free one
  /// @param roles of `API` and `SIGNALING`
  /// @param dialects served; the first decides the shape of `/health`
  /// @param basePath put before every path of this listener, such as `/wrtc-api`; may be empty
  /// @param corsOrigins exact origins, `localhost` for any port of this machine, `*` for any
  /// @param trustedProxies addresses or networks whose `X-Forwarded-For` is believed
  public record Listener(
      String host,
      int port,
      List<Role> roles,
      List<DialectName> dialects,
      String basePath,
      List<String> corsOrigins,
      List<String> trustedProxies) {
    public Listener {
      roles = List.copyOf(roles);
      dialects = List.copyOf(dialects);
      corsOrigins = List.copyOf(corsOrigins);
      trustedProxies = List.copyOf(trustedProxies);
      var rules = new ConfigRules();
      rules.notBlank("host", host);
      rules.portOrZero("port", port, "any free one");
      rules.require(
          List.of(Role.API, Role.SIGNALING).containsAll(roles),
          "roles",
          "a listener serves api and signaling only");
      rules.distinct("roles", roles);
      rules.require(!dialects.isEmpty(), "dialects", "names no dialect");
      rules.distinct("dialects", dialects);
      rules.require(
          basePath.matches("(/[A-Za-z0-9._~-]+)*"),
          "basePath",
          "\"" + basePath + "\" is not empty or a path such as /wrtc-api without a last slash");
      for (int i = 0; i < corsOrigins.size(); i++) {
        rules.origin("corsOrigins[" + i + "]", corsOrigins.get(i));
      }
      for (int i = 0; i < trustedProxies.size(); i++) {
        rules.cidr("trustedProxies[" + i + "]", trustedProxies.get(i));
      }
      rules.refuse();
    }

    private Listener withRolesOf(List<Role> nodeRoles) {
      var kept = new ArrayList<>(roles);
      kept.retainAll(nodeRoles);
      return new Listener(host, port, kept, dialects, basePath, corsOrigins, trustedProxies);
    }
  }

  /// The store of live truth.
  ///
  /// @param mode `host`/`port` or `url` name the server; `endpoints` the sentinels or cluster nodes
  /// @param url `redis://` or `rediss://` (TLS); wins over `host`, `port` and `db`
  /// @param endpoints connection strings of sentinels or cluster nodes
  /// @param masterName the master that the sentinels watch
  /// @param poolSize connections of one verticle instance
  /// @param maxWaiting commands that may wait for a connection before more are refused
  /// @param commandTimeout after which a command is taken for lost
  public record Redis(
      RedisMode mode,
      String host,
      int port,
      Secret password,
      int db,
      String url,
      List<String> endpoints,
      String masterName,
      int poolSize,
      int maxWaiting,
      Duration connectTimeout,
      Duration commandTimeout) {
    public Redis {
      endpoints = List.copyOf(endpoints);
      var rules = new ConfigRules();
      rules.notBlank("host", host);
      rules.port("port", port);
      rules.range("db", db, 0, 1023);
      if (!url.isEmpty()) {
        rules.url("url", url, "redis", "rediss");
      }
      for (int i = 0; i < endpoints.size(); i++) {
        rules.url("endpoints[" + i + "]", endpoints.get(i), "redis", "rediss");
      }
      rules.require(
          mode == RedisMode.STANDALONE || !endpoints.isEmpty(),
          "endpoints",
          "is empty; sentinel and cluster need at least one");
      rules.require(mode != RedisMode.SENTINEL || !masterName.isBlank(), "masterName", "is empty");
      rules.require(mode != RedisMode.CLUSTER || db == 0, "db", "a Redis cluster has only 0");
      rules.range("poolSize", poolSize, 1, 1024);
      rules.range("maxWaiting", maxWaiting, 1, 1_000_000);
      rules.duration("connectTimeout", connectTimeout, MS, Duration.ofMinutes(1));
      rules.duration("commandTimeout", commandTimeout, MS, Duration.ofMinutes(1));
      rules.refuse();
    }

    /// The same with one server at this address, without password.
    public Redis at(String otherHost, int otherPort) {
      return new Redis(
          RedisMode.STANDALONE,
          otherHost,
          otherPort,
          new Secret(""),
          0,
          "",
          List.of(),
          masterName,
          poolSize,
          maxWaiting,
          connectTimeout,
          commandTimeout);
    }

    /// The servers to connect to, without the password of this section.
    public List<String> connectionStrings() {
      if (mode != RedisMode.STANDALONE) {
        return endpoints;
      }
      String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
      return List.of(url.isEmpty() ? "redis://" + name + ":" + port + "/" + db : url);
    }

    @Override
    public String toString() {
      return "Redis[mode=" + mode + ", host=" + host + ", port=" + port + ", db=" + db + "]";
    }
  }

  /// How Redis is deployed.
  public enum RedisMode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  /// The store of history.
  ///
  /// @param poolSize connections of the node
  /// @param connectTimeout after which connecting is given up
  public record Postgres(
      String host,
      int port,
      String user,
      Secret password,
      String database,
      int poolSize,
      Duration connectTimeout) {
    public Postgres {
      var rules = new ConfigRules();
      rules.notBlank("host", host);
      rules.port("port", port);
      rules.notBlank("user", user);
      rules.notBlank("database", database);
      rules.range("poolSize", poolSize, 1, 1024);
      rules.duration("connectTimeout", connectTimeout, MS, Duration.ofMinutes(1));
      rules.refuse();
    }

    /// The same at another address.
    public Postgres at(
        String otherHost, int otherPort, String otherUser, Secret secret, String name) {
      return new Postgres(otherHost, otherPort, otherUser, secret, name, poolSize, connectTimeout);
    }
  }

  /// The media role.
  ///
  /// @param listenIp address the UDP ports are bound to
  /// @param announcedIp address told to browsers; the listening one when empty
  /// @param minPort first UDP port; each worker takes one port, the first free of the range; with
  ///   `maxPort` 0 for any free port
  /// @param maxPort last UDP port of the range
  /// @param workers event loops, 0 for one per core
  /// @param iceConsentTimeout silence of a browser after which its transport is closed
  /// @param srtpProfiles accepted, best first
  public record Media(
      String listenIp,
      String announcedIp,
      int minPort,
      int maxPort,
      int workers,
      Duration iceConsentTimeout,
      List<String> srtpProfiles) {

    private static final List<String> KNOWN_PROFILES =
        List.of("AEAD_AES_256_GCM", "AEAD_AES_128_GCM", "AES_CM_128_HMAC_SHA1_80");

    public Media {
      srtpProfiles = List.copyOf(srtpProfiles);
      var rules = new ConfigRules();
      rules.require(
          ConfigRules.isIp(listenIp), "listenIp", "\"" + listenIp + "\" is not an IP address");
      rules.ipOrEmpty("announcedIp", announcedIp);
      rules.portOrZero("minPort", minPort, "any free one");
      rules.portOrZero("maxPort", maxPort, "any free one");
      rules.require(
          (minPort == 0) == (maxPort == 0), "minPort", "and maxPort are both 0 for any free port");
      rules.require(minPort <= maxPort, "minPort", minPort + " is above maxPort " + maxPort);
      rules.range("workers", workers, 0, 256);
      rules.require(
          workers == 0 || minPort == 0 || maxPort - minPort + 1 >= workers,
          "workers",
          workers + " is more than the range of ports holds");
      rules.duration(
          "iceConsentTimeout", iceConsentTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
      rules.require(!srtpProfiles.isEmpty(), "srtpProfiles", "names no profile");
      for (int i = 0; i < srtpProfiles.size(); i++) {
        rules.require(
            KNOWN_PROFILES.contains(srtpProfiles.get(i)),
            "srtpProfiles[" + i + "]",
            "\"" + srtpProfiles.get(i) + "\" is none of " + String.join(", ", KNOWN_PROFILES));
      }
      rules.distinct("srtpProfiles", srtpProfiles);
      rules.refuse();
    }

    /// Event loops that forward packets.
    public int eventLoops() {
      return workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
    }
  }

  /// What one client may take of the listeners, told apart by address, and all together.
  ///
  /// @param http requests of one address
  /// @param maxBody bytes of a request body
  /// @param connections sockets of the node at once; 0 for any number
  /// @param connectionsPerAddress sockets of one address at once; 0 for any number
  /// @param handshakes attempts of one address to open a socket
  /// @param headTimeout from a connection's opening to the end of its first request's head
  /// @param keepAlive from an answer to the end of the next request's head
  public record Limits(
      RateLimit http,
      int maxBody,
      int connections,
      int connectionsPerAddress,
      Bucket handshakes,
      Duration headTimeout,
      Duration keepAlive) {
    public Limits {
      var rules = new ConfigRules();
      rules.range("maxBody", maxBody, 1024, 100_000_000);
      rules.range("connections", connections, 0, 10_000_000);
      rules.range("connectionsPerAddress", connectionsPerAddress, 0, 1_000_000);
      rules.duration("headTimeout", headTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
      rules.duration("keepAlive", keepAlive, Duration.ofMillis(100), Duration.ofMinutes(10));
      rules.refuse();
    }
  }

  /// Logs.
  ///
  /// @param level of everything
  /// @param media level of `dev.parley.media`
  public record Log(LogLevel level, LogLevel media, LogFormat format) {}

  /// How much is logged.
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    /// Nothing.
    NONE
  }

  /// How a line of the log looks.
  public enum LogFormat {
    /// `JSON` in production, else `TEXT`.
    AUTO,
    TEXT,
    JSON
  }

  /// What is told to those who watch.
  ///
  /// @param enabled `/metrics` is served
  /// @param port of a server for metrics and health alone, besides the listeners; 0 for none
  /// @param tracing spans are sent by OTLP
  /// @param otlpEndpoint where they are sent
  public record Metrics(boolean enabled, int port, boolean tracing, String otlpEndpoint) {
    public Metrics {
      var rules = new ConfigRules();
      rules.portOrZero("port", port, "none");
      rules.url("otlpEndpoint", otlpEndpoint, "http", "https");
      rules.refuse();
    }
  }

  /// The node's end.
  ///
  /// @param deadline from SIGTERM to exit, with everything drained or not
  public record Shutdown(Duration deadline) {
    public Shutdown {
      var rules = new ConfigRules();
      rules.duration("deadline", deadline, Duration.ofSeconds(1), DAY);
      rules.refuse();
    }
  }

  /// What `bin/dev` starts besides the node.
  ///
  /// @param embeddedStores Redis and PostgreSQL are started, unless their section names another
  ///   host than this machine
  /// @param dataDir where their data is kept
  public record Development(boolean embeddedStores, String dataDir) {
    public Development {
      var rules = new ConfigRules();
      rules.notBlank("dataDir", dataDir);
      rules.refuse();
    }
  }
}
