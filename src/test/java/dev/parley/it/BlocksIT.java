package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.report.Blocks;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whom a device does not want to meet again, and where the matcher finds it.
@ExtendWith(StoresExtension.class)
class BlocksIT {

  private static Devices devices;
  private static Stores stores;

  private String ann;
  private String bob;

  @BeforeAll
  static void open(Stores shared) {
    stores = shared;
    devices = Devices.start(shared);
  }

  @AfterAll
  static void close() {
    devices.close();
  }

  @BeforeEach
  void arrive() {
    ann = Devices.device();
    bob = Devices.device();
  }

  private static Answer block(String device, String other) {
    return devices.ask(device, "POST", "/blocks", "blockedUserId", other);
  }

  private static Answer unblock(String device, String other) {
    return devices.ask(device, "DELETE", "/blocks", "blockedUserId", other);
  }

  /// Whom the matcher keeps from a device.
  private static String avoided(String device) {
    return devices.node().probe().text(Command.SMEMBERS, "match:{q}:avoid:" + device);
  }

  @Test
  void aBlockKeepsBothFromEachOther() {
    Answer answer = block(ann, bob);

    assertEquals(201, answer.status(), answer.text());
    assertTrue(answer.json().path("success").asBoolean());
    assertTrue(answer.json().path("message").isTextual());
    assertEquals(2, answer.json().size());
    assertEquals("[" + bob + "]", avoided(ann));
    assertEquals("[" + ann + "]", avoided(bob));
  }

  @Test
  void theListIsOnesOwn() {
    devices.ask(ann, "POST", "/blocks", "blockedUserId", bob, "reason", "rude", "sessionId", "s-1");

    JsonNode list = devices.ask(ann, "GET", "/blocks").json();

    assertEquals(1, list.path("count").asInt());
    assertEquals(bob, list.path("blocked").path(0).path("blockedId").asText());
    assertEquals("rude", list.path("blocked").path(0).path("reason").asText());
    assertEquals(SocketClient.object("count", 1), devices.ask(ann, "GET", "/blocks/count").json());
    assertEquals(SocketClient.object("count", 0), devices.ask(bob, "GET", "/blocks/count").json());
  }

  @Test
  void theSameBlockAgainIsNoOther() {
    block(ann, bob);

    assertEquals(201, block(ann, bob).status());

    assertEquals(1, devices.ask(ann, "GET", "/blocks/count").json().path("count").asInt());
  }

  @Test
  void theyMeetAgainWhenNeitherBlocksTheOther() {
    block(ann, bob);
    block(bob, ann);

    assertEquals(200, unblock(ann, bob).status());
    assertEquals("[" + bob + "]", avoided(ann));
    assertEquals("[" + ann + "]", avoided(bob));

    assertEquals(200, unblock(bob, ann).status());
    assertEquals("[]", avoided(ann));
    assertEquals("[]", avoided(bob));
    assertEquals(404, unblock(bob, ann).status());
  }

  @Test
  void nobodyBlocksHimself() {
    Answer answer = block(ann, ann);

    assertEquals(400, answer.status());
    assertEquals("You cannot block yourself", answer.json().path("message").asText());
  }

  @Test
  void fieldsHaveTheirLimits() {
    Answer answer =
        devices.ask(
            ann, "POST", "/blocks", "blockedUserId", bob, "reason", "x".repeat(501), "y", 1);

    assertEquals(
        SocketClient.tree(
            "[\"property y should not exist\","
                + "\"reason must be shorter than or equal to 500 characters\"]"),
        answer.json().path("message"));
  }

  @Test
  void thereIsAnEndToBlocking() {
    devices
        .node()
        .probe()
        .rows(
            """
            INSERT INTO personal_blocks ("deviceId", "blockedId")
            SELECT $1::text, 'other-' || i FROM generate_series(1, 1000) AS i
            """,
            ann);

    Answer more = block(ann, bob);

    assertEquals(409, more.status());
    assertEquals("You cannot block more than 1000 users", more.json().path("message").asText());
    assertEquals("[]", avoided(ann));
    assertEquals(201, block(ann, "other-7").status());
    devices.node().probe().rows("DELETE FROM personal_blocks WHERE \"deviceId\" = $1", ann);
  }

  @Test
  void whatRedisLostComesBackFromTheHistory() {
    StoreProbe probe = devices.node().probe();
    for (int i = 0; i < 3; i++) {
      block(ann, bob + i);
    }
    probe.rows(
        """
        INSERT INTO personal_blocks ("deviceId", "blockedId")
        SELECT $1::text || '-' || i, $1::text FROM generate_series(1, 1200) AS i
        """,
        bob);
    for (String key : probe.keys("match:{q}:avoid*")) {
      probe.redis(Command.DEL, key);
    }

    restore();

    assertEquals("1", probe.text(Command.GET, "match:{q}:avoided"));
    assertEquals("3", probe.text(Command.SCARD, "match:{q}:avoid:" + ann));
    assertEquals("[" + ann + "]", avoided(bob + 1));
    assertEquals("1200", probe.text(Command.SCARD, "match:{q}:avoid:" + bob));
    assertEquals("[" + bob + "]", avoided(bob + "-1200"));
    probe.rows("DELETE FROM personal_blocks WHERE \"blockedId\" = $1", bob);
  }

  private static void restore() {
    Vertx vertx = Vertx.vertx();
    try {
      var config = ConfigFile.of("{\"mode\":\"development\"}", new HashMap<>(stores.env()));
      Blocks blocks =
          new Blocks(
              new Redis(vertx, config.redis()),
              new Postgres(vertx, config.postgres()),
              new Metrics());
      CompletableFuture<String> done = new CompletableFuture<>();
      SocketClient.await(Control.create(vertx))
          .run(() -> {
            try {
              blocks.restore();
              done.complete("");
            } catch (RuntimeException e) {
              done.completeExceptionally(e);
            }
          });
      done.join();
    } finally {
      SocketClient.await(vertx.close());
    }
  }
}
