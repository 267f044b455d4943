package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// Programs of `src/test/clients`, run to their end.
final class ClientProcess {

  static final Path DIRECTORY = Path.of("src/test/clients");

  private static final long LIMIT_S = 180;

  private ClientProcess() {}

  /// Installs the packages of Node.js that are not there yet.
  static void installPackages() throws IOException, InterruptedException {
    if (!Files.isDirectory(DIRECTORY.resolve("node_modules"))) {
      run("npm", "ci", "--no-audit", "--no-fund");
    }
  }

  /// Runs a program that must succeed.
  static void run(String... command) throws IOException, InterruptedException {
    Process process = start(DIRECTORY.toFile(), command);
    // One that hangs is ended, so that its output can be seen.
    var _ =
        process
            .onExit()
            .completeOnTimeout(process, LIMIT_S, TimeUnit.SECONDS)
            .thenAccept(Process::destroyForcibly);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  /// Runs the client in Python; leaves the test out, and says so, where there is none.
  static void runPython(String port) throws IOException, InterruptedException {
    for (String name : List.of("python3", "/usr/bin/python3")) {
      if (succeeds(name, "-c", "import socketio, requests, websocket")) {
        run(name, "socketio_client.py", port);
        return;
      }
    }
    System.err.println("SKIPPED: needs python-socketio (Debian: python3-socketio)");
    Assumptions.abort("no Python with python-socketio");
  }

  /// Whether a program is there and succeeds.
  static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process = start(DIRECTORY.toFile(), command);
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static Process start(File directory, String... command) throws IOException {
    return new ProcessBuilder(command).directory(directory).redirectErrorStream(true).start();
  }
}
