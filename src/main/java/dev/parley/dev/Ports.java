package dev.parley.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// TCP ports of 127.0.0.1, remembered in a file so that a server comes back where it was.
final class Ports {

  private Ports() {}

  /// The port in the file when it is free, else any free one.
  static int preferred(Path file) throws IOException {
    int recorded = recorded(file);
    if (recorded > 0 && isFree(recorded)) {
      return recorded;
    }
    return free();
  }

  static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// The port in the file, or 0.
  static int recorded(Path file) {
    try {
      int port = Integer.parseInt(Files.readString(file).strip());
      return port >= 1 && port <= 65535 ? port : 0;
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }

  static void record(Path file, int port) throws IOException {
    Files.writeString(file, port + "\n");
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }
}
