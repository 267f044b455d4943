package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// The peer: processes of socket.io on Node.js with one Redis between them.
final class SocketIoNodes implements Target {

  private static final long MEMORY_PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NS = 10_000_000;

  private final String adapter;
  private final Path directory;
  private final List<Integer> ports;
  private final List<ServerProcess> nodes = new ArrayList<>();
  private final ServerProcess redis;

  private SocketIoNodes(String adapter, Path directory, List<Integer> ports, ServerProcess redis) {
    this.adapter = adapter;
    this.directory = directory;
    this.ports = ports;
    this.redis = redis;
  }

  /// Starts all of it.
  ///
  /// @param program `server.mjs`
  /// @param number of processes that carry sockets
  /// @param adapter `redis`, `sharded` or `streams`
  /// @param cpu the only processor it may use; -1 for any
  static SocketIoNodes start(Path program, int number, String adapter, Path directory, int cpu) {
    List<Integer> free = FreePorts.find(number + 1);
    ServerProcess redis = OwnRedis.start(directory.resolve("redis"), free.get(number), cpu);
    SocketIoNodes peer = new SocketIoNodes(adapter, directory, free.subList(0, number), redis);
    try {
      for (int i = 0; i < number; i++) {
        peer.nodes.add(
            ServerProcess.start(
                "node" + i,
                cpu,
                List.of(
                    "node",
                    "--expose-gc",
                    program.toString(),
                    Integer.toString(free.get(i)),
                    Integer.toString(free.get(number)),
                    adapter),
                Map.of("NODE_ENV", "production"),
                peer.log(i),
                line -> line.equals("ready")));
      }
      return peer;
    } catch (RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  private Path log(int node) {
    return directory.resolve("node" + node + ".log");
  }

  @Override
  public String name() {
    return "socket.io with " + adapter + " adapter";
  }

  @Override
  public List<Integer> ports() {
    return ports;
  }

  /// A name as long as Parley's user ids, so that events are of one size.
  @Override
  public String auth(int index) {
    return "{\"token\":\"" + new UUID(0x1234567890abcdefL, index) + "\"}";
  }

  @Override
  public boolean announcesAdmission() {
    return false;
  }

  @Override
  public boolean namesRooms() {
    return false;
  }

  @Override
  public List<ServerProcess> servers() {
    return nodes;
  }

  @Override
  public List<ServerProcess> brokers() {
    return List.of(redis);
  }

  @Override
  public List<ServerProcess> bystanders() {
    return List.of();
  }

  @Override
  public long liveBytes(ServerProcess server) {
    Path log = log(nodes.indexOf(server));
    long answers = answers(log).size();
    server.tell("memory");
    long deadline = System.nanoTime() + MEMORY_PATIENCE_NS;
    while (System.nanoTime() - deadline < 0) {
      List<JsonNode> now = answers(log);
      if (now.size() > answers) {
        JsonNode memory = now.getLast();
        return memory.path("heapUsed").asLong() + memory.path("external").asLong();
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    throw new IllegalStateException(server.name() + " does not tell its memory");
  }

  private static List<JsonNode> answers(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.startsWith("{") && line.endsWith("}"))
          .map(line -> Json.read(line, JsonNode.class))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    nodes.forEach(ServerProcess::close);
    redis.close();
  }
}
