package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.it.TestNode.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may report whom, and what moderators make of it.
@ExtendWith(StoresExtension.class)
class ReportsIT {

  private static Devices devices;

  private String ann;
  private String bob;
  private String session;

  @BeforeAll
  static void open(Stores stores) {
    devices = Devices.start(stores);
  }

  @AfterAll
  static void close() {
    devices.close();
  }

  @BeforeEach
  void meet() {
    devices.node().probe().rows("DELETE FROM reports");
    ann = Devices.device();
    bob = Devices.device();
    session = devices.met(ann, bob, "198.51.100.7");
  }

  private static Answer file(String reporter, String reported, String session) {
    return devices.ask(
        reporter,
        "POST",
        "/reports",
        "reportedPeerId",
        reported,
        "sessionId",
        session,
        "reason",
        "harassment",
        "comment",
        "He shouts.\nAnd so on.");
  }

  private static String message(Answer answer) {
    return answer.status() + " " + answer.json().path("message").asText();
  }

  private static Answer moderator(String method, String path, Object... fields) {
    return devices.ask(Devices.MODERATOR, method, path, fields);
  }

  private static Answer decide(String reportId, String decision) {
    return moderator("POST", "/reports/moderate", "reportId", reportId, "decision", decision);
  }

  @Test
  void aPeerOfASessionReportsTheOtherOne() {
    Answer answer = file(ann, bob, session);

    assertEquals(201, answer.status(), answer.text());
    String id = answer.json().path("reportId").asText();
    assertEquals(4, UUID.fromString(id).version());
    JsonNode report = moderator("GET", "/reports").json().path(0);
    long timestamp = report.path("timestamp").asLong();
    assertTrue(Math.abs(System.currentTimeMillis() - timestamp) < 3_600_000, report.toString());
    assertEquals(
        SocketClient.object(
            "id",
            id,
            "reporterId",
            ann,
            "reportedPeerId",
            bob,
            "sessionId",
            session,
            "reason",
            "harassment",
            "comment",
            "He shouts.\nAnd so on.",
            "timestamp",
            timestamp,
            "status",
            "pending"),
        report);
    assertTrue(
        devices
            .node()
            .get("/metrics")
            .text()
            .contains("video_chat_reports_submitted_total{reason=\"harassment\"}"));
  }

  @Test
  void nobodyElseReports() {
    String stranger = Devices.device();

    assertEquals("404 Session not found", message(file(stranger, bob, session)));
    assertEquals("404 Session not found", message(file(ann, bob, UUID.randomUUID().toString())));
    assertEquals("404 Session not found", message(file(ann, bob, "no-uuid")));
    assertEquals(
        "400 reportedPeerId is not the peer of that session",
        message(file(ann, stranger, session)));
    assertEquals(
        "400 reportedPeerId is not the peer of that session", message(file(ann, ann, session)));
    assertEquals(0, moderator("GET", "/reports").json().size());
  }

  @Test
  void oneReportsASessionOnceAndSoMayTheOther() {
    String first = devices.report(ann, bob, session);

    assertEquals(first, devices.report(ann, bob, session));
    assertNotEquals(first, devices.report(bob, ann, session));
    assertEquals(2, moderator("GET", "/reports").json().size());
  }

  @Test
  void aSessionThatIsWrittenAMomentLaterIsFound() {
    UUID late = UUID.randomUUID();

    CompletableFuture<Answer> filed =
        CompletableFuture.supplyAsync(() -> file(ann, bob, late.toString()));
    devices
        .node()
        .probe()
        .rows(
            """
            INSERT INTO match_sessions (id, "deviceA", "deviceB", region, language)
            VALUES ($1, $2, $3, 'global', 'en')
            """,
            late,
            bob,
            ann);

    assertEquals(201, filed.join().status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'sessionId':'s','reason':'spam'} | reportedPeerId should not be empty",
        "{'reportedPeerId':'b','sessionId':'s','reason':'spam','x':1} | property x should not exist",
        "{'reportedPeerId':'b','sessionId':'s','reason':'rude'} | reason must be one of the following"
            + " values: harassment, inappropriate_content, spam, nudity, violence, other",
        "{'reportedPeerId':'b','sessionId':'s','reason':'spam','comment':5} | comment must be a string",
      })
  void aReportThatIsWrongIsRefused(String body, String complaint) {
    Answer answer =
        devices
            .node()
            .http(
                "POST",
                "/reports",
                body.replace('\'', '"'),
                Map.of("authorization", "Bearer " + devices.token(ann)));

    assertEquals(400, answer.status());
    assertEquals(complaint, answer.json().path("message").path(0).asText());
  }

  @Test
  void textsHaveTheirLimits() {
    Answer comment =
        devices.ask(
            ann,
            "POST",
            "/reports",
            "reportedPeerId",
            bob,
            "sessionId",
            session,
            "reason",
            "spam",
            "comment",
            "x".repeat(1_001),
            "evidence",
            "x".repeat(501));

    assertEquals(
        SocketClient.tree(
            "[\"comment must be shorter than or equal to 1000 characters\","
                + "\"evidence must be shorter than or equal to 500 characters\"]"),
        comment.json().path("message"));
  }

  @Test
  void theListIsNewestFirstAndOfAStatusWhereThatIsWanted() {
    String older = devices.report(ann, bob, session);
    String newer = devices.report(bob, ann, session);
    decide(older, "rejected");

    assertEquals(List.of(newer, older), ids(moderator("GET", "/reports").json()));
    assertEquals(List.of(newer), ids(moderator("GET", "/reports?limit=1").json()));
    assertEquals(List.of(newer), ids(moderator("GET", "/reports?status=pending").json()));
    assertEquals(List.of(older), ids(moderator("GET", "/reports?status=rejected").json()));
    assertEquals(400, moderator("GET", "/reports?status=odd").status());
    assertEquals(400, moderator("GET", "/reports?limit=0").status());
  }

  private static List<String> ids(JsonNode list) {
    List<String> ids = new ArrayList<>();
    list.forEach(each -> ids.add(each.path("id").asText()));
    return ids;
  }

  @Test
  void theOldestComesNextAndThenNoMore() {
    String older = devices.report(ann, bob, session);
    String newer = devices.report(bob, ann, session);

    assertEquals(older, moderator("GET", "/reports/next").json().path("id").asText());
    assertEquals(newer, moderator("GET", "/reports/next").json().path("id").asText());
    Answer none = moderator("GET", "/reports/next");
    assertEquals(200, none.status());
    assertEquals("", none.text());
    assertEquals(2, moderator("GET", "/reports?status=pending").json().size());
  }

  @Test
  void aReportThatWasHandedOutComesAgainWhenItsTimeIsOver() {
    String report = devices.report(ann, bob, session);
    moderator("GET", "/reports/next");

    devices.node().probe().rows("UPDATE reports SET \"claimedUntil\" = now() - interval '1 s'");

    assertEquals(
        report,
        devices.ask(Devices.OTHER_MODERATOR, "GET", "/reports/next").json().path("id").asText());
  }

  @Test
  void twoModeratorsNeverGetTheSameReport() {
    int number = 20;
    for (int i = 0; i < number; i++) {
      String other = Devices.device();
      devices.report(ann, other, devices.met(ann, other, "198.51.100.7"));
    }
    String one = devices.token(Devices.MODERATOR);
    String two = devices.token(Devices.OTHER_MODERATOR);

    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      String token = i % 2 == 0 ? one : two;
      asked.add(
          CompletableFuture.supplyAsync(
              () -> devices.askWith(token, "GET", "/reports/next").json().path("id").asText()));
    }

    Set<String> handedOut = new HashSet<>();
    asked.forEach(each -> assertTrue(handedOut.add(each.join())));
    assertEquals(number, handedOut.size());
    assertFalse(handedOut.contains(""));
  }

  @Test
  void aReportIsDecidedOnce() {
    String report = devices.report(ann, bob, session);

    Answer first = decide(report, "rejected");

    assertEquals(201, first.status());
    assertEquals(SocketClient.object("success", true), first.json());
    Answer second = decide(report, "accepted");
    assertEquals("409 Report is decided already", message(second));
    assertEquals("CONFLICT", second.json().path("code").asText());
    JsonNode decided = moderator("GET", "/reports").json().path(0);
    assertEquals("rejected", decided.path("status").asText());
    assertEquals(Devices.MODERATOR, decided.path("moderatorId").asText());
    assertTrue(decided.path("moderatedAt").isIntegralNumber());
    assertEquals(
        201, devices.node().post("/auth/token", SocketClient.object("deviceId", bob)).status());
  }

  @Test
  void ofDecisionsAtTheSameTimeOneCounts() {
    String report = devices.report(ann, bob, session);

    List<CompletableFuture<Integer>> decisions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String decision = i % 2 == 0 ? "accepted" : "rejected";
      decisions.add(CompletableFuture.supplyAsync(() -> decide(report, decision).status()));
    }

    List<Integer> statuses = decisions.stream().map(CompletableFuture::join).sorted().toList();
    assertEquals(List.of(201, 409, 409, 409, 409, 409, 409, 409), statuses);
  }

  @Test
  void thereIsNoDecidingWhatIsNotThere() {
    assertEquals("404 Report not found", message(decide(UUID.randomUUID().toString(), "accepted")));
    assertEquals("404 Report not found", message(decide("no-uuid", "rejected")));
    Answer wrong = decide(UUID.randomUUID().toString(), "perhaps");
    assertEquals(
        "decision must be one of the following values: accepted, rejected",
        wrong.json().path("message").path(0).asText());
  }

  @Test
  void statisticsCountEachKind() {
    String spam = devices.report(ann, bob, session);
    file(bob, ann, session);
    decide(spam, "accepted");

    assertEquals(
        SocketClient.object(
            "totalReports",
            2,
            "pendingReports",
            1,
            "acceptedReports",
            1,
            "rejectedReports",
            0,
            "reportsByReason",
            SocketClient.object(
                "harassment",
                1,
                "inappropriate_content",
                0,
                "spam",
                1,
                "nudity",
                0,
                "violence",
                0,
                "other",
                0)),
        moderator("GET", "/reports/stats").json());
  }
}
