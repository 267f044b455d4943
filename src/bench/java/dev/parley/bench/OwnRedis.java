package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import redis.embedded.core.ExecutableProvider;

/// A Redis that keeps nothing on disk, as a child of this process.
final class OwnRedis {

  private OwnRedis() {}

  /// @param cpu the only processor it may use; -1 for any
  static ServerProcess start(Path directory, int port, int cpu) {
    try {
      Files.createDirectories(directory);
      String named = System.getenv("REDIS_SERVER");
      String program =
          named != null
              ? named
              : ExecutableProvider.newJarResourceProvider().get().getAbsoluteFile().toString();
      return ServerProcess.start(
          "redis",
          cpu,
          List.of(
              program,
              "--bind",
              "127.0.0.1",
              "--port",
              Integer.toString(port),
              "--dir",
              directory.toString(),
              "--save",
              "",
              "--appendonly",
              "no"),
          Map.of(),
          directory.resolve("redis.log"),
          line -> line.contains("Ready to accept connections"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
