package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.turn.IceServers;
import dev.parley.turn.IceServers.Server;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The credentials that users are told, at coturn as a distribution packs it, set up with the file
/// that is shipped (`deploy/coturn/turnserver.conf`).
class CoturnIT {

  private static final Path CONFIG = Path.of("deploy/coturn/turnserver.conf");
  private static final String SECRET = "what-coturn-and-parley-share";
  private static final int PATIENCE_MS = 10_000;

  private static Vertx vertx;
  private static int port;
  private static @Nullable Process coturn;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    vertx = Vertx.vertx();
    if (!ClientProcess.succeeds("turnserver", "--version")) {
      System.err.println("SKIPPED: CoturnIT needs turnserver (Debian: coturn)");
      Assumptions.abort("no coturn");
    }
    port = ClusterNodes.freePorts(1)[0];
    coturn =
        new ProcessBuilder(
                "turnserver",
                "-c",
                CONFIG.toString(),
                "--static-auth-secret=" + SECRET,
                "--listening-ip=127.0.0.1",
                "--relay-ip=127.0.0.1",
                "--listening-port=" + port,
                "--min-port=47000",
                "--max-port=47999",
                "--allow-loopback-peers",
                "--no-tls",
                "--no-dtls",
                "--userdb=" + directory.resolve("users"),
                "--pidfile=" + directory.resolve("pid"),
                "--log-file=stdout")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Eventually.equal(true, () -> TurnClient.answers(port));
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
    if (coturn != null) {
      coturn.destroy();
      assertTrue(coturn.waitFor(10, TimeUnit.SECONDS));
    }
  }

  /// Of a node whose users are to use the server.
  private static Config config(String secret) {
    String file =
        """
        {
          "mode": "test",
          "accounts": { "jwtSecret": "not-used-in-this-test" },
          "turn": {
            "provider": "shared-secret", "sharedSecret": "%s", "host": "127.0.0.1", "port": %d,
            "stunServers": []
          }
        }
        """
            .formatted(secret, port);
    return ConfigFile.of(file, Map.of());
  }

  /// What a node with this secret tells a user.
  private static Server told(String secret, Instant now) {
    return new IceServers(vertx, config(secret).turn()).forUser("device-1", now).getFirst();
  }

  private static TurnClient.Message allocate(TurnClient client, Server told) {
    return client.allocate(
        Objects.requireNonNull(told.username()), Objects.requireNonNull(told.credential()));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8)
        + " from "
        + packet.getPort();
  }

  private static void send(DatagramSocket socket, String text, InetSocketAddress to)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  @Test
  void aUserIsRelayedBothWays() throws IOException {
    try (TurnClient client = new TurnClient(port);
        DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      peer.setSoTimeout(PATIENCE_MS);
      InetSocketAddress peerAddress = (InetSocketAddress) peer.getLocalSocketAddress();

      TurnClient.Message allocated = allocate(client, told(SECRET, Instant.now()));
      assertEquals(0, allocated.errorCode(), allocated::toString);
      InetSocketAddress relayed = allocated.relayed();
      assertEquals(0, client.permit(peerAddress).errorCode());
      client.send(peerAddress, "to the peer");
      assertEquals("to the peer from " + relayed.getPort(), receive(peer));
      send(peer, "from the peer", relayed);
      TurnClient.Message received = client.received();

      assertEquals("from the peer", received.data());
      assertEquals(peerAddress, received.peer());
    }
  }

  @Test
  void theServerIsToldInAWayThatFindsIt() {
    assertEquals(
        "turn:127.0.0.1:" + port + "?transport=udp", told(SECRET, Instant.now()).urls().getFirst());
  }

  @Test
  void theRealmIsTheConfiguredOne() {
    try (TurnClient client = new TurnClient(port)) {
      Server told = told(SECRET, Instant.now());

      TurnClient.Message refused =
          client.allocate(Objects.requireNonNull(told.username()), "a guess");

      assertEquals(TurnClient.UNAUTHORIZED, refused.errorCode());
      assertEquals(config(SECRET).turn().realm(), refused.realm());
    }
  }

  @Test
  void aPrivateNetworkIsNotReachedThroughIt() {
    try (TurnClient client = new TurnClient(port)) {
      allocate(client, told(SECRET, Instant.now()));

      for (String host : new String[] {"10.0.0.1", "192.168.1.1", "169.254.169.254"}) {
        TurnClient.Message answer = client.permit(new InetSocketAddress(host, 80));
        assertEquals(TurnClient.FORBIDDEN, answer.errorCode(), host);
      }
    }
  }

  @Test
  void expiredCredentialsAreRefused() {
    try (TurnClient client = new TurnClient(port)) {
      Server yesterdays = told(SECRET, Instant.now().minus(Duration.ofDays(2)));

      assertEquals(TurnClient.UNAUTHORIZED, allocate(client, yesterdays).errorCode());
    }
  }

  @Test
  void credentialsOfAnotherSecretAreRefused() {
    try (TurnClient client = new TurnClient(port)) {
      Server forged = told("a-guess-at-the-secret", Instant.now());

      assertEquals(TurnClient.UNAUTHORIZED, allocate(client, forged).errorCode());
    }
  }

  @Test
  void aNameThatWasAlteredIsRefused() {
    Server told = told(SECRET, Instant.now());
    String name = Objects.requireNonNull(told.username());
    String password = Objects.requireNonNull(told.credential());
    long until = Long.parseLong(name.substring(0, name.indexOf(':')));

    for (String altered : new String[] {(until + 86_400) + ":device-1", until + ":device-2"}) {
      try (TurnClient client = new TurnClient(port)) {
        assertEquals(
            TurnClient.UNAUTHORIZED, client.allocate(altered, password).errorCode(), altered);
      }
    }
  }
}
