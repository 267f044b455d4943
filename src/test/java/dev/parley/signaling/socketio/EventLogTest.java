package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final EventLog log = new EventLog(new Recovery(SECOND, SECOND, 4, 1_000, 10_000));

  private static Encoded event(String name) {
    return Encoded.event("/", name, Args.none());
  }

  private static Offset offset(String text) {
    Offset offset = Offset.parse(text);
    assertNotNull(offset, text);
    return offset;
  }

  private @Nullable List<String> missedAt(String offset) {
    List<EventLog.Entry> missed = log.after(offset.isEmpty() ? Offset.start() : offset(offset));
    return missed == null ? null : missed.stream().map(entry -> entry.event().event()).toList();
  }

  @Test
  void aClientMissesWhatItsOffsetDoesNotCover() {
    assertEquals("a.1", log.append(new Mark("a", 1), event("a1"), 0));
    assertEquals("a.1~b.5", log.append(new Mark("b", 5), event("b5"), 0));
    assertEquals("a.1a~b.5", log.append(new Mark("a", 46), event("a46"), 0));

    assertEquals(List.of("a1", "b5", "a46"), missedAt(""));
    assertEquals(List.of("b5", "a46"), missedAt("a.1"));
    assertEquals(List.of("a46"), missedAt("a.1~b.5"));
    assertEquals(List.of(), missedAt("a.1a~b.5"));
  }

  @Test
  void twoLogsOfOneSocketAgreeThoughStreamsMixedDifferently() {
    EventLog other = new EventLog(new Recovery(SECOND, SECOND, 4, 1_000, 10_000));
    log.append(new Mark("a", 1), event("a1"), 0);
    String reached = log.append(new Mark("b", 1), event("b1"), 0);
    other.append(new Mark("b", 1), event("b1"), 0);
    other.append(new Mark("b", 2), event("b2"), 0);
    other.append(new Mark("a", 1), event("a1"), 0);

    List<EventLog.Entry> missed = other.after(offset(reached));

    assertNotNull(missed);
    assertEquals(List.of("b2"), missed.stream().map(entry -> entry.event().event()).toList());
  }

  @Test
  void whatIsDroppedCannotBeRecoveredAnyMore() {
    for (int i = 1; i <= 6; i++) {
      log.append(new Mark("a", i), event("a" + i), 0);
    }

    assertEquals(4, log.size());
    assertNull(missedAt("a.1"));
    assertEquals(List.of("a3", "a4", "a5", "a6"), missedAt("a.2"));
  }

  @Test
  void bytesAndAgeAreBoundsToo() {
    log.append(
        new Mark("a", 1), Encoded.event("/", "big", Args.ofJson("\"" + "x".repeat(990) + "\"")), 0);
    log.append(new Mark("a", 2), event("small"), 0);
    assertEquals(1, log.size());

    log.append(new Mark("a", 3), event("late"), 1_001);
    assertEquals(1, log.size());
    assertEquals(List.of("late"), missedAt("a.2"));
  }

  @Test
  void whatHasArrivedIsNotKept() {
    log.append(new Mark("a", 1), event("a1"), 0);
    log.append(new Mark("b", 1), event("b1"), 0);
    log.markSent();
    log.append(new Mark("a", 2), event("a2"), 0);

    String delivered = log.dropDelivered();

    assertEquals("a.1~b.1", delivered);
    assertEquals(1, log.size());
    assertNull(missedAt("a.1"));
    assertEquals(List.of("a2"), missedAt("a.1~b.1"));
    assertNull(log.dropDelivered());
    assertEquals(1, log.size());
  }

  @Test
  void theNodeThatStandsByDropsTheSame() {
    log.append(new Mark("b", 1), event("b1"), 0);
    log.append(new Mark("a", 1), event("a1"), 0);
    log.append(new Mark("a", 2), event("a2"), 0);

    log.dropUpTo(offset("a.1~b.1"));

    assertEquals(1, log.size());
    assertEquals(List.of("a2"), missedAt("a.1~b.1"));
  }

  @Test
  void clientsAreAskedOnceWhatHasArrivedWhenMuchIsKept() {
    log.append(
        new Mark("a", 1), Encoded.event("/", "e", Args.ofJson("\"" + "x".repeat(300) + "\"")), 0);

    assertTrue(log.wantsProbe());
    assertFalse(log.wantsProbe());
    log.markSent();
    log.dropDelivered();
    assertFalse(log.wantsProbe());
    assertEquals(0, log.size());
  }

  @Test
  void whenAllTogetherKeepTooMuchEachKeepsLittle() {
    Recovery crowded = new Recovery(SECOND, SECOND, 100, 1_600, 500);
    EventLog first = new EventLog(crowded);
    EventLog second = new EventLog(crowded);
    Encoded long50 = Encoded.event("/", "event", Args.ofJson("\"" + "x".repeat(27) + "\""));
    for (int i = 1; i <= 20; i++) {
      first.append(new Mark("a", i), long50, 0);
    }
    second.append(new Mark("a", 1), long50, 0);
    long before = crowded.totalBytes();
    second.append(new Mark("a", 2), long50, 0);
    second.append(new Mark("a", 3), long50, 0);

    assertTrue(before > 500);
    assertEquals(2, second.size());
    first.clear();
    second.clear();
    assertEquals(0, crowded.totalBytes());
  }

  @Test
  void ownEventsAreKnownToTheirLogAlone() {
    Mark mark = log.nextOwn();
    log.append(mark, event("own"), 0);

    assertEquals(List.of(), missedAt(mark.stream() + ".1"));
    assertNull(missedAt(mark.stream() + ".2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "a.",
        ".1",
        "a.0",
        "a.-1",
        "a.1~",
        "~a.1",
        "a.1~a.2",
        "a.1 ",
        "a.zzzzzzzzzzzzzzzz",
        "?",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa.1"
      })
  void whatIsNoOffsetIsRefused(String text) {
    assertNull(Offset.parse(text));
  }

  @Test
  void anyTextIsReadOrRefused() {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(24);
      for (int j = 0; j < length; j++) {
        text.append("ab1z.~?\u0000é".charAt(random.nextInt(9)));
      }
      Offset offset = Offset.parse(text.toString());
      if (offset != null) {
        Offset again = Offset.parse(offset.toString());
        assertNotNull(again);
        assertEquals(offset.numbers(), again.numbers());
      }
    }
  }

  @Test
  void moreStreamsThanAnyoneHasAreRefused() {
    StringBuilder text = new StringBuilder("s.1");
    for (int i = 0; i < 400; i++) {
      text.append("~s").append(i).append(".1");
    }
    assertNull(Offset.parse(text.toString()));
  }
}
