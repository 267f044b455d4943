package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogsTest {

  private static LoggingEvent event(@Nullable Throwable thrown) {
    var context = new LoggerContext();
    return new LoggingEvent(
        "",
        context.getLogger("dev.parley.room"),
        Level.INFO,
        "Room {} opened",
        thrown,
        new Object[] {"r1"});
  }

  private static JsonNode json(LoggingEvent event) throws Exception {
    String line = new JsonLines().doLayout(event);
    assertEquals(line.length() - 1, line.indexOf('\n'), line);
    return new ObjectMapper().readTree(line);
  }

  @Test
  void anEventIsOneLineOfJson() throws Exception {
    LoggingEvent event = event(null);
    event.setInstant(Instant.parse("2026-11-01T10:00:00.123Z"));
    event.addKeyValuePair(new KeyValuePair("room", "a\nb"));
    event.addKeyValuePair(new KeyValuePair("count", 3));

    JsonNode line = json(event);

    assertEquals("2026-11-01T10:00:00.123Z", line.get("time").textValue());
    assertEquals("INFO", line.get("level").textValue());
    assertEquals("dev.parley.room", line.get("logger").textValue());
    assertEquals("Room r1 opened", line.get("message").textValue());
    assertEquals("a\nb", line.get("room").textValue());
    assertEquals(3, line.get("count").intValue());
    assertFalse(line.has("stack"));
  }

  @Test
  void theStackOfWhatWasThrownIsText() throws Exception {
    JsonNode line = json(event(new IllegalStateException("broken")));

    assertTrue(line.get("stack").textValue().startsWith("java.lang.IllegalStateException: broken"));
  }

  @Test
  void aKeyNeverHidesAFieldOfTheLine() throws Exception {
    LoggingEvent event = event(null);
    event.addKeyValuePair(new KeyValuePair("message", "forged"));

    JsonNode line = json(event);

    assertEquals("Room r1 opened", line.get("message").textValue());
    assertEquals("forged", line.get("message_").textValue());
  }
}
