package dev.parley.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs programs that end soon, as a user whom PostgreSQL accepts: it refuses to run as root.
///
/// @param prefix put before each command line; empty for an ordinary user
record Commands(List<String> prefix) {

  private static final int NOBODY = 65534;
  private static final long LIMIT_SECONDS = 120;

  Commands {
    prefix = List.copyOf(prefix);
  }

  /// For the user of this process: as it is; for root in a user namespace of its own, where it is
  /// nobody; for root without the right to make one, as the user nobody.
  static Commands unprivileged() {
    if (!isRoot()) {
      return new Commands(List.of());
    }
    var namespace = new Commands(List.of("unshare", "-U"));
    return namespace.succeeds("true") ? namespace : asNobody();
  }

  static Commands asNobody() {
    String id = String.valueOf(NOBODY);
    for (Commands candidate :
        List.of(
            new Commands(List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--")),
            new Commands(List.of("runuser", "-u", "nobody", "--")))) {
      if (candidate.succeeds("true")) {
        return candidate;
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither unshare, setpriv nor runuser works here;"
            + " run as an ordinary user");
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /// True when commands run under another user id, which must then own what they write.
  boolean isOtherUser() {
    return !prefix.isEmpty() && !prefix.getFirst().equals("unshare");
  }

  /// Gives a tree to the user that commands run as.
  void own(Path tree) {
    if (isOtherUser()) {
      new Commands(List.of()).run("chown", "-R", NOBODY + ":" + NOBODY, tree.toString());
    }
  }

  boolean mayEnter(Path directory) {
    return succeeds("test", "-x", directory.toString());
  }

  boolean succeeds(String... command) {
    try {
      return exitCode(List.of(command), "", ProcessBuilder.Redirect.DISCARD) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /// Throws with what the command said when it fails.
  void run(String... command) {
    runWithInput("", command);
  }

  void runWithInput(String input, String... command) {
    try {
      Path output = Files.createTempFile("parley-command", ".txt");
      try {
        int code = exitCode(List.of(command), input, ProcessBuilder.Redirect.to(output.toFile()));
        if (code != 0) {
          throw new IllegalStateException(
              command[0] + " ended with " + code + ": " + Files.readString(output).strip());
        }
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int exitCode(List<String> command, String input, ProcessBuilder.Redirect output)
      throws IOException {
    var line = new ArrayList<>(prefix);
    line.addAll(command);
    Process process =
        new ProcessBuilder(line)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(input);
    } catch (IOException _) {
      // The program did not want its input; its exit code tells the rest.
    }
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command.getFirst() + " did not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return process.exitValue();
  }
}
