package dev.parley.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL on a data directory of its own, reached on 127.0.0.1 without password.
///
/// It runs on when this process dies without closing it; the next start on the directory takes it
/// over. It never waits for the disk: for development data only.
final class PostgresServer implements AutoCloseable {

  static final String USER = "videoconf";
  static final String DATABASE = "videoconf";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);

  private final Commands commands;
  private final Path home;
  private final Path data;
  private final int port;

  private PostgresServer(Commands commands, Path home, Path data, int port) {
    this.commands = commands;
    this.home = home;
    this.data = data;
    this.port = port;
  }

  /// Starts the server, or takes over the one that runs on this directory.
  static PostgresServer start(Path directory, Commands commands) throws IOException {
    Path root = placeFor(directory, commands);
    Path home = PostgresBinaries.unpacked(cache(commands));
    Path data = root.resolve("data");
    Optional<Integer> running = runningPort(data);
    if (running.isPresent()) {
      LOG.atInfo().addKeyValue("port", running.get()).log("PostgreSQL runs already");
      return new PostgresServer(commands, home, data, running.get());
    }
    if (!Files.exists(data.resolve("PG_VERSION"))) {
      create(commands, home, data);
    }
    int port = Ports.preferred(root.resolve("postgres.port"));
    String options =
        "-F -p "
            + port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
            + " -c synchronous_commit=off -c full_page_writes=off";
    commands.run(
        home.resolve("bin/pg_ctl").toString(),
        "-D",
        data.toString(),
        "-l",
        data.resolve("server.log").toString(),
        "-o",
        options,
        "-w",
        "start");
    Ports.record(root.resolve("postgres.port"), port);
    return new PostgresServer(commands, home, data, port);
  }

  int port() {
    return port;
  }

  /// Ends connections and the server, adopted or not.
  @Override
  public void close() {
    if (runningPort(data).isEmpty()) {
      return;
    }
    commands.run(
        home.resolve("bin/pg_ctl").toString(), "-D", data.toString(), "-m", "fast", "-w", "stop");
  }

  private static void create(Commands commands, Path home, Path data) throws IOException {
    PostgresBinaries.delete(data);
    Path unfinished = data.resolveSibling("data.new");
    PostgresBinaries.delete(unfinished);
    commands.run(
        home.resolve("bin/initdb").toString(),
        "-D",
        unfinished.toString(),
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync");
    commands.runWithInput(
        "CREATE DATABASE " + DATABASE + ";\n",
        home.resolve("bin/postgres").toString(),
        "--single",
        "-D",
        unfinished.toString(),
        "postgres");
    Files.move(unfinished, data);
  }

  /// The directory itself, or one under /var/tmp when the user that runs PostgreSQL may not enter
  /// it, as nobody may not enter root's home.
  private static Path placeFor(Path directory, Commands commands) throws IOException {
    Files.createDirectories(directory);
    Path real = directory.toRealPath();
    commands.own(real);
    if (!commands.isOtherUser() || commands.mayEnter(real)) {
      return real;
    }
    String name =
        "parley-" + Integer.toHexString(real.toString().hashCode()).toLowerCase(Locale.ROOT);
    Path elsewhere = Files.createDirectories(Path.of("/var/tmp", name));
    commands.own(elsewhere);
    LOG.atInfo().addKeyValue("directory", elsewhere).log("PostgreSQL keeps its data elsewhere");
    return elsewhere;
  }

  private static Path cache(Commands commands) {
    return commands.isOtherUser()
        ? Path.of("/var/tmp/parley-stores")
        : Path.of(System.getProperty("user.home"), ".cache", "parley");
  }

  /// The port of a live server on the directory: its process lives and it takes connections.
  private static Optional<Integer> runningPort(Path data) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      if (lines.size() < 4
          || ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
              .filter(ProcessHandle::isAlive)
              .isEmpty()) {
        return Optional.empty();
      }
      int port = Integer.parseInt(lines.get(3).strip());
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected() ? Optional.of(port) : Optional.empty();
      }
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }
}
