package dev.parley;

import com.hazelcast.config.XmlConfigBuilder;
import dev.parley.account.Accounts;
import dev.parley.account.DeviceTokens;
import dev.parley.account.Identities;
import dev.parley.account.Issuers;
import dev.parley.account.Passwords;
import dev.parley.account.Tokens;
import dev.parley.api.ApiServices;
import dev.parley.audit.AuditLog;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Config.Role;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Health;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Links;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Peers;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.match.Encounters;
import dev.parley.match.MatchRule;
import dev.parley.match.RedisQueue;
import dev.parley.matchmaking.Matchmaker;
import dev.parley.media.MediaVerticle;
import dev.parley.presence.PresenceService;
import dev.parley.report.Moderation;
import dev.parley.room.MeetingRooms;
import dev.parley.room.PairRooms;
import dev.parley.room.PassRooms;
import dev.parley.room.PeerRooms;
import dev.parley.room.Rooms;
import dev.parley.signaling.ForStrangers;
import dev.parley.signaling.SignalingService;
import dev.parley.turn.IceServers;
import dev.parley.web.ListenerVerticle;
import dev.parley.web.OpsVerticle;
import dev.parley.web.SocketGate;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node of Parley at work: the roles its configuration names, on one Vert.x instance.
public final class Node implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /// How long a starting node waits for its stores.
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(60);

  private static final long STORE_RETRY_MS = 1_000;

  private static final Set<Role> WITH_STORES =
      Set.of(Role.API, Role.SIGNALING, Role.MATCHMAKING, Role.PRESENCE);

  private static final Duration WIDEN_AFTER = Duration.ofSeconds(15);
  private static final Duration REMEET_AFTER = Duration.ofSeconds(10);
  private static final Duration INTERESTS_FOR = Duration.ofSeconds(3);

  private final Config config;
  private final String id;
  private final Metrics metrics = new Metrics();
  private final Health health = new Health();
  private final Vertx vertx;
  private final @Nullable HazelcastClusterManager cluster;
  private final Bus bus;
  private final List<String> urls = new ArrayList<>();
  private final List<Supplier<Future<?>>> drains = new ArrayList<>();

  private Node(Config config) {
    this.config = config;
    this.id = config.node().id().isEmpty() ? Ids.shortId() : config.node().id();
    this.cluster =
        config.cluster().enabled()
            ? new HazelcastClusterManager(hazelcast(config.cluster()))
            : null;
    this.vertx = vertx(config, metrics, cluster);
    this.bus = new Bus(vertx);
  }

  /// Starts a node; returns when all its listeners are open. On a plain thread.
  public static Node start(Config config) {
    Node node = new Node(config);
    try {
      node.open();
    } catch (Throwable t) {
      // Errors of sockets and stores come out of `await` undeclared.
      node.vertx.close().await();
      node.metrics.registry().close();
      throw t;
    }
    return node;
  }

  /// What to open in a browser, the first listener first.
  public List<String> urls() {
    return List.copyOf(urls);
  }

  /// Name of this node in the cluster.
  public String id() {
    return id;
  }

  public Metrics metrics() {
    return metrics;
  }

  private static Vertx vertx(
      Config config, Metrics metrics, @Nullable HazelcastClusterManager cluster) {
    VertxOptions options =
        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(eventLoops(config));
    options.getEventBusOptions().setHost(config.cluster().busHost());
    options.getEventBusOptions().setPort(config.cluster().busPort());
    MicrometerMetricsOptions measured =
        new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(false);
    options.setMetricsOptions(measured);
    VertxBuilder builder =
        Vertx.builder().with(options).withMetrics(new MicrometerMetricsFactory(metrics.registry()));
    return cluster == null
        ? builder.build()
        : builder.withClusterManager(cluster).buildClustered().await();
  }

  /// One a core, so that what passes between two sockets seldom changes threads; the SFU's workers
  /// have theirs beside them.
  private static int eventLoops(Config config) {
    int cores = Runtime.getRuntime().availableProcessors();
    return config.has(Role.MEDIA) ? cores + config.media().eventLoops() : cores;
  }

  private static com.hazelcast.config.Config hazelcast(Config.Cluster cluster) {
    Properties properties = new Properties();
    properties.setProperty("parley.cluster.name", cluster.name());
    properties.setProperty("parley.cluster.host", cluster.host());
    properties.setProperty("parley.cluster.port", Integer.toString(cluster.port()));
    properties.setProperty("parley.cluster.members", String.join(",", cluster.members()));
    try (InputStream xml = new FileInputStream(clusterFile(cluster.xml()).toFile())) {
      return new XmlConfigBuilder(xml).setProperties(properties).build();
    } catch (IOException e) {
      throw new IllegalStateException("cluster.xml: " + cluster.xml() + " cannot be read", e);
    }
  }

  private static Path clusterFile(String name) {
    Path file = Path.of(name);
    String home = System.getProperty("parley.home");
    return Files.exists(file) || home == null ? file : Path.of(home).resolve(name);
  }

  private void open() {
    long startedNs = System.nanoTime();
    if (config.has(Role.MEDIA)) {
      deploy(new MediaVerticle(id, config.media(), bus, metrics));
    }
    if (!Collections.disjoint(config.roles(), WITH_STORES)) {
      openEdge();
    }
    if (config.metrics().enabled() && config.metrics().port() != 0) {
      vertx.deployVerticle(new OpsVerticle(config.metrics().port(), health, metrics)).await();
    }
    health.publish(metrics);
    health.accepting(true);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
    log.info("node ready id={} roles={} urls={} tookMs={}", id, config.roles(), urls, tookMs);
  }

  private void openEdge() {
    Redis redis = new Redis(vertx, config.redis());
    Postgres postgres = new Postgres(vertx, config.postgres());
    health.withRedis(redis).withPostgres(postgres);
    awaitMigration(postgres);
    Journal journal =
        new Journal(
            vertx,
            postgres,
            reason -> metrics.count(Metrics.Total.JOURNAL_DROPPED, "reason", reason));
    metrics.level(Metrics.Level.JOURNAL_PENDING, journal::pending);
    AuditLog audit = new AuditLog(journal, postgres);
    Tokens tokens =
        new Tokens(vertx, config.accounts().jwtSecret().value(), config.accounts().jwtExpiration());
    Accounts accounts =
        new Accounts(postgres, new Passwords(vertx, config.accounts().passwordHashing()), tokens);
    Identities identities = new Identities(accounts, new Issuers(vertx, config.rooms().issuers()));
    MeetingRooms meetings =
        new MeetingRooms(
            redis,
            postgres,
            journal,
            bus,
            config.rooms(),
            config.meetings(),
            config.bridge().tellsOfAllRooms());
    Control apiControl = Control.create(vertx).await();
    DeviceTokens deviceTokens =
        new DeviceTokens(vertx, config.accounts().jwtSecret().value(), config.match());
    Moderation moderation =
        Moderation.of(
            vertx,
            apiControl,
            redis,
            postgres,
            bus,
            metrics,
            audit,
            new Encounters(postgres, journal),
            config.match());
    if (speaksMatch()) {
      moderation.bans().open().await();
    }
    IceServers iceServers = new IceServers(vertx, config.turn());
    PassRooms passRooms = new PassRooms(redis, audit, bus, config.rooms(), config.meetings());
    BridgeAssembly bridge =
        new BridgeAssembly(vertx, id, bus, metrics, postgres, passRooms, tokens, config.bridge());
    if (config.has(Role.PRESENCE) && config.bridge().isWatching()) {
      watch(bridge);
    }
    ApiServices services =
        new ApiServices(
            apiControl,
            accounts,
            identities,
            deviceTokens,
            moderation,
            meetings,
            new PeerRooms(
                redis, bus, config.rooms(), config.meetings(), config.bridge().tellsOfAllRooms()),
            iceServers,
            config.meetings(),
            config.rooms(),
            config.turn(),
            config.accounts().jwtSecret().value(),
            bridge.services());
    PairRooms pairs = pairRooms(redis, moderation.encounters());
    MatchRule rule = new MatchRule(WIDEN_AFTER, REMEET_AFTER, INTERESTS_FOR);
    RedisQueue queue =
        new RedisQueue(
            redis, rule, config.match().joinLimit(), () -> moderation.blocks().restore());
    SignalingService signaling = null;
    if (config.has(Role.SIGNALING) || config.has(Role.MATCHMAKING)) {
      Control control = Control.create(vertx).await();
      Peers peers = peers(control);
      if (config.has(Role.MATCHMAKING)) {
        Encounters encounters = moderation.encounters();
        Matchmaker matchmaker =
            new Matchmaker(vertx, id, control, bus, peers, queue, rule, pairs, encounters, metrics);
        if (speaksMatch() || config.listeners().isEmpty()) {
          matchmaker.publish();
        }
        matchmaker.open().await();
        drains.add(matchmaker::close);
      }
      if (config.has(Role.SIGNALING)) {
        signaling =
            new SignalingService(
                vertx,
                id,
                control,
                bus,
                metrics,
                config.signaling(),
                config.rooms(),
                config.meetings(),
                identities,
                new Rooms(
                    redis,
                    postgres,
                    journal,
                    audit,
                    bus,
                    pairs,
                    config.rooms(),
                    config.meetings(),
                    config.bridge().tellsOfAllRooms()),
                meetings,
                passRooms,
                redis,
                iceServers,
                peers,
                new Links(vertx, bus, id),
                new ForStrangers(
                    deviceTokens,
                    moderation.bans()::isBanned,
                    queue,
                    pairs,
                    config.match().sessionTtl(),
                    moderation.abuse()::joined,
                    moderation.abuse()::skipped));
        if (speaksMatch()) {
          signaling.publishStrangers(metrics);
        }
        signaling.open().await();
        drains.add(signaling::close);
      }
    }
    drains.add(journal::drained);
    SocketGate gate = new SocketGate(config.limits());
    for (Config.Listener listener : config.listeners()) {
      listen(listener, services, signaling, gate);
    }
  }

  private void watch(BridgeAssembly bridge) {
    PresenceService presence =
        new PresenceService(
            vertx,
            Control.create(vertx).await(),
            bus,
            bridge.parts(),
            config.bridge().pollInterval());
    presence.open().await();
    drains.add(presence::close);
  }

  private PairRooms pairRooms(Redis redis, Encounters encounters) {
    return new PairRooms(
        redis,
        bus,
        config.rooms(),
        config.meetings(),
        config.match().sessionTtl(),
        (sessionId, reason) -> {
          String word = reason.name().toLowerCase(Locale.ROOT);
          encounters.ended(sessionId, word);
          metrics.count(Metrics.Total.VIDEO_SESSIONS_ENDED, "reason", word);
        });
  }

  private boolean speaksMatch() {
    return config.listeners().stream()
        .anyMatch(listener -> listener.dialects().contains(Config.DialectName.MATCH));
  }

  /// Begins to watch the other nodes of the cluster, and to be seen by them.
  private Peers peers(Control control) {
    String member = cluster == null ? "" : cluster.getNodeId();
    Peers peers = new Peers(vertx, bus, control, id, member, Set.copyOf(config.roles()));
    if (cluster != null) {
      cluster.nodeListener(new MemberLosses(peers));
    }
    peers.open().await();
    return peers;
  }

  private record MemberLosses(Peers peers) implements NodeListener {
    @Override
    public void nodeAdded(String member) {}

    @Override
    public void nodeLeft(String member) {
      peers.memberLost(member);
    }
  }

  private void listen(
      Config.Listener listener,
      ApiServices services,
      @Nullable SignalingService signaling,
      SocketGate gate) {
    ListenerVerticle.Parts parts =
        new ListenerVerticle.Parts(
            listener,
            config.limits(),
            config.metrics().enabled() && config.metrics().port() == 0,
            services,
            listener.roles().contains(Role.SIGNALING) ? signaling : null,
            gate,
            health,
            metrics);
    ListenerVerticle.Shared shared = new ListenerVerticle.Shared(parts, urls.size());
    int instances = Math.max(1, Runtime.getRuntime().availableProcessors());
    vertx
        .deployVerticle(
            () -> new ListenerVerticle(parts, shared),
            new DeploymentOptions().setInstances(instances))
        .await();
    String host =
        listener.host().equals("0.0.0.0") || listener.host().equals("127.0.0.1")
            ? "localhost"
            : listener.host();
    urls.add("http://" + host + ":" + shared.port() + listener.basePath());
  }

  private void deploy(MediaVerticle media) {
    vertx.deployVerticle(media).await();
  }

  /// Waits for PostgreSQL, which may start at the same time as the node.
  private void awaitMigration(Postgres postgres) {
    long deadlineNs = System.nanoTime() + STORE_PATIENCE.toNanos();
    while (true) {
      try {
        postgres.migrate().await();
        return;
      } catch (Exception e) {
        boolean mayCome = e instanceof Failure || e instanceof java.net.ConnectException;
        if (!mayCome || System.nanoTime() > deadlineNs) {
          throw e;
        }
        log.warn("waiting for PostgreSQL error={}", e.getMessage());
        vertx.timer(STORE_RETRY_MS, TimeUnit.MILLISECONDS).await();
      }
    }
  }

  /// Takes no new work, lets go of what it has, and ends, within the configured deadline.
  @Override
  public void close() {
    log.info("node closing id={}", id);
    health.accepting(false);
    long deadlineNs = System.nanoTime() + config.shutdown().deadline().toNanos();
    for (Supplier<Future<?>> drain : drains) {
      // What a drain cannot do in half of what is left, it cannot do.
      await(drain.get(), (deadlineNs - System.nanoTime()) / 2, "drain");
    }
    await(vertx.close(), deadlineNs - System.nanoTime(), "close");
    metrics.registry().close();
  }

  private void await(Future<?> step, long patienceNs, String what) {
    try {
      step.await(Math.max(1, TimeUnit.NANOSECONDS.toMillis(patienceNs)), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("node did not {} in time id={}", what, id);
    } catch (RuntimeException e) {
      log.warn("node did not {} cleanly id={} error={}", what, id, e.toString());
    }
  }
}
