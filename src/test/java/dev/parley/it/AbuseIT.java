package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.audit.AuditLog;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.match.Encounters;
import dev.parley.report.AbuseRules;
import dev.parley.report.Moderation;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is taken for abuse, and what follows from it.
@ExtendWith(StoresExtension.class)
class AbuseIT {

  private final Vertx vertx = Vertx.vertx();
  private String device;
  private StoreProbe probe;

  @BeforeEach
  void open(Stores stores) {
    probe = new StoreProbe(vertx, stores);
    device = Devices.device();
  }

  @AfterEach
  void close() {
    probe.close();
    SocketClient.await(vertx.close());
  }

  private Moderation moderation(Stores stores, boolean isEnabled) {
    Config config =
        ConfigFile.of(
            """
            {"mode": "development", "match": {"autoBan":
              {"enabled": %s, "joins": 3, "skips": 2, "reporters": 2, "duration": "1h"}}}
            """
                .formatted(isEnabled),
            new HashMap<>(stores.env()));
    Postgres postgres = new Postgres(vertx, config.postgres());
    SocketClient.await(postgres.migrate());
    Journal journal = new Journal(vertx, postgres, _ -> {});
    return Moderation.of(
        vertx,
        SocketClient.await(Control.create(vertx)),
        new Redis(vertx, config.redis()),
        postgres,
        new Bus(vertx),
        new Metrics(),
        new AuditLog(journal, postgres),
        new Encounters(postgres, journal),
        config.match());
  }

  private List<String> recorded() {
    return probe.column(
        """
        SELECT metadata->>'rule' FROM audit_logs
        WHERE action = 'abuse_detected' AND metadata->>'deviceId' = $1 ORDER BY "createdAt"
        """,
        device);
  }

  /// Waits until all that was counted is.
  private void counted(String rule, String expected) {
    Eventually.equal(expected, () -> probe.text(Command.GET, "match:abuse:" + rule + ":" + device));
  }

  @Test
  void tooManyJoinsAreRecordedOnceAWindowAndShutNobodyOut(Stores stores) {
    Moderation moderation = moderation(stores, false);
    AbuseRules abuse = moderation.abuse();
    for (int i = 0; i < 3; i++) {
      abuse.joined(device);
    }
    counted("joins", "3");
    assertEquals(List.of(), recorded());

    for (int i = 0; i < 3; i++) {
      abuse.joined(device);
    }

    counted("joins", "6");
    Eventually.equal(List.of("joins"), this::recorded);
    assertTrue(probe.ttl("match:abuse:joins:" + device) > 0);
    assertEquals(List.of(), probe.column("SELECT id FROM bans WHERE value = $1", device));
  }

  @Test
  void aNewWindowCountsAnew(Stores stores) {
    AbuseRules abuse = moderation(stores, false).abuse();
    for (int i = 0; i < 3; i++) {
      abuse.skipped(device);
    }
    Eventually.equal(List.of("skips"), this::recorded);

    probe.redis(Command.DEL, "match:abuse:skips:" + device);
    abuse.skipped(device);
    counted("skips", "1");
    abuse.skipped(device);
    abuse.skipped(device);

    Eventually.equal(List.of("skips", "skips"), this::recorded);
  }

  @Test
  void tooManySkipsShutOutWhereThatIsWanted(Stores stores) {
    Moderation moderation = moderation(stores, true);

    for (int i = 0; i < 3; i++) {
      moderation.abuse().skipped(device);
    }

    Eventually.equal(true, () -> moderation.bans().isBanned(device, null));
    Eventually.equal(List.of("skips"), this::recorded);
    assertEquals(
        List.of("Too many skips"),
        probe.column("SELECT reason FROM bans WHERE value = $1", device));
    assertEquals(
        List.of("true"),
        probe.column(
            """
            SELECT "createdBy" IS NULL AND "expiresAt" > now() FROM bans WHERE value = $1
            """,
            device));
  }

  @Test
  void reportersCountOnceEach(Stores stores) {
    AbuseRules abuse = moderation(stores, true).abuse();
    abuse.reported(device, "one");
    abuse.reported(device, "one");
    Eventually.equal("1", () -> probe.text(Command.SCARD, "match:abuse:reporters:" + device));
    assertEquals(List.of(), recorded());

    abuse.reported(device, "two");

    Eventually.equal(List.of("reporters"), this::recorded);
    Eventually.equal(
        List.of("Too many reporters"),
        () -> probe.column("SELECT reason FROM bans WHERE value = $1", device));
    assertTrue(probe.ttl("match:abuse:reporters:" + device) > 86_000);
  }

  @Test
  void reportsOfManyShutOutOverHttp(Stores stores) {
    try (Devices devices =
        Devices.start(stores, Map.of("enabled", true, "reporters", 2), Map.of())) {
      for (int i = 0; i < 2; i++) {
        String reporter = Devices.device();
        devices.report(reporter, device, devices.met(reporter, device, "198.51.100.7"));
      }

      Eventually.equal(
          403,
          () ->
              devices.node().post("/auth/token", SocketClient.object("deviceId", device)).status());
    }
  }
}
