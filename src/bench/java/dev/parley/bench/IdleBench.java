package dev.parley.bench;

import dev.parley.bench.ServerProcess.ClassBytes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What a connection takes that does nothing: many clients of one node, let in and then silent but
/// for answers to pings. Prints one JSON object.
public final class IdleBench {

  private static final String USAGE =
      "bin/bench idle [--sockets 20000] [--minutes 10] [--no-peer] [--out <file>]";

  /// File descriptors that a server needs besides those of its clients.
  private static final int OWN_FILES = 500;

  private static final int WARM_UP = 2_000;

  private static final int CLASSES_TOLD = 60;

  /// What a heap does not need is given back at once, so that resident memory says something.
  private static final String OPTIONS = "-Xms32m -XX:ZUncommitDelay=2";

  /// For the collector to give it back.
  private static final int SETTLE_S = 20;

  private IdleBench() {}

  /// Runs it; ends with 64 when the arguments are wrong, with 1 when a client was closed.
  public static void main(String[] args) throws Exception {
    Arguments arguments =
        Arguments.parse(args, Set.of("sockets", "minutes", "out"), Set.of("no-peer"), USAGE);
    Path home = Path.of(System.getProperty("parley.home"));
    Path directory = Files.createTempDirectory("parley-bench");
    int sockets = Math.min(arguments.number("sockets", 20_000), openFiles() - OWN_FILES);
    String options = System.getenv().getOrDefault("PARLEY_JAVA_OPTS", OPTIONS);
    JsonObject report =
        new JsonObject()
            .put("benchmark", "idle")
            .put("at", Instant.now().toString())
            .put("machine", Machine.describe())
            .put("sockets", sockets)
            .put("javaOptions", options);
    int closed;
    try {
      JsonObject parley =
          parley(
              home,
              RelayBench.subdirectory(directory, "parley"),
              sockets,
              arguments.number("minutes", 10),
              options);
      closed = parley.getInteger("closedByServer");
      report.put("parley", parley);
      if (!arguments.has("no-peer")) {
        report.put("socket.io", peer(home, RelayBench.subdirectory(directory, "peer"), sockets));
      }
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
    System.exit(closed == 0 ? 0 : 1);
  }

  /// How many this process may open, and so those it starts.
  private static int openFiles() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split("\\s+")[3])
          .mapToInt(
              limit -> limit.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(limit))
          .findFirst()
          .orElse(1024);
    }
  }

  private static JsonObject parley(
      Path home, Path directory, int sockets, int minutes, String options)
      throws InterruptedException {
    try (ParleyNodes nodes =
            ParleyNodes.start(
                home,
                directory,
                new ParleyNodes.Setup(1, false, true, Math.max(sockets, WARM_UP)),
                -1,
                options);
        LoadClient client = new LoadClient(nodes)) {
      ServerProcess server = nodes.servers().getFirst();
      warmUp(nodes);
      client.open(10);
      List<ClassBytes> classesBefore = server.javaClasses();
      Memory before = settled(nodes);
      client.open(sockets - 10);
      Memory after = settled(nodes);
      List<ClassBytes> classes = server.javaClasses();
      JsonObject result =
          new JsonObject()
              .put("withoutConnections", before.toJson())
              .put("perConnection", after.since(before).per(sockets - 10));
      double cpuBefore = server.cpuSeconds();
      for (int minute = 0; minute < minutes; minute++) {
        TimeUnit.MINUTES.sleep(1);
        RelayBench.say("minute " + (minute + 1) + ": closed " + client.closedByServer());
      }
      double cpu = server.cpuSeconds() - cpuBefore;
      return result
          .put("minutes", minutes)
          .put("closedByServer", client.closedByServer())
          .put("closeReasons", new JsonArray(client.closeReasons()))
          .put("cpuSharePerThousand", Math.round(cpu / minutes / 60 / sockets * 1e8) / 1e5)
          .put("perConnectionAtTheEnd", settled(nodes).since(before).per(sockets - 10))
          .put("classes", difference(classesBefore, classes, sockets - 10));
    }
  }

  /// Classes, compiled code and pools that come with the first connections are not part of each.
  private static void warmUp(Target target) {
    try (LoadClient client = new LoadClient(target)) {
      client.open(WARM_UP);
    }
  }

  /// Memory after a collection, when what it freed has been given back.
  private static Memory settled(Target target) throws InterruptedException {
    var _ = Memory.of(target);
    TimeUnit.SECONDS.sleep(SETTLE_S);
    return Memory.of(target);
  }

  private static JsonObject peer(Path home, Path directory, int sockets)
      throws InterruptedException {
    Path program = home.resolve("src/bench/peer/server.mjs");
    try (SocketIoNodes nodes = SocketIoNodes.start(program, 1, "redis", directory, -1);
        LoadClient client = new LoadClient(nodes)) {
      warmUp(nodes);
      client.open(10);
      Memory before = settled(nodes);
      client.open(sockets - 10);
      return new JsonObject()
          .put("withoutConnections", before.toJson())
          .put("perConnection", settled(nodes).since(before).per(sockets - 10));
    }
  }

  /// What each connection has of each class, the largest first.
  private static JsonArray difference(
      List<ClassBytes> before, List<ClassBytes> after, int connections) {
    Map<String, ClassBytes> had = new HashMap<>();
    before.forEach(line -> had.put(line.name(), line));
    JsonArray told = new JsonArray();
    after.stream()
        .map(line -> {
          ClassBytes old = had.getOrDefault(line.name(), new ClassBytes(line.name(), 0, 0));
          return new ClassBytes(
              line.name(), line.instances() - old.instances(), line.bytes() - old.bytes());
        })
        .sorted(Comparator.comparingLong(ClassBytes::bytes).reversed())
        .limit(CLASSES_TOLD)
        .forEach(line ->
            told.add(
                new JsonObject()
                    .put("class", line.name())
                    .put("bytes", line.bytes() / connections)
                    .put("objects", Math.round(100.0 * line.instances() / connections) / 100.0)));
    return told;
  }
}
