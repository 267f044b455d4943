package dev.parley.bridge.daily;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DailyHookTest {

  private static final String SECRET =
      Base64.getEncoder().encodeToString("a secret of thirty-two bytes ...".getBytes(UTF_8));
  private static final long NOW_MS = 1_790_000_000_000L;
  private static final String NOW = Long.toString(NOW_MS);
  private static final String ENDED =
      """
      {"version":"1.0.0","type":"meeting.ended","id":"1","payload":{"start_ts":1789999000.5,\
      "end_ts":1789999990.25,"meeting_id":"m","room":"GgAAAAAAQABYBAQ"},"event_ts":1789999995.5}\
      """;

  private final DailyHook hook =
      new DailyHook(new Config.Secret(SECRET), DailyHook.WINDOW, () -> NOW_MS);

  private DailyEvent read(String timestamp, String body) {
    return hook.read(timestamp, StandInHooks.sign(SECRET, timestamp, body), body.getBytes(UTF_8));
  }

  private void refuses(Failure.Code code, String timestamp, String signature, String body) {
    Failure failure =
        assertThrows(
            Failure.class, () -> hook.read(timestamp, signature, body.getBytes(UTF_8)), body);
    assertEquals(code, failure.code(), failure.text());
  }

  private void refusesSigned(Failure.Code code, String timestamp, String body) {
    refuses(code, timestamp, StandInHooks.sign(SECRET, timestamp, body), body);
  }

  @Test
  void theSignatureIsThatOfTheDocumentedScheme() {
    // Computed by another implementation of HMAC.
    assertEquals(
        new DailyEvent.Probe(),
        hook.read(
            NOW,
            "sa2dWWCkTwjfAtw14flDDP3bqQaLrtKJm2/k/EUu2yM=",
            "{\"test\":\"test\"}".getBytes(UTF_8)));
  }

  @Test
  void theEndOfAMeetingVacatesItsRoom() {
    assertEquals(
        new DailyEvent.Vacated("GgAAAAAAQABYBAQ", 1_789_999_000_500L, 1_789_999_990_250L),
        read(NOW, ENDED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "meeting.started    | 'start_ts': 1789999990.5, 'room': 'G1' | Occupied[room=G1,"
            + " atMs=1789999990500]",
        "meeting.started    | 'room': 'G1'                           | Occupied[room=G1,"
            + " atMs=1789999995000]",
        "meeting.ended      | 'room': 'G1', 'end_ts': null           | Vacated[room=G1,"
            + " startedAtMs=0, endedAtMs=1789999995000]",
        "meeting.ended      | 'room': 'G1', 'end_ts': 1789999990123  | Vacated[room=G1,"
            + " startedAtMs=0, endedAtMs=1789999990123]",
        "participant.joined | 'room': 'G1', 'joined_at': 1789999990  | Occupied[room=G1,"
            + " atMs=1789999990000]",
        "participant.left   | 'room': 'G1', 'joined_at': 1789999990, 'duration': 2.5 |"
            + " Left[room=G1, atMs=1789999992500]",
        "participant.left   | 'room': 'G1', 'joined_at': 1789999990  | Left[room=G1,"
            + " atMs=1789999995000]",
        "recording.started  | 'room': 7                              |"
            + " Ignored[type=recording.started]",
        "anything           | 'room': 'G1'                           | Ignored[type=anything]"
      })
  void eachTypeIsReadForWhatItMeans(String type, String payload, String event) {
    String body =
        "{'type': '%s', 'event_ts': 1789999995, 'payload': {%s}}"
            .formatted(type, payload)
            .replace('\'', '"');

    assertEquals(event, read(NOW, body).toString());
  }

  @Test
  void withoutAnyTimeItIsThatOfTheWebhook() {
    assertEquals(
        new DailyEvent.Left("G1", NOW_MS),
        read(NOW, "{\"type\":\"participant.left\",\"payload\":{\"room\":\"G1\"}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{'test': 'test', 'x': 1}",
        "{'test': 1}",
        "{'type': null}",
        "{'type': 7}",
        "{'type': 'meeting.ended'}",
        "{'type': 'meeting.ended', 'type': 'meeting.ended', 'payload': {'room': 'G1'}}",
        "{'type': 'meeting.ended', 'payload': []}",
        "{'type': 'meeting.ended', 'payload': {}}",
        "{'type': 'meeting.ended', 'payload': {'room': null}}",
        "{'type': 'meeting.ended', 'payload': {'room': ''}}",
        "{'type': 'meeting.ended', 'payload': {'room': '../x'}}",
        "{'type': 'meeting.ended', 'payload': {'room': 'G1', 'end_ts': '1'}}",
        "{'type': 'meeting.ended', 'payload': {'room': 'G1', 'end_ts': -1}}",
        "{'type': 'meeting.ended', 'payload': {'room': 'G1', 'end_ts': 1e999999999}}",
        "{'type': 'meeting.ended', 'payload': {'room': 'G1', 'end_ts': {}}}",
        "{'type': 'meeting.ended', 'payload': {'room': 'G1'}, 'event_ts': true}",
        "{'type': 'participant.left', 'payload': {'room': 'G1', 'joined_at': 1, 'duration': 'x'}}",
        "{'type': 'participant.left', 'payload': {'room': 'G1', 'joined_at': [], 'duration': 1}}"
      })
  void whatIsSignedButMalformedIsInvalid(String body) {
    refusesSigned(Failure.Code.INVALID, NOW, body.replace('\'', '"'));
  }

  @Test
  void whatDailyHasNotSignedIsRefused() {
    String good = StandInHooks.sign(SECRET, NOW, ENDED);
    Failure.Code refused = Failure.Code.UNAUTHENTICATED;

    refuses(refused, NOW, "", ENDED);
    refuses(refused, NOW, "?", ENDED);
    refuses(refused, NOW, good + "=", ENDED);
    refuses(refused, NOW, good.substring(4), ENDED);
    refuses(refused, NOW, "A".repeat(43) + "=", ENDED);
    refuses(refused, NOW, good, ENDED.replace("meeting.ended", "meeting.ending"));
    refuses(refused, NOW, good, ENDED + "x");
    refuses(refused, NOW, good, ENDED + ENDED);
    refuses(refused, NOW, StandInHooks.sign("AAAA", NOW, ENDED), ENDED);
    refuses(refused, Long.toString(NOW_MS + 1), good, ENDED);
    assertThrows(Failure.class, () -> hook.read(null, good, ENDED.getBytes(UTF_8)));
    assertThrows(Failure.class, () -> hook.read(NOW, null, ENDED.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-1790000000000", "1790000000000 ", "0x1", "1e12", "١٧٩"})
  void aTimestampIsANumber(String timestamp) {
    refusesSigned(Failure.Code.UNAUTHENTICATED, timestamp, ENDED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1790000000000",
        "1790000300000",
        "1789999700000",
        "1790000000",
        "1790000300",
        "1789999700",
        "1789999700.000",
        "1790000000.123"
      })
  void aTimestampMayBeOfSecondsOrMilliseconds(String timestamp) {
    assertEquals(new DailyEvent.Probe(), read(timestamp, "{\"test\":\"test\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1790000300001",
        "1789999699999",
        "1790000301",
        "1789999699",
        "0",
        "99999999999999"
      })
  void outsideTheWindowASignatureIsNoGood(String timestamp) {
    refusesSigned(Failure.Code.FORBIDDEN, timestamp, ENDED);
  }

  @Test
  void aBodyWithSpacesVerifiesBySignatureOfOneWithout() {
    String body =
        """
        { "type" : "meeting.ended",
          "payload": {"room": "G1", "end_ts": 1789999990.250, "z": [1, 2.0, -3E+5, true, null, {} ,
            [ ]], "a": "\\u00e9\\/\\u001F\\n \\ud83d\\ude00 \\ud83d \\"\\\\"} }
        """;
    String compact =
        "{\"type\":\"meeting.ended\",\"payload\":{\"room\":\"G1\",\"end_ts\":1789999990.250,\"z\":"
            + "[1,2.0,-3E+5,true,null,{},[]],\"a\":\"é/\\u001f\\n 😀 \\ud83d \\\"\\\\\"}}";

    assertEquals(
        new DailyEvent.Vacated("G1", 0, 1_789_999_990_250L),
        hook.read(NOW, StandInHooks.sign(SECRET, NOW, compact), body.getBytes(UTF_8)));
  }

  @Test
  void aLargeBodyIsNotLookedAt() {
    refusesSigned(Failure.Code.TOO_LARGE, NOW, " ".repeat((64 << 10) + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "not base64!", "s3cre"})
  void aSecretThatIsNoneIsRefusedUnquoted(String secret) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DailyHook(new Config.Secret(secret), DailyHook.WINDOW, () -> NOW_MS));
    assertFalse(String.valueOf(refused.getMessage()).contains("s3cre"));
  }
}
