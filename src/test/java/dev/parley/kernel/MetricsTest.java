package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static boolean isGone(WeakReference<?> reference) {
    for (int i = 0; i < 50 && reference.get() != null; i++) {
      System.gc();
    }
    return reference.get() == null;
  }

  @Test
  void aTotalThatIsReadWhenAskedForOutlivesAGarbageCollection() {
    Metrics metrics = new Metrics();
    AtomicLong seen = new AtomicLong(1);
    metrics.total(Metrics.Total.EVENTS, () -> seen.get(), "direction", "in");
    assertTrue(isGone(new WeakReference<>(new Object())));

    seen.set(7);

    assertTrue(
        metrics.scrape().contains("parley_socket_events_total{direction=\"in\"} 7.0"),
        metrics.scrape());
  }
}
