package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.kernel.Failure;
import dev.parley.media.ProducerSpec.EncodingSpec;
import dev.parley.media.codec.Codec;
import dev.parley.media.rtp.ExtensionIds;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NegotiationTest {

  private static final String CNAME = "cname-of-transport";

  private static Consumable produce(String track) {
    MediaKind kind = track.contains("opus") ? MediaKind.AUDIO : MediaKind.VIDEO;
    return Negotiation.produce("p", kind, BrowserSamples.parameters(track), CNAME);
  }

  private static Consumption consume(Consumable producer, RtpCapabilities capabilities) {
    return Negotiation.consume(producer, capabilities, "c", "7", () -> 500_000_000L);
  }

  private static void removeWhere(JsonNode list, String field, String value) {
    Iterator<JsonNode> entries = list.elements();
    while (entries.hasNext()) {
      if (entries.next().get(field).asText().equals(value)) {
        entries.remove();
      }
    }
  }

  @Test
  void offersWhatMediasoupWouldForTheSameCodecs() {
    assertEquals(
        BrowserSamples.read("router"), BrowserSamples.wire(Negotiation.routerCapabilities()));
  }

  static Stream<String[]> tracksAndDevices() {
    return BrowserSamples.TRACKS.stream()
        .flatMap(
            track -> BrowserSamples.DEVICES.stream().map(device -> new String[] {track, device}));
  }

  @ParameterizedTest
  @MethodSource("tracksAndDevices")
  void tellsConsumersWhatMediasoupWould(String track, String device) {
    JsonNode expected = BrowserSamples.read(track).get("consumed").get(device);
    Consumable producer = produce(track);

    Consumption consumption = consume(producer, BrowserSamples.device(device));

    assertTrue(Negotiation.canConsume(producer, BrowserSamples.device(device)));
    assertEquals(expected, BrowserSamples.wire(consumption.rtpParameters()));
  }

  @ParameterizedTest
  @MethodSource("tracksAndDevices")
  void givesThePacketPathWhatTheBrowserIsTold(String track, String device) {
    Consumption consumption = consume(produce(track), BrowserSamples.device(device));

    ConsumerSpec spec = consumption.spec();
    JsonNode told = BrowserSamples.wire(consumption.rtpParameters());
    JsonNode codec = told.at("/codecs/0");
    assertEquals(codec.get("payloadType").asInt(), spec.payloadType());
    assertEquals(told.at("/codecs/1/payloadType").asInt(-1), spec.rtxPayloadType());
    assertEquals(told.at("/encodings/0/ssrc").asLong(), spec.ssrc());
    assertEquals(told.at("/encodings/0/rtx/ssrc").asLong(0), spec.rtxSsrc());
    assertEquals(told.get("mid").asText(), spec.mid());
    assertEquals(told.at("/rtcp/cname").asText(), spec.cname());
    Map<String, Integer> ids = new HashMap<>();
    told.get("headerExtensions").forEach(e -> ids.put(e.get("uri").asText(), e.get("id").asInt()));
    assertEquals(RouterCapabilities.extensionIds(ids), spec.extensions());
    String feedback = codec.get("rtcpFeedback").toString();
    assertEquals(feedback.contains("{\"type\":\"nack\",\"parameter\":\"\"}"), spec.nack());
    assertEquals(feedback.contains("pli"), spec.pli());
    assertEquals(feedback.contains("fir"), spec.fir());
    assertEquals(feedback.contains("transport-cc"), spec.transportCc());
    assertEquals(feedback.contains("goog-remb"), spec.remb());
  }

  @Test
  void readsRidSimulcastOfChrome() {
    assertEquals(
        new ProducerSpec(
            "p",
            MediaKind.VIDEO,
            "1",
            Codec.VP8,
            96,
            97,
            90_000,
            new ExtensionIds(4, 10, 11, 2, 3, 0, 13, 0, 0, 5),
            true,
            true,
            true,
            true,
            false,
            null,
            List.of(new EncodingSpec("r0", 0, 0), new EncodingSpec("r1", 0, 0))),
        produce("chrome-vp8-simulcast").spec());
  }

  @Test
  void readsSsrcSimulcastOfSafari() {
    ProducerSpec spec = produce("safari-h264-simulcast").spec();

    assertEquals(Codec.H264, spec.codec());
    assertEquals(98, spec.payloadType());
    assertEquals(99, spec.rtxPayloadType());
    assertEquals("sT1x0Vw7eQ2mZk3p", spec.cname());
    assertEquals(
        List.of(
            new EncodingSpec(null, 3_785_551_111L, 1_224_445_555L),
            new EncodingSpec(null, 3_785_551_112L, 1_224_445_556L)),
        spec.encodings());
  }

  @Test
  void readsOpusOfFirefoxWithoutAnyFeedback() {
    ProducerSpec spec = produce("firefox-opus").spec();

    assertEquals(Codec.OPUS, spec.codec());
    assertEquals(109, spec.payloadType());
    assertEquals(-1, spec.rtxPayloadType());
    assertEquals(new ExtensionIds(3, 0, 0, 0, 0, 1, 0, 0, 0, 0), spec.extensions());
    assertFalse(spec.nack() || spec.pli() || spec.fir() || spec.transportCc() || spec.remb());
    assertEquals(List.of(new EncodingSpec(null, 3_012_345_678L, 0)), spec.encodings());
  }

  @Test
  void usesRembOnlyWithoutTransportWideFeedback() {
    JsonNode sample = BrowserSamples.read("chrome-h264").get("rtpParameters");
    ((ArrayNode) sample.get("codecs")).remove(1);
    removeWhere(sample.get("headerExtensions"), "uri", RouterCapabilities.TRANSPORT_CC);
    RtpParameters without = BrowserSamples.JSON.convertValue(sample, RtpParameters.class);

    ProducerSpec spec = Negotiation.produce("p", MediaKind.VIDEO, without, CNAME).spec();

    assertFalse(spec.transportCc());
    assertTrue(spec.remb());
    assertEquals(-1, spec.rtxPayloadType());
    assertEquals(List.of(new EncodingSpec(null, 1111, 0)), spec.encodings());
  }

  @Test
  void ordersEncodingsBySize() {
    JsonNode sample = BrowserSamples.read("chrome-vp8-simulcast").get("rtpParameters");
    ArrayNode given = (ArrayNode) sample.get("encodings");
    given.add(given.remove(0));
    RtpParameters turned = BrowserSamples.JSON.convertValue(sample, RtpParameters.class);

    List<EncodingSpec> encodings =
        Negotiation.produce("p", MediaKind.VIDEO, turned, CNAME).spec().encodings();

    assertEquals(List.of("r0", "r1"), encodings.stream().map(EncodingSpec::rid).toList());
  }

  @Test
  void refusesConsumersThatCannotDecode() {
    Consumable producer = produce("chrome-h264");
    JsonNode device = BrowserSamples.read("chrome-device");
    removeWhere(device.get("codecs"), "kind", "video");
    RtpCapabilities audioOnly = BrowserSamples.JSON.convertValue(device, RtpCapabilities.class);

    assertFalse(Negotiation.canConsume(producer, audioOnly));
    Failure failure = assertThrows(Failure.class, () -> consume(producer, audioOnly));
    assertEquals("Cannot consume this producer with given RTP capabilities", failure.text());
    assertFalse(Negotiation.canConsume(producer, new RtpCapabilities(null, null)));
  }

  /// Offered `profile-level-id`, whether asymmetry is allowed, and what consumers are told (or
  /// `none` when it is refused).
  @ParameterizedTest
  @CsvSource({
    "42e01f, 1, 42e01f",
    "42E01F, 1, 42e01f",
    "42c01f, 1, 42e01f",
    "42e034, 1, 42e034",
    "42e034, 0, 42e01f",
    "42e00d, 0, 42e00d",
    "42f00b, 1, 42f00b",
    "42e00b, 1, 42e00b",
    "4d801f, 1, 42e01f",
    "58c01f, 1, 42e01f",
    "'', 1, 42e01f",
    "42001f, 1, none",
    "4d001f, 1, none",
    "640c1f, 1, none",
    "42e11f, 1, none",
    "42e000, 1, none",
    "42e01, 1, none",
    "42e01g, 1, none",
    "-2e01f, 1, none"
  })
  void answersH264LevelsAsRfc6184Says(String offered, int asymmetry, String answered) {
    Map<String, Object> fmtp =
        Map.of(
            "packetization-mode",
            1,
            "level-asymmetry-allowed",
            asymmetry,
            "profile-level-id",
            offered);
    RtpParameters parameters =
        new RtpParameters(
            null,
            List.of(new RtpParameters.Codec("video/h264", 125, 90_000, null, fmtp, null)),
            null,
            List.of(new RtpParameters.Encoding(7L, null, null, null, null, null, null, null, null)),
            null,
            null);

    if (answered.equals("none")) {
      assertThrows(
          Failure.class, () -> Negotiation.produce("p", MediaKind.VIDEO, parameters, CNAME));
    } else {
      Consumable producer = Negotiation.produce("p", MediaKind.VIDEO, parameters, CNAME);
      assertEquals(answered, producer.codecParameters().get("profile-level-id"));
    }
  }

  @ParameterizedTest
  @CsvSource({"L1T3,,L2T3", ",,L2T1", ",L1T2,L2T2", "L3T3_KEY,,L2T3", "S2T12h,,L2T12"})
  void countsEncodingsAsSpatialLayers(String first, String second, String expected) {
    RtpParameters given = BrowserSamples.parameters("chrome-vp8-simulcast");
    List<RtpParameters.Encoding> encodings =
        List.of(
            new RtpParameters.Encoding(5L, null, null, null, null, first, null, null, null),
            new RtpParameters.Encoding(6L, null, null, null, null, second, null, null, null));
    RtpParameters parameters = new RtpParameters(null, given.codecs(), null, encodings, null, null);

    Consumable producer = Negotiation.produce("p", MediaKind.VIDEO, parameters, CNAME);

    assertEquals(expected, producer.scalabilityMode());
  }
}
