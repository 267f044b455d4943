package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.kernel.Utf8;
import java.util.List;
import org.junit.jupiter.api.Test;

class StraysTest {

  private long nowNs;
  private final Strays strays = new Strays(() -> nowNs);

  private static Relayed said(String roomId, long number) {
    return new Relayed(roomId, "r", number, 1, "socket", "", "offer", Utf8.of("{}"));
  }

  private List<Long> numbers(String roomId) {
    return strays.take(roomId).stream().map(Relayed::number).toList();
  }

  @Test
  void handsOverWhatWasSaidInARoomOnceAndInOrder() {
    strays.keep(said("a", 1));
    strays.keep(said("b", 2));
    strays.keep(said("a", 3));

    assertEquals(List.of(1L, 3L), numbers("a"));
    assertEquals(List.of(), numbers("a"));
    assertEquals(List.of(2L), numbers("b"));
  }

  @Test
  void forgetsWhatNobodyHasAskedFor() {
    strays.keep(said("a", 1));
    nowNs = Strays.KEPT_NS - 1;
    strays.keep(said("a", 2));
    nowNs = Strays.KEPT_NS;

    assertEquals(List.of(2L), numbers("a"));
  }

  @Test
  void keepsTheNewestOfMany() {
    for (int number = 0; number <= Strays.MAX_KEPT; number++) {
      strays.keep(said("a", number));
    }

    List<Long> kept = numbers("a");
    assertEquals(Strays.MAX_KEPT, kept.size());
    assertEquals(1L, kept.getFirst());
  }
}
