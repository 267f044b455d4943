package dev.parley.bench;

import dev.parley.account.DeviceTokens;
import dev.parley.contract.Seeker;
import dev.parley.contract.Wish;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Redis;
import dev.parley.match.MatchRule;
import dev.parley.match.RedisQueue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.redis.client.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Strangers who are matched at a steady rate while others, whom nobody suits, wait beside them:
/// how long each waits from `join-queue` to `matched`, both over the wire, and what it costs, with
/// ever more waiting. Prints one JSON object.
public final class MatchBench {

  private static final String USAGE =
      "bin/bench match [--sockets 1000] [--rate 2000] [--seconds 10]"
          + " [--waiting 100,1000,10000,100000] [--nodes 1] [--warm-up 20] [--out <file>]";

  /// They suit each other and nobody else.
  private static final String WISH =
      "{\"region\":\"global\",\"language\":\"en\",\"gender\":\"other\","
          + "\"genderPreference\":\"other\"}";

  /// A heap that grows while it is measured makes the kernel's clearing of pages part of the
  /// figures.
  private static final String HEAP = "-Xms1g -Xmx1g -XX:+AlwaysPreTouch";

  private static final long TICK_MS = 5;
  private static final int AT_ONCE = 50;
  private static final int BANS = 40;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final ParleyNodes nodes;
  private final List<MatchSocket> sockets = new ArrayList<>();
  private final Deque<MatchSocket> idle = new ArrayDeque<>();
  private final Tally tally = new Tally();

  /// Held: one that nobody holds is closed, and its connections with it.
  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions().setMaxConnections(Integer.MAX_VALUE));

  private MatchBench(ParleyNodes nodes) {
    this.nodes = nodes;
  }

  /// Runs it; ends with 64 when the arguments are wrong, with 1 when somebody was matched wrongly.
  public static void main(String[] args) throws Exception {
    Arguments arguments =
        Arguments.parse(
            args,
            Set.of("sockets", "rate", "seconds", "waiting", "nodes", "warm-up", "out"),
            Set.of(),
            USAGE);
    Path home = Path.of(System.getProperty("parley.home"));
    Path directory = Files.createTempDirectory("parley-bench");
    int rate = arguments.number("rate", 2_000);
    int seconds = arguments.number("seconds", 10);
    JsonObject report =
        new JsonObject()
            .put("benchmark", "match")
            .put("at", Instant.now().toString())
            .put("machine", Machine.describe())
            .put("nodes", arguments.number("nodes", 1))
            .put("sockets", arguments.number("sockets", 1_000))
            .put("joinsPerSecondWanted", rate)
            .put("latency", "ms from join-queue to matched, by whoever comes second and first");
    boolean isSound;
    try (ParleyNodes nodes =
        ParleyNodes.start(
            home,
            directory,
            new ParleyNodes.Setup(arguments.number("nodes", 1), false, true, 1),
            -1,
            HEAP + " " + System.getenv().getOrDefault("PARLEY_JAVA_OPTS", ""))) {
      MatchBench bench = new MatchBench(nodes);
      bench.connect(arguments.number("sockets", 1_000));
      bench.run(rate, arguments.number("warm-up", 20));
      JsonObject results = new JsonObject();
      int crowd = 0;
      for (String number : arguments.text("waiting", "100,1000,10000,100000").split(",", -1)) {
        int wanted = Integer.parseInt(number.strip());
        bench.wait(crowd, wanted);
        crowd = Math.max(crowd, wanted);
        RelayBench.say(crowd + " waiting");
        results.put(number.strip(), bench.run(rate, seconds));
      }
      report.put("shutOutMs", bench.shutOut());
      report.put("waiting", results).put("wrong", bench.tally.wrong);
      isSound = bench.tally.wrong.isEmpty();
      bench.close();
    } catch (RuntimeException e) {
      System.err.println("The servers' logs are in " + directory);
      throw e;
    }
    String text = report.encodePrettily();
    if (arguments.has("out")) {
      Files.writeString(Path.of(arguments.text("out", "")), text + "\n");
    }
    System.out.println(text);
    RelayBench.delete(directory);
    System.exit(isSound ? 0 : 1);
  }

  private void connect(int number) {
    Config config = ConfigFile.of("{ \"mode\": \"development\" }", Map.of());
    DeviceTokens tokens = new DeviceTokens(vertx, ParleyNodes.SECRET, config.match());
    List<Future<Void>> connecting = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      MatchSocket socket = new MatchSocket(client, tally, WISH);
      sockets.add(socket);
      idle.add(socket);
      int port = nodes.ports().get(i % nodes.ports().size());
      connecting.add(socket.connect(port, tokens.issue("bench-" + i)));
      if (connecting.size() == AT_ONCE || i == number - 1) {
        await(Future.all(connecting));
        connecting.clear();
      }
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /// Lets people wait whom nobody suits: half of them of the language of those who are matched.
  private void wait(int from, int to) {
    Config config =
        ConfigFile.of("{ \"mode\": \"development\" }", Map.of("REDIS_URL", nodes.redisUrl()));
    Redis redis = new Redis(vertx, config.redis());
    MatchRule rule =
        new MatchRule(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(3));
    RedisQueue queue =
        new RedisQueue(
            redis,
            rule,
            config.match().joinLimit(),
            () -> redis.call(Command.SET, RedisQueue.PREFIX + "avoided", "1"));
    Control control = await(Control.create(vertx));
    List<CompletableFuture<Void>> joining = new ArrayList<>();
    for (int i = from; i < to; i++) {
      int number = i;
      CompletableFuture<Void> joined = new CompletableFuture<>();
      joining.add(joined);
      control.run(() -> {
        long nowMs = System.currentTimeMillis();
        var _ = queue.join(patient(number, nowMs), "", nowMs);
        joined.complete(null);
      });
      if (joining.size() == AT_ONCE || i == to - 1) {
        CompletableFuture.allOf(joining.toArray(CompletableFuture<?>[]::new)).join();
        joining.clear();
      }
    }
    await(redis.close());
  }

  private static Seeker patient(int number, long nowMs) {
    String language = number % 2 == 0 ? "en" : "l" + number % 97;
    String region = number % 3 == 0 ? Wish.GLOBAL : "r" + number % 11;
    Wish wish = new Wish(region, language, "male", "female", "casual", "", "", List.of());
    return new Seeker("patient-" + number, "none-" + number, "", "nowhere", "", nowMs, wish);
  }

  /// Sends joins at a rate for a while, each by a socket that is idle.
  private JsonObject run(int rate, int seconds) throws InterruptedException {
    Usage before = Usage.of(nodes);
    CompletableFuture<Void> over = new CompletableFuture<>();
    vertx.runOnContext(_ -> {
      tally.begin();
      long startNs = System.nanoTime();
      vertx.setPeriodic(
          TICK_MS,
          timer -> {
            long nowNs = System.nanoTime();
            long passedNs = nowNs - startNs;
            if (passedNs > TimeUnit.SECONDS.toNanos(seconds)) {
              vertx.cancelTimer(timer);
              over.complete(null);
              return;
            }
            long due = passedNs * rate / 1_000_000_000L;
            while (tally.joins < due) {
              MatchSocket socket = idle.poll();
              tally.joins++;
              if (socket == null) {
                tally.missed++;
              } else {
                socket.join(nowNs);
              }
            }
          });
    });
    over.join();
    Usage used = Usage.of(nodes).since(before);
    TimeUnit.SECONDS.sleep(1);
    CompletableFuture<JsonObject> result = new CompletableFuture<>();
    vertx.runOnContext(_ -> result.complete(tally.result(seconds)));
    return result.join().put("cpuSeconds", used.toJson());
  }

  /// Shuts devices out by way of the first node, one after the other; until each is disconnected,
  /// on whichever node it is.
  private JsonObject shutOut() {
    Config config = ConfigFile.of("{ \"mode\": \"development\" }", Map.of());
    String token =
        new DeviceTokens(vertx, ParleyNodes.SECRET, config.match()).issue(ParleyNodes.MODERATOR);
    WebClient http = WebClient.create(vertx);
    long[] tookNs = new long[BANS];
    for (int i = 0; i < BANS; i++) {
      CompletableFuture<Void> gone = new CompletableFuture<>();
      tally.gone = gone;
      long beganNs = System.nanoTime();
      int status =
          await(
                  http.post(nodes.ports().getFirst(), "127.0.0.1", "/moderation/bans")
                      .bearerTokenAuthentication(token)
                      .sendJsonObject(
                          new JsonObject()
                              .put("kind", "device")
                              .put("value", "bench-" + i)
                              .put("duration", "1h")))
              .statusCode();
      if (status != 201) {
        throw new IllegalStateException("not shut out: " + status);
      }
      gone.join();
      tookNs[i] = System.nanoTime() - beganNs;
    }
    Arrays.sort(tookNs);
    return new JsonObject().put("p50", Tally.ms(tookNs, 0.5)).put("max", Tally.ms(tookNs, 1));
  }

  private void close() {
    sockets.forEach(MatchSocket::close);
    await(vertx.close());
  }

  /// What happened; on the event loop.
  private final class Tally implements MatchSocket.Receiver {

    private final Map<String, MatchSocket> alone = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long[] waitedNs = new long[1 << 16];
    private volatile CompletableFuture<Void> gone = new CompletableFuture<>();
    private int matched;
    private long joins;
    private long missed;

    private void begin() {
      matched = 0;
      joins = 0;
      missed = 0;
    }

    @Override
    public void matched(MatchSocket socket, String sessionId, long waited) {
      if (matched == waitedNs.length) {
        waitedNs = Arrays.copyOf(waitedNs, 2 * matched);
      }
      waitedNs[matched++] = waited;
      if (alone.remove(sessionId) == null) {
        alone.put(sessionId, socket);
      } else {
        socket.endCall();
      }
    }

    @Override
    public void idle(MatchSocket socket) {
      idle.add(socket);
    }

    @Override
    public void shutOut(MatchSocket socket) {
      gone.complete(null);
    }

    @Override
    public void wrong(String what) {
      if (wrong.size() < 20) {
        wrong.add(what);
      }
    }

    private JsonObject result(int seconds) {
      long[] sorted = Arrays.copyOf(waitedNs, matched);
      Arrays.sort(sorted);
      return new JsonObject()
          .put("joinsPerSecond", (joins - missed) / seconds)
          .put("notSent", missed)
          .put("matchedPerSecond", matched / seconds)
          .put("inHalfASession", alone.size())
          .put("p50", ms(sorted, 0.5))
          .put("p95", ms(sorted, 0.95))
          .put("p99", ms(sorted, 0.99))
          .put("max", ms(sorted, 1));
    }

    private static double ms(long[] sorted, double share) {
      if (sorted.length == 0) {
        return -1;
      }
      int at = Math.min(sorted.length - 1, (int) (share * sorted.length));
      return Math.round(sorted[at] / 1e4) / 100.0;
    }
  }
}
