package dev.parley.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.account.Principal;
import dev.parley.account.Tokens;
import dev.parley.dev.EmbeddedStores;
import dev.parley.kernel.Json;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Nodes of Parley as processes, started by `bin/parley`, with a Redis and a PostgreSQL of their
/// own. The SFU is on a node apart, so that it is not in the figures of the others.
final class ParleyNodes implements Target {

  static final String MODERATOR = "bench-moderator";
  static final String SECRET = "signs-the-tokens-of-a-benchmark";

  /// In the place of every limit that a benchmark would run into.
  private static final String NO_LIMIT =
      """
      { "events": 1000000, "window": "1s" }\
      """;

  private final Path directory;
  private final boolean withResumption;
  private final int cpu;
  private final EmbeddedStores stores;
  private final Vertx vertx = Vertx.vertx();
  private final List<Integer> ports = new ArrayList<>();
  private final List<ServerProcess> nodes = new ArrayList<>();
  private final List<ServerProcess> others = new ArrayList<>();
  private List<String> tokens = List.of();

  private ParleyNodes(Path directory, boolean withResumption, int cpu) {
    this.directory = directory;
    this.withResumption = withResumption;
    this.cpu = cpu;
    this.stores = EmbeddedStores.start(directory.resolve("stores"), false);
  }

  /// What is to be started.
  ///
  /// @param nodes that carry sockets
  /// @param withMedia whether rooms can be joined
  /// @param withResumption whether lost connections are kept for their clients
  /// @param clients that will come, each with an account of its own
  record Setup(int nodes, boolean withMedia, boolean withResumption, int clients) {}

  /// Starts all of it.
  ///
  /// @param home of the distribution or of the sources: `bin/parley` is there
  /// @param cpu the only processor it may use; -1 for any
  /// @param javaOptions added to the options of the nodes' JVMs
  static ParleyNodes start(Path home, Path directory, Setup setup, int cpu, String javaOptions) {
    ParleyNodes parley = new ParleyNodes(directory, setup.withResumption(), cpu);
    try {
      parley.startNodes(
          home, setup.nodes(), setup.withMedia() ? setup.nodes() + 1 : setup.nodes(), javaOptions);
      parley.makeAccounts(setup.clients());
      return parley;
    } catch (RuntimeException e) {
      parley.close();
      throw e;
    }
  }

  /// @param edges how many of them carry sockets; the rest is the SFU
  private void startNodes(Path home, int edges, int number, String javaOptions) {
    List<Integer> free = FreePorts.find(3 * number);
    List<String> members = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      members.add("127.0.0.1:" + free.get(3 * i));
    }
    for (int i = 0; i < number; i++) {
      boolean isMedia = i >= edges;
      String name = isMedia ? "media" : "node" + i;
      List<Integer> own = free.subList(3 * i, 3 * i + 3);
      Path config = directory.resolve(name + ".jsonc");
      write(config, config(home, isMedia, own, members));
      ServerProcess process =
          ServerProcess.start(
              name,
              cpu,
              List.of(home.resolve("bin/parley").toString(), "--config", config.toString()),
              Map.of("PARLEY_JAVA_OPTS", javaOptions),
              directory.resolve(name + ".log"),
              line -> line.contains("node ready"));
      (isMedia ? others : nodes).add(process);
      if (!isMedia) {
        ports.add(own.get(2));
      }
    }
    findStores();
  }

  private String config(Path home, boolean isMedia, List<Integer> own, List<String> members) {
    URI redis = URI.create(stores.redisUrl());
    URI postgres = URI.create(stores.postgresUrl());
    String json =
        """
        {
          "mode": "test",
          "roles": %s,
          "cluster": { "enabled": true, "name": "bench-%d", "xml": "%s", "port": %d,
            "busPort": %d, "members": %s },
          "listeners": [{ "host": "127.0.0.1", "port": %d }],
          "redis": { "host": "127.0.0.1", "port": %d },
          "postgres": { "host": "127.0.0.1", "port": %d, "user": "%s", "password": "unused",
            "database": "%s" },
          "accounts": { "jwtSecret": "%s" },
          "match": { "joinLimit": %s, "moderators": ["bench-moderator"] },
          "rooms": { "maxParticipants": 100, "rateLimit": %s },
          "media": { "listenIp": "127.0.0.1", "minPort": 0, "maxPort": 0, "workers": 1 },
          "turn": { "stunServers": [] },
          "signaling": { "eventLimit": { "rate": 1000000, "burst": 1000000 } },
          "limits": { "http": %s, "connectionsPerAddress": 0,
            "handshakes": { "rate": 1000000, "burst": 1000000 } },
          "log": { "level": "info" }
        }
        """
            .formatted(
                isMedia ? "[\"media\"]" : "[\"api\", \"signaling\", \"matchmaking\"]",
                ProcessHandle.current().pid(),
                home.resolve("cluster.xml"),
                own.get(0),
                own.get(1),
                Json.write(members),
                own.get(2),
                redis.getPort(),
                postgres.getPort(),
                postgres.getUserInfo().split(":", 2)[0],
                postgres.getPath().substring(1),
                SECRET,
                NO_LIMIT,
                NO_LIMIT,
                NO_LIMIT);
    ObjectNode config = Json.read(json, ObjectNode.class);
    if (!withResumption) {
      config.withObject("signaling").withObject("resume").put("window", 0);
    }
    return config.toPrettyString();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Pool pool() {
    return PgBuilder.pool()
        .connectingTo(PgConnectOptions.fromUri(stores.postgresUrl()))
        .using(vertx)
        .build();
  }

  /// Straight into the database: hashing thousands of passwords is another benchmark.
  private void makeAccounts(int number) {
    String sql =
        """
        INSERT INTO users (email, "passwordHash", "displayName")
        SELECT 'client' || i || '@example.com', 'none', 'Client ' || i
        FROM generate_series(1, $1) AS i RETURNING id, email, "displayName"
        """;
    Tokens issuer = new Tokens(vertx, SECRET, Duration.ofDays(1));
    Pool pool = pool();
    List<String> made = new ArrayList<>(number);
    for (Row row : pool.preparedQuery(sql).execute(Tuple.of(number)).await()) {
      UUID id = row.getUUID(0);
      made.add(issuer.issue(new Principal.User(id.toString(), row.getString(1), row.getString(2))));
    }
    pool.close().await();
    tokens = made;
  }

  /// The processes of the stores, which were started for us.
  private void findStores() {
    Pool pool = pool();
    long backend =
        pool.query("SELECT pg_backend_pid()").execute().await().iterator().next().getInteger(0);
    long postmaster = ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow().pid();
    pool.close().await();
    others.add(ServerProcess.of("postgres", postmaster, cpu));
    int port = URI.create(stores.redisUrl()).getPort();
    long redis =
        ProcessHandle.allProcesses()
            .filter(process -> hasArguments(process.pid(), "redis", ":" + port))
            .findFirst()
            .orElseThrow()
            .pid();
    others.add(ServerProcess.of("redis", redis, cpu));
  }

  private static boolean hasArguments(long pid, String... parts) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
      for (String part : parts) {
        if (!line.contains(part)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// `redis://…`
  String redisUrl() {
    return stores.redisUrl();
  }

  @Override
  public String name() {
    return "parley";
  }

  @Override
  public List<Integer> ports() {
    return ports;
  }

  @Override
  public String auth(int index) {
    return "{\"token\":\"" + tokens.get(index) + "\"}";
  }

  @Override
  public boolean announcesAdmission() {
    return true;
  }

  @Override
  public boolean namesRooms() {
    return true;
  }

  @Override
  public List<ServerProcess> servers() {
    return nodes;
  }

  @Override
  public List<ServerProcess> brokers() {
    return List.of();
  }

  @Override
  public List<ServerProcess> bystanders() {
    return others;
  }

  @Override
  public long liveBytes(ServerProcess server) {
    return server.javaHeapBytes();
  }

  @Override
  public void close() {
    nodes.forEach(ServerProcess::close);
    others.forEach(ServerProcess::close);
    stores.close();
    vertx.close().await();
  }
}
