package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.it.StoresExtension.Stores;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The metrics of random video chat as a listener that speaks it shows them.
@ExtendWith(StoresExtension.class)
class VideoMetricsIT {

  private static final String SPEAKS_IT =
      """
      {
        "listeners": [{
            "host": "127.0.0.1", "port": 0, "basePath": "/api-v1",
            "dialects": ["match", "room", "meeting"]
          }],
        "meetings": { "rateLimit": { "events": 1000000 } }
      }
      """;

  private static final Pattern TIMED =
      Pattern.compile(
          "(?m)^video_chat_request_duration_seconds_count"
              + "\\{method=\"(.*?)\",route=\"(.*?)\",status_code=\"(.*?)\"} (\\d+)$");

  private static Set<String> timed(TestNode node) {
    return TIMED
        .matcher(node.get("/api-v1/metrics").text())
        .results()
        .map(found -> String.join(" ", found.group(1), found.group(2), found.group(3)))
        .collect(Collectors.toSet());
  }

  @Test
  void requestsAreTimedByTheirRoutesNotTheirPaths(Stores stores) {
    try (TestNode node = TestNode.start(stores, SPEAKS_IT)) {
      node.get("/api-v1/version");
      node.get("/api-v1/made-up-by-a-stranger");
      node.http("BREW", "/api-v1/coffee", "", Map.of());
      node.get("/api-v1/api/rooms/no-such-room");
      node.get("/api-v1/api/meetings/no-such-meeting");
      node.post("/api-v1/auth/login", "{");

      Eventually.equal(
          Set.of(
              "GET /version 200",
              "GET unmatched 404",
              "other unmatched 404",
              "GET /api/rooms/:roomId 401",
              "GET /api/meetings/:roomId 404",
              "POST /auth/login 400",
              "GET /metrics 200"),
          () -> timed(node));
    }
  }

  @Test
  void theNamesAreThereBeforeAnybodyCame(Stores stores) {
    try (TestNode node = TestNode.start(stores, SPEAKS_IT)) {
      String scraped = node.get("/api-v1/metrics").text();

      assertTrue(scraped.contains("\nvideo_chat_total_connections 0.0\n"), scraped);
      assertTrue(scraped.contains("\n# TYPE video_chat_errors_total counter\n"), scraped);
    }
  }

  @Test
  void otherListenersDoNotSpeakOfIt(Stores stores) {
    try (TestNode node = TestNode.start(stores, "{}")) {
      node.get("/version");
      TestNode.Answer scraped = node.get("/metrics");

      assertEquals(200, scraped.status());
      assertFalse(scraped.text().contains("video_chat_"), scraped.text());
    }
  }
}
