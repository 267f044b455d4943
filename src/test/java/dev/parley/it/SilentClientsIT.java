package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A running node with little patience, and clients that connect and then do nothing, or too
/// little: each is let go, and what it had is free.
@ExtendWith(StoresExtension.class)
final class SilentClientsIT {

  private static final String CONFIG =
      """
      {
        "signaling": {
          "pingInterval": "300ms", "pingTimeout": "300ms", "connectTimeout": "1s"
        },
        "limits": {
          "http": { "events": 100000, "window": "60s" }, "headTimeout": "700ms", "keepAlive": "1s"
        }
      }
      """;

  private static HostileNode node;

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) {
    node = HostileNode.start(stores, CONFIG);
  }

  @AfterAll
  static void closeNode() {
    node.close();
  }

  @AfterEach
  void nobodyIsLeftAndNothingIsLoggedAsAnError() {
    node.awaitLevel("parley_connections", 0);
    assertEquals(List.of(), node.takeErrors());
  }

  /// Reads until the node closes.
  private static String rest(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static double cut(String reason) {
    return node.total("parley_connections_cut_total{reason=\"" + reason + "\"}");
  }

  @Test
  void connectionsWithoutARequestAreClosed() throws IOException {
    double before = cut("head");
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      silent.add(node.begin(i % 2 == 0 ? "" : "GET / HTTP/1.1\r\nHost: x\r\nA: b"));
    }
    for (Socket socket : silent) {
      assertEquals("", rest(socket));
      socket.close();
    }

    assertEquals(before + 20, cut("head"));
  }

  @Test
  void aHeadThatComesByDropsIsNotWaitedFor() throws IOException {
    try (Socket socket = node.begin("GET /health/live HTTP/1.1\r\n")) {
      socket.setSoTimeout(100);
      int sent = 0;
      while (isOpen(socket) && sent < 100) {
        socket.getOutputStream().write("a: b\r\n".getBytes(StandardCharsets.US_ASCII));
        sent++;
      }
      assertTrue(sent < 100, "let go while it still sent");
    } catch (java.net.SocketException _) {
      // Reset while it wrote.
    }
  }

  /// Waits a little for the end of a connection.
  private static boolean isOpen(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (java.net.SocketTimeoutException _) {
      return true;
    }
  }

  @Test
  void connectionsAreNotKeptForLongAfterAnAnswer() throws IOException {
    for (String path : List.of("/health/live", "/", "/nope", "/socket.io/?EIO=4&transport=x")) {
      String get = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
      try (Socket socket = node.begin(get + get)) {
        String answers = rest(socket);
        assertEquals(2, answers.split("HTTP/1.1 ", -1).length - 1, path + answers);
      }
    }
  }

  @Test
  void whoJoinsNoNamespaceIsClosed() {
    double before = node.total("reason=\"connect timeout\"");
    try (RawWebSocket client = RawWebSocket.open(node.port())) {
      for (int i = 0; i < 100 && client.answersPing(); i++) {
        // Its heartbeat alone does not keep it.
      }
    }
    node.awaitTotal("reason=\"connect timeout\"", before + 1);
  }

  @Test
  void whoAnswersNoPingIsClosedWhetherItReadsOrNot() {
    double before = node.total("reason=\"ping timeout\"");
    try (RawWebSocket reading = RawWebSocket.open(node.port()).join(node.account());
        RawWebSocket silent = RawWebSocket.openNarrow(node.port()).join(node.account())) {
      assertEquals(1000, reading.closeCode());
      node.awaitTotal("reason=\"ping timeout\"", before + 2);
      node.awaitLevel("parley_connections", 0);
      assertEquals(1000, silent.closeCode());
    }
  }

  @Test
  void aMessageThatDoesNotEndKeepsNobodyIn() {
    double before = node.total("reason=\"ping timeout\"");
    try (RawWebSocket client = RawWebSocket.open(node.port())) {
      client.announce(RawWebSocket.FIN | RawWebSocket.TEXT, 900_000);
      node.awaitTotal("reason=\"ping timeout\"", before + 1);
    }
  }
}
