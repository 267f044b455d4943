package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.audit.AuditLog;
import dev.parley.contract.Ban;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import dev.parley.kernel.Bus;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.report.Bans;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who is shut out, by whom, where and for how long.
@ExtendWith(StoresExtension.class)
class BansIT {

  private static Stores stores;
  private static ClusterNodes nodes;
  private static Devices devices;
  private static Devices elsewhere;

  private static Vertx vertx;
  private static Control control;
  private static Bans bans;
  private static Bans others;
  private static Bus bus;
  private static final BlockingQueue<Ban> told = new LinkedBlockingQueue<>();

  @BeforeAll
  static void open(Stores shared) {
    stores = shared;
    nodes = ClusterNodes.start(stores, Devices.config());
    devices = Devices.on(nodes.first());
    elsewhere = Devices.on(nodes.second());
    vertx = Vertx.vertx();
    control = SocketClient.await(Control.create(vertx));
    bus = new Bus(vertx);
    SocketClient.await(bus.listen(Ban.ADDRESS, Ban.class, told::add).completion());
    bans = bans();
    others = bans();
    SocketClient.await(bans.open().mapEmpty());
    SocketClient.await(others.open().mapEmpty());
  }

  @AfterAll
  static void close() {
    SocketClient.await(vertx.close());
    nodes.close();
  }

  private static Bans bans() {
    var config = ConfigFile.of("{\"mode\":\"development\"}", new HashMap<>(stores.env()));
    Postgres postgres = new Postgres(vertx, config.postgres());
    Journal journal = new Journal(vertx, postgres, _ -> {});
    return new Bans(vertx, control, postgres, bus, new Metrics(), new AuditLog(journal, postgres));
  }

  private static <T> T waiting(Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    control.run(() -> {
      try {
        result.complete(task.get());
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    });
    return result.join();
  }

  private static Bans.Entry ban(Ban.Kind kind, String value, Duration duration) {
    return waiting(() -> bans.ban(kind, value, "for a test", null, "m-1", duration));
  }

  private static Ban heard(String value) throws InterruptedException {
    Ban ban = told.poll(20, TimeUnit.SECONDS);
    while (ban != null && !ban.value().equals(value)) {
      ban = told.poll(20, TimeUnit.SECONDS);
    }
    if (ban == null) {
      throw new AssertionError("nothing heard of " + value);
    }
    return ban;
  }

  private static Answer moderator(String method, String path, Object... fields) {
    return devices.ask(Devices.MODERATOR, method, path, fields);
  }

  private static int tokenStatus(Devices where, String deviceId) {
    return where.node().post("/auth/token", SocketClient.object("deviceId", deviceId)).status();
  }

  @Test
  void aBanIsToldOnTheBusAndKnownToOthersAtOnce() throws InterruptedException {
    String device = Devices.device();

    Bans.Entry entry = ban(Ban.Kind.DEVICE, device, Duration.ofHours(1));

    assertTrue(bans.isBanned(device, null));
    long until = Objects.requireNonNull(entry.expiresAt()).toEpochMilli();
    assertEquals(new Ban(Ban.Kind.DEVICE, device, until, false), heard(device));
    Eventually.equal(true, () -> others.isBanned(device, "192.0.2.1"));
  }

  @Test
  void whoeverIsLetInAgainIsSoEverywhere() throws InterruptedException {
    String device = Devices.device();
    Bans.Entry entry = ban(Ban.Kind.DEVICE, device, Duration.ofHours(1));
    heard(device);

    waiting(() -> bans.lift(UUID.fromString(entry.id()), "m-1"));

    assertFalse(bans.isBanned(device, null));
    assertEquals(new Ban(Ban.Kind.DEVICE, device, 0, true), heard(device));
    Eventually.equal(false, () -> others.isBanned(device, null));
  }

  @Test
  void aBanEndsByItself() {
    String device = Devices.device();

    ban(Ban.Kind.DEVICE, device, Duration.ofMillis(1));

    Eventually.equal(false, () -> bans.isBanned(device, null));
  }

  @Test
  void aLaterBanMakesItLongerNeverShorter() {
    String device = Devices.device();
    ban(Ban.Kind.DEVICE, device, Duration.ofDays(2));

    Bans.Entry shorter = ban(Ban.Kind.DEVICE, device, Duration.ofMillis(1));
    assertTrue(
        Objects.requireNonNull(shorter.expiresAt())
            .isAfter(Instant.now().plus(Duration.ofDays(1))));

    Bans.Entry forGood = waiting(() -> bans.ban(Ban.Kind.DEVICE, device, "x", null, null, null));
    assertNull(forGood.expiresAt());
    assertEquals(shorter.id(), forGood.id());
  }

  @Test
  void anAddressIsOneInWhateverForm() {
    ban(Ban.Kind.IP, "2001:db8::77", Duration.ofHours(1));

    assertTrue(bans.isBanned("d", "2001:0db8:0:0:0:0:0:77"));
    assertFalse(bans.isBanned("d", "2001:db8::78"));
    assertFalse(bans.isBanned("d", null));
    assertFalse(bans.isBanned("d", ""));
  }

  @Test
  void aNodeThatOpensReadsWhatWasBannedBefore() {
    String device = Devices.device();
    String past = Devices.device();
    ban(Ban.Kind.DEVICE, device, Duration.ofHours(1));
    ban(Ban.Kind.DEVICE, past, Duration.ofMillis(1));
    Eventually.equal(false, () -> bans.isBanned(past, null));

    Bans late = bans();
    SocketClient.await(late.open().mapEmpty());

    assertTrue(late.isBanned(device, null));
    assertFalse(late.isBanned(past, null));
  }

  @Test
  void whatTheBusLostIsReadAfterwards() {
    String device = Devices.device();
    StoreProbe probe = devices.node().probe();
    probe.rows(
        "INSERT INTO bans (id, kind, value, reason) VALUES ($1, 'device', $2, 'unheard')",
        UUID.randomUUID(),
        device);
    assertFalse(bans.isBanned(device, null));

    reread();
    assertTrue(bans.isBanned(device, null));

    probe.rows("UPDATE bans SET \"liftedAt\" = now() WHERE value = $1", device);
    reread();
    assertFalse(bans.isBanned(device, null));
  }

  private static void reread() {
    waiting(() -> {
      bans.reread();
      return "";
    });
  }

  @Test
  void anAcceptedReportShutsTheReportedOutOnAllNodes() {
    String ann = Devices.device();
    String bob = Devices.device();
    String token = devices.token(bob);
    String report = devices.report(ann, bob, devices.met(ann, bob, "198.51.100.7"));

    Answer decided =
        moderator("POST", "/reports/moderate", "reportId", report, "decision", "accepted");

    assertEquals(201, decided.status(), decided.text());
    for (String path : List.of("/auth/refresh", "/turn/credentials")) {
      Answer refused = devices.askWith(token, "POST", path);
      assertEquals(403, refused.status());
      assertEquals("Device is blocked", refused.json().path("message").asText());
      assertEquals("FORBIDDEN", refused.json().path("code").asText());
    }
    assertEquals(403, tokenStatus(devices, bob));
    Eventually.equal(403, () -> tokenStatus(elsewhere, bob));
    assertEquals(201, tokenStatus(devices, ann));
    JsonNode ban = find(bob, "/moderation/bans");
    assertEquals("Reported for: spam", ban.path("reason").asText());
    assertEquals(report, ban.path("reportId").asText());
    assertEquals(Devices.MODERATOR, ban.path("createdBy").asText());
    long days = (ban.path("expiresAt").asLong() - ban.path("createdAt").asLong()) / 86_400_000;
    assertTrue(days == 29 || days == 30, ban.toString());
    assertEquals(List.of(), activeBans("198.51.100.7"));
  }

  private static List<String> activeBans(String value) {
    return devices
        .node()
        .probe()
        .column("SELECT reason FROM bans WHERE value = $1 AND \"liftedAt\" IS NULL", value);
  }

  private static JsonNode find(String value, String path) {
    for (JsonNode each :
        moderator("GET", path + (path.contains("?") ? "&" : "?") + "limit=200").json()) {
      if (each.path("value").asText().equals(value)) {
        return each;
      }
    }
    throw new AssertionError("no ban of " + value);
  }

  @Test
  void theAddressIsShutOutTooWhereTheModeratorAsksForIt() {
    String ann = Devices.device();
    String bob = Devices.device();
    String address = "203.0.113.77";
    String report = devices.report(ann, bob, devices.met(ann, bob, address));

    moderator(
        "POST", "/reports/moderate", "reportId", report, "decision", "accepted", "blockIp", true);

    assertEquals(List.of("Reported for: spam"), activeBans(address));
  }

  @Test
  void aModeratorShutsOutAndLetsIn() {
    String device = Devices.device();

    Answer made =
        moderator("POST", "/moderation/bans", "kind", "device", "value", device, "duration", "1h");

    assertEquals(201, made.status(), made.text());
    assertEquals(403, tokenStatus(devices, device));
    String path = "/moderation/bans/" + made.json().path("id").asText();
    Answer lifted = moderator("DELETE", path);
    assertEquals(200, lifted.status());
    assertEquals(Devices.MODERATOR, lifted.json().path("liftedBy").asText());
    assertEquals(201, tokenStatus(devices, device));
    assertEquals(404, moderator("DELETE", path).status());
    assertEquals(404, moderator("DELETE", "/moderation/bans/1").status());
    assertTrue(find(device, "/moderation/bans?active=false").has("liftedAt"));
  }

  @Test
  void anAddressThatIsShutOutGetsNoToken() {
    String device = Devices.device();
    String token = devices.token(Devices.MODERATOR);
    Answer made =
        devices.askWith(
            token,
            "POST",
            "/moderation/bans",
            "kind",
            "ip",
            "value",
            "127.0.0.1",
            "duration",
            "1m");

    assertEquals(403, tokenStatus(devices, device));

    devices.askWith(token, "DELETE", "/moderation/bans/" + made.json().path("id").asText());
    assertEquals(201, tokenStatus(devices, device));
  }

  @Test
  void whatIsNoAddressOrNoDurationIsRefused() {
    assertEquals(
        400, moderator("POST", "/moderation/bans", "kind", "ip", "value", "localhost").status());
    assertEquals(
        "duration must be a duration such as 30m, 1d",
        moderator("POST", "/moderation/bans", "kind", "device", "value", "d", "duration", "soon")
            .json()
            .path("message")
            .path(0)
            .asText());
  }

  @Test
  void whatModeratorsDoIsOnRecord() {
    String ann = Devices.device();
    String bob = Devices.device();
    String report = devices.report(ann, bob, devices.met(ann, bob, "198.51.100.7"));

    moderator("POST", "/reports/moderate", "reportId", report, "decision", "accepted");

    Eventually.equal(List.of("report_accepted"), () -> recorded("reportId", report));
    Eventually.equal(List.of("ban_created"), () -> recorded("value", bob));
    assertEquals(1, moderator("GET", "/moderation/audit?limit=1").json().size());
  }

  private static List<String> recorded(String key, String value) {
    List<String> actions = new ArrayList<>();
    for (JsonNode each : moderator("GET", "/moderation/audit?limit=200").json()) {
      if (each.path("metadata").path(key).asText().equals(value)) {
        assertEquals(Devices.MODERATOR, each.path("metadata").path("moderatorId").asText());
        actions.add(each.path("action").asText());
      }
    }
    return actions;
  }
}
