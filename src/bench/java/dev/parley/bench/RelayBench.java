package dev.parley.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What it costs to relay a message from a client of one server to clients of another, and how long
/// it takes: two nodes of Parley beside two processes of socket.io with a Redis between them, under
/// one load client, in turns. Prints one JSON object.
public final class RelayBench {

  private static final String USAGE =
      "bin/bench relay [--sockets 1000] [--scenario candidate|offer|chat|all] [--seconds 4]"
          + " [--rounds 2] [--warm-up 40] [--rate <messages a second>]"
          + " [--peer redis|sharded|streams] [--no-peer] [--no-resume] [--pin] [--out <file>]";

  /// The slowest rate that is tried, in messages a second.
  private static final double LOWEST_RATE = 1_000;

  private static final int WARM_UP_SECONDS = 40;
  private static final double WARM_UP_STEP_SECONDS = 2;
  private static final double FASTER = 1.4;
  private static final double SLOWER = 0.75;
  private static final double STEP_SECONDS = 1.5;
  private static final double FINEST_STEP = 1.1;

  /// A rate is sustained when half of the messages take no longer. At a rate that is not, what
  /// waits grows all the time, and so does the median; the slowest ones tell more of other work on
  /// the machine.
  private static final double PATIENCE_MS = 20;

  private static final int SERVER_CPU = 0;

  private final int seconds;
  private final int rounds;
  private final int warmUpSeconds;
  private final int fixedRate;
  private final List<LoadClient> clients;
  private long seed = 1;

  private RelayBench(
      int seconds, int rounds, int warmUpSeconds, int fixedRate, List<LoadClient> clients) {
    this.seconds = seconds;
    this.rounds = rounds;
    this.warmUpSeconds = warmUpSeconds;
    this.fixedRate = fixedRate;
    this.clients = clients;
  }

  /// Runs it; ends with 64 when the arguments are wrong, with 1 when messages were lost or came
  /// twice at a rate that is sustained.
  public static void main(String[] args) throws Exception {
    Arguments arguments =
        Arguments.parse(
            args,
            Set.of("sockets", "scenario", "seconds", "rounds", "warm-up", "rate", "peer", "out"),
            Set.of("no-peer", "no-resume", "pin"),
            USAGE);
    Path home = Path.of(System.getProperty("parley.home"));
    Path directory = Files.createTempDirectory("parley-bench");
    boolean isSound = false;
    try {
      JsonObject report = run(arguments, home, directory);
      isSound = report.getBoolean("sound");
      String text = report.encodePrettily();
      if (arguments.has("out")) {
        Files.writeString(Path.of(arguments.text("out", "")), text + "\n");
      }
      System.out.println(text);
    } catch (RuntimeException e) {
      System.err.println("The servers' logs are in " + directory);
      throw e;
    }
    delete(directory);
    System.exit(isSound ? 0 : 1);
  }

  static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static JsonObject run(Arguments arguments, Path home, Path directory) throws IOException {
    int sockets = arguments.number("sockets", 1000);
    int cpu = arguments.has("pin") ? SERVER_CPU : -1;
    String wanted = arguments.text("scenario", "all");
    List<Scenario> scenarios =
        wanted.equals("all") ? List.of(Scenario.values()) : List.of(Scenario.of(wanted));
    List<LoadClient> clients = new ArrayList<>();
    try {
      String options = System.getenv().getOrDefault("PARLEY_JAVA_OPTS", "-Xms2g -Xmx2g");
      clients.add(
          new LoadClient(
              ParleyNodes.start(
                  home,
                  subdirectory(directory, "parley"),
                  new ParleyNodes.Setup(2, true, !arguments.has("no-resume"), sockets),
                  cpu,
                  options)));
      if (!arguments.has("no-peer")) {
        Path program = home.resolve("src/bench/peer/server.mjs");
        clients.add(
            new LoadClient(
                SocketIoNodes.start(
                    program,
                    2,
                    arguments.text("peer", "redis"),
                    subdirectory(directory, "peer"),
                    cpu)));
      }
      RelayBench bench =
          new RelayBench(
              arguments.number("seconds", 4),
              arguments.number("rounds", 2),
              arguments.number("warm-up", WARM_UP_SECONDS),
              arguments.has("rate") ? arguments.number("rate", 1) : 0,
              clients);
      JsonObject report =
          new JsonObject()
              .put("benchmark", "relay")
              .put("at", Instant.now().toString())
              .put("machine", Machine.describe())
              .put("pinned", cpu >= 0)
              .put("sockets", sockets)
              .put("resumption", !arguments.has("no-resume"))
              .put("javaOptions", options);
      return bench.run(sockets, scenarios, report);
    } finally {
      for (LoadClient client : clients) {
        client.close();
        client.target().close();
      }
    }
  }

  static Path subdirectory(Path directory, String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  private JsonObject run(int sockets, List<Scenario> scenarios, JsonObject report) {
    Map<String, Memory> before = memories();
    for (LoadClient client : clients) {
      client.open(sockets);
    }
    Map<String, Memory> idle = memories();
    JsonObject results = new JsonObject();
    boolean isSound = true;
    for (Scenario scenario : scenarios) {
      clients.forEach(client -> client.join(scenario));
      JsonObject result = measure(scenario);
      isSound &= result.getBoolean("sound");
      results.put(scenario.wireName(), result);
    }
    Map<String, Memory> active = memories();
    JsonObject memory = new JsonObject();
    before.forEach((name, empty) ->
        memory.put(
            name,
            new JsonObject()
                .put("withoutConnections", empty.toJson())
                .put("perIdleConnection", idle.get(name).since(empty).per(sockets))
                .put("perActiveConnection", active.get(name).since(empty).per(sockets))));
    for (LoadClient client : clients) {
      if (client.closedByServer() > 0) {
        isSound = false;
        say(client.target().name() + " closed " + client.closeReasons());
      }
    }
    return report.put("scenarios", results).put("memory", memory).put("sound", isSound);
  }

  private Map<String, Memory> memories() {
    Map<String, Memory> memories = new TreeMap<>();
    for (LoadClient client : clients) {
      memories.put(client.target().name(), Memory.of(client.target()));
    }
    return memories;
  }

  private JsonObject measure(Scenario scenario) {
    clients.forEach(client -> warmUp(client, scenario));
    JsonObject result = new JsonObject();
    List<Double> limits = new ArrayList<>();
    JsonObject maximum = new JsonObject();
    for (LoadClient client : clients) {
      Round best = fixedRate > 0 ? null : search(client, scenario);
      limits.add(best == null ? fixedRate * 2.0 : best.outcome.rate());
      if (best != null) {
        maximum.put(client.target().name(), best.toJson());
      }
    }
    if (fixedRate == 0) {
      result.put("highestSustained", maximum);
    }
    return result.mergeIn(rounds(scenario, limits));
  }

  /// Lets a server reach its pace, near the highest rate it sustains: code is compiled when it has
  /// run often enough, and for the load it has run under.
  private void warmUp(LoadClient client, Scenario scenario) {
    double rate = fixedRate > 0 ? fixedRate : LOWEST_RATE / scenario.receivers();
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUpSeconds);
    while (System.nanoTime() - endNs < 0) {
      Round round = round(client, scenario, rate, Math.min(warmUpSeconds, WARM_UP_STEP_SECONDS));
      rate *= round.isSustained() ? FASTER : SLOWER;
    }
  }

  /// Rounds in turns: all at half of what the slowest can, and each at half of what it can itself.
  private JsonObject rounds(Scenario scenario, List<Double> limits) {
    double common = limits.stream().mapToDouble(Double::doubleValue).min().orElseThrow() / 2;
    Comparison same = new Comparison();
    Comparison own = new Comparison();
    for (int i = 0; i < rounds; i++) {
      for (int j = 0; j < clients.size(); j++) {
        LoadClient client = clients.get(j);
        Round round = round(client, scenario, common, seconds);
        same.add(client.target().name(), round);
        double half = limits.get(j) / 2;
        boolean isSame = half < common * FINEST_STEP;
        own.add(client.target().name(), isSame ? round : round(client, scenario, half, seconds));
      }
    }
    return new JsonObject()
        .put("sameRate", same.toJson())
        .put("halfOfOwnHighest", own.toJson())
        .put("sound", same.isSound() && own.isSound());
  }

  /// The highest rate that is sustained: doubled until it is not, then halved in between.
  private Round search(LoadClient client, Scenario scenario) {
    double rate = LOWEST_RATE / scenario.receivers();
    double factor = 2;
    Round best = null;
    while (factor > FINEST_STEP) {
      double next = best == null ? rate : best.outcome.rate() * factor;
      Round round = round(client, scenario, next, STEP_SECONDS);
      if (!round.isSustained()) {
        // Once more: anything may come between on a machine that is shared.
        round = round(client, scenario, next, STEP_SECONDS);
      }
      if (round.isSustained()) {
        best = round;
      } else if (best == null) {
        rate /= 2;
      } else {
        factor = Math.sqrt(factor);
      }
    }
    if (best == null) {
      throw new IllegalStateException("no rate is sustained");
    }
    return best;
  }

  private Round round(LoadClient client, Scenario scenario, double rate, double length) {
    Usage before = Usage.of(client.target());
    OpenLoop.Outcome outcome = OpenLoop.run(client, scenario, rate, length, seed++);
    for (ServerProcess server : client.target().servers()) {
      if (!server.isAlive()) {
        throw new IllegalStateException(server.name() + " has ended");
      }
    }
    Round round = new Round(outcome, Usage.of(client.target()).since(before));
    say(client.target().name() + " " + scenario.wireName() + " " + round.toJson().encode());
    return round;
  }

  static void say(String text) {
    System.err.println(text);
  }

  /// A round and what the servers spent on it.
  record Round(OpenLoop.Outcome outcome, Usage usage) {

    boolean isSustained() {
      return !outcome.isOverloaded() && outcome.lost() == 0 && outcome.latencyMs(50) <= PATIENCE_MS;
    }

    /// Whether nothing was lost, came twice, to the wrong ones or in the wrong order.
    boolean isSound() {
      return outcome.lost() + outcome.duplicated() + outcome.strayed() + outcome.reordered() == 0;
    }

    double relaysPerCpuSecond() {
      return outcome.delivered() / Math.max(0.01, usage.serverSeconds());
    }

    JsonObject toJson() {
      return outcome
          .toJson()
          .put("relaysPerCpuSecond", Math.round(relaysPerCpuSecond()))
          .put("cpuSeconds", usage.toJson());
    }
  }
}
