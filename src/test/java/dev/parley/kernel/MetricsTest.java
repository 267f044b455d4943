package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
