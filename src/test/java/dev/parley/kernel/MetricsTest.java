package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Metrics.Span;
import dev.parley.kernel.Metrics.Total;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Totals as Prometheus reads them.
final class MetricsTest {

  private final Metrics metrics = new Metrics();
  private final AtomicLong number = new AtomicLong();

  private boolean shows(long value) {
    return metrics
        .scrape()
        .lines()
        .anyMatch(line ->
            line.startsWith("parley_media_drops_total{") && line.endsWith("} " + value + ".0"));
  }

  @Test
  void aTotalGoesOnAfterTheCollectorHasRun() {
    number.set(7);
    metrics.total(Total.MEDIA_DROPS, number::get, "reason", "padding");
    WeakReference<Object> collected = new WeakReference<>(new Object());
    assertTrue(shows(7), metrics::scrape);

    while (collected.get() != null) {
      System.gc();
    }
    number.set(9);

    assertTrue(shows(9), metrics::scrape);
  }

  private void assertShows(String line) {
    assertTrue(metrics.scrape().lines().anyMatch(line::equals), metrics::scrape);
  }

  @Test
  void totalsWithNamedLabelsKeepTheirNames() {
    metrics.count(Total.VIDEO_CONNECTIONS);
    metrics.count(Total.VIDEO_SESSIONS_CREATED, "region", "eu", "language", "d\"e");

    assertShows("# TYPE video_chat_total_connections counter");
    assertShows("video_chat_total_connections 1.0");
    assertShows("# TYPE video_chat_sessions_created_total counter");
    assertShows("video_chat_sessions_created_total{region=\"eu\",language=\"d\\\"e\"} 1.0");
  }

  @Test
  void aTotalWithNamedLabelsIsReadWhenAskedFor() {
    metrics.total(Total.VIDEO_OFFERS, number::get);
    number.set(3);

    assertShows("video_chat_webrtc_offers_total 3.0");
  }

  @Test
  void strangersDoNotMakeSeriesWithoutEnd() {
    for (int i = 0; i < 1000; i++) {
      metrics.count(Total.VIDEO_SESSIONS_ENDED, "reason", "made up " + i);
    }

    assertEquals(
        51,
        metrics
            .scrape()
            .lines()
            .filter(line -> line.startsWith("video_chat_sessions_ended_total{"))
            .count());
    assertShows("video_chat_sessions_ended_total{reason=\"other\"} 950.0");
  }

  @Test
  void labelsOtherThanTheNamedOnesAreAMistake() {
    assertThrows(
        IllegalArgumentException.class,
        () -> metrics.count(Total.VIDEO_SESSIONS_CREATED, "language", "en", "region", "eu"));
    assertThrows(
        IllegalArgumentException.class, () -> metrics.observe(Span.VIDEO_MATCH, 1, "a", "b"));
  }

  @Test
  void spansAreCountedUpToTheirBounds() {
    metrics.observe(Span.VIDEO_MATCH, 0.7);
    metrics.observe(
        Span.VIDEO_REQUEST, 0.02, "method", "GET", "route", "/health", "status_code", "200");

    assertShows("# TYPE video_chat_match_latency_seconds histogram");
    assertShows("video_chat_match_latency_seconds_bucket{le=\"0.5\"} 0");
    assertShows("video_chat_match_latency_seconds_bucket{le=\"1.0\"} 1");
    assertShows("video_chat_match_latency_seconds_bucket{le=\"30.0\"} 1");
    assertShows("video_chat_match_latency_seconds_sum 0.7");
    assertShows(
        "video_chat_request_duration_seconds_bucket"
            + "{method=\"GET\",route=\"/health\",status_code=\"200\",le=\"0.05\"} 1");
  }

  @Test
  void allOfRandomVideoChatIsShownWhenWanted() {
    assertFalse(metrics.scrape().contains("video_chat_"), metrics::scrape);

    metrics.showVideo();

    assertShows("video_chat_total_connections 0.0");
    assertShows("# TYPE video_chat_errors_total counter");
    assertShows("video_chat_match_latency_seconds_count 0");
  }
}
