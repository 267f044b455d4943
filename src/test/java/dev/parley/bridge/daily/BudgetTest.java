package dev.parley.bridge.daily;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetTest {

  @Test
  void asManyAsThereAreTurnsGoAtOnceAndTheOthersOneWindowAfterThem() {
    Budget budget = new Budget(3, 100, 1_000);

    assertEquals(0, budget.take(0));
    assertEquals(0, budget.take(10));
    assertEquals(0, budget.take(20));
    assertEquals(70, budget.take(30));
    assertEquals(80, budget.take(30));
    assertEquals(90, budget.take(30));
    assertEquals(170, budget.take(30));
    assertEquals(0, budget.take(500));
  }

  @Test
  void whoWouldWaitForTooLongIsRefusedAndTakesNoTurn() {
    Budget budget = new Budget(1, 100_000_000, 250_000_000);
    for (int i = 0; i < 3; i++) {
      assertEquals(i * 100_000_000L, budget.take(0));
    }

    Failure refused = assertThrows(Failure.class, () -> budget.take(0));

    assertEquals(Failure.Code.UNAVAILABLE, refused.code());
    assertEquals(300, refused.retryAfterMs());
    assertEquals(200_000_000, budget.take(100_000_000));
  }

  @Test
  void noWindowEverHasMoreThanItsTurns() {
    Random random = new Random(17);
    Budget budget = new Budget(20, 1_100, 10_000);
    List<Long> sent = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < 5_000; i++) {
      now += random.nextInt(90);
      try {
        sent.add(now + budget.take(now));
      } catch (Failure _) {
        // Too many wait.
      }
    }

    sent.sort(null);
    assertTrue(sent.size() > 3_000, "sent " + sent.size());
    for (int i = 20; i < sent.size(); i++) {
      assertTrue(sent.get(i) - sent.get(i - 20) >= 1_100, "at " + sent.get(i));
    }
  }
}
