package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.contract.MediaKind;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.kernel.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every rule once: one field of a sound sample is replaced, and the failure must name it.
class RtpRulesTest {

  private static final String CONTROL = "a\\r\\nm=video";

  private static JsonNode replaced(JsonNode sample, String path, String json)
      throws JsonProcessingException {
    int slash = path.lastIndexOf('/');
    JsonNode parent = sample.at(path.substring(0, slash));
    String field = path.substring(slash + 1);
    JsonNode value = BrowserSamples.JSON.readTree(json.replace("CONTROL", CONTROL));
    switch (parent) {
      case ObjectNode object -> object.set(field, value);
      case ArrayNode array -> array.set(Integer.parseInt(field), value);
      default -> throw new IllegalArgumentException("no " + path + " in the sample");
    }
    return sample;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/mid|\"CONTROL\"|rtpParameters.mid: holds a control character",
        "/mid|\"123456789012345678901234567890123\"|rtpParameters.mid: is longer than 32 characters",
        "/msid|\"CONTROL\"|rtpParameters.msid: holds a control character",
        "/codecs|null|rtpParameters.codecs: must not be empty",
        "/codecs|[]|rtpParameters.codecs: must not be empty",
        "/codecs/0|null|rtpParameters.codecs[0]: is missing",
        "/codecs/0/mimeType|null|rtpParameters.codecs[0].mimeType: is missing",
        "/codecs/0/mimeType|\"text/VP8\"|rtpParameters.codecs[0].mimeType: must be audio/… or video/…",
        "/codecs/0/mimeType|\"audio/opus\"|rtpParameters.codecs[0].mimeType: audio/opus is not video",
        "/codecs/0/mimeType|\"video/VP9\"|rtpParameters.codecs[0]: unsupported codec video/VP9 with these parameters",
        "/codecs/0/mimeType|\"video/rtx\"|rtpParameters.codecs: holds no media codec",
        "/codecs/0/clockRate|8000|rtpParameters.codecs[0]: unsupported codec video/VP8 with these parameters",
        "/codecs/0/clockRate|0|rtpParameters.codecs[0].clockRate: must be 1 to 1000000, not 0",
        "/codecs/0/channels|-1|rtpParameters.codecs[0].channels: must be 0 to 255, not -1",
        "/codecs/0/payloadType|128|rtpParameters.codecs[0].payloadType: must be 0 to 127, not 128",
        "/codecs/0/payloadType|-1|rtpParameters.codecs[0].payloadType: must be 0 to 127, not -1",
        "/codecs/1/payloadType|96|rtpParameters.codecs[1].payloadType: is used twice",
        "/codecs/0/parameters|{\"a\":null}|rtpParameters.codecs[0].parameters.a: must be a string or a number",
        "/codecs/0/parameters|{\"a\":[1]}|rtpParameters.codecs[0].parameters.a: must be a string or a number",
        "/codecs/0/parameters|{\"a\":1e400}|rtpParameters.codecs[0].parameters.a: must be a string or a number",
        "/codecs/0/parameters|{\"a\":\"CONTROL\"}|rtpParameters.codecs[0].parameters.a: holds a control character",
        "/codecs/0/parameters|{\"CONTROL\":1}|rtpParameters.codecs[0].parameters name: holds a control character",
        "/codecs/1/parameters/apt|\"96\"|rtpParameters.codecs[1].parameters.apt: must be a payload type",
        "/codecs/1/parameters/apt|95|rtpParameters.codecs[1].parameters.apt: must be the payload type of a media codec that has no other RTX codec",
        "/codecs/1/parameters|{}|rtpParameters.codecs[1].parameters.apt: must be the payload type of a media codec that has no other RTX codec",
        "/codecs/0/rtcpFeedback/0|null|rtpParameters.codecs[0].rtcpFeedback[0]: is missing",
        "/codecs/0/rtcpFeedback/0/type|null|rtpParameters.codecs[0].rtcpFeedback[0].type: is missing",
        "/headerExtensions/0|null|rtpParameters.headerExtensions[0]: is missing",
        "/headerExtensions/0/uri|\"\"|rtpParameters.headerExtensions[0].uri: is missing",
        "/headerExtensions/0/id|0|rtpParameters.headerExtensions[0].id: must be 1 to 255, not 0",
        "/headerExtensions/0/id|256|rtpParameters.headerExtensions[0].id: must be 1 to 255, not 256",
        "/headerExtensions/1/id|4|rtpParameters.headerExtensions[1].id: is used twice",
        "/headerExtensions/1/uri|\"urn:ietf:params:rtp-hdrext:sdes:mid\"|rtpParameters.headerExtensions[1].uri: is used twice",
        "/headerExtensions/0/encrypt|true|rtpParameters.headerExtensions[0].encrypt: encrypted extensions are not supported",
        "/headerExtensions|[]|rtpParameters.encodings[0]: needs an ssrc, or a rid together with the extension urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "/encodings|[{\"ssrc\":1},{\"ssrc\":2},{\"ssrc\":3},{\"ssrc\":4},{\"ssrc\":5}]|rtpParameters.encodings: has more than 4 entries",
        "/encodings/0|null|rtpParameters.encodings[0]: is missing",
        "/encodings/0/rid|\"r 0\"|rtpParameters.encodings[0].rid: must be 1 to 16 letters, digits, - or _",
        "/encodings/0/rid|\"12345678901234567\"|rtpParameters.encodings[0].rid: must be 1 to 16 letters, digits, - or _",
        "/encodings/1/rid|\"r0\"|rtpParameters.encodings[1].rid: is used twice",
        "/encodings/0/rid|null|rtpParameters.encodings[0]: needs an ssrc, or a rid together with the extension urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "/encodings/0/ssrc|0|rtpParameters.encodings[0].ssrc: must be 1 to 4294967295, not 0",
        "/encodings/0/ssrc|4294967296|rtpParameters.encodings[0].ssrc: must be 1 to 4294967295, not 4294967296",
        "/encodings/0/rtx|{\"ssrc\":-5}|rtpParameters.encodings[0].rtx.ssrc: must be 1 to 4294967295, not -5",
        "/encodings|[{\"ssrc\":5,\"rtx\":{\"ssrc\":5}}]|rtpParameters.encodings[0].rtx.ssrc: is used twice",
        "/encodings|[{\"ssrc\":5},{\"ssrc\":5}]|rtpParameters.encodings[1].ssrc: is used twice",
        "/encodings/0/scalabilityMode|\"T3L1\"|rtpParameters.encodings[0].scalabilityMode: must be like L1T3",
        "/encodings/0/maxBitrate|-1|rtpParameters.encodings[0].maxBitrate: must be 0 to 4294967295, not -1",
        "/encodings/0/scaleResolutionDownBy|0.5|rtpParameters.encodings[0].scaleResolutionDownBy: must be at least 1",
        "/encodings/0/codecPayloadType|97|rtpParameters.encodings.codecPayloadType: is no media codec's payload type",
        "/encodings/1/codecPayloadType|96|rtpParameters.encodings.codecPayloadType: must be the same in all encodings",
        "/rtcp/cname|\"CONTROL\"|rtpParameters.rtcp.cname: holds a control character",
      },
      delimiter = '|')
  void namesTheFieldThatIsWrong(String path, String json, String text)
      throws JsonProcessingException {
    JsonNode sample = BrowserSamples.read("chrome-vp8-simulcast").get("rtpParameters");
    RtpParameters parameters =
        BrowserSamples.JSON.treeToValue(replaced(sample, path, json), RtpParameters.class);

    Failure failure =
        assertThrows(
            Failure.class, () -> Negotiation.produce("p", MediaKind.VIDEO, parameters, "c"));

    assertEquals(text, failure.text());
    assertEquals(Failure.Code.INVALID, failure.code());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/codecs/0|null|rtpCapabilities.codecs[0]: is missing",
        "/codecs/0/mimeType|\"opus\"|rtpCapabilities.codecs[0].mimeType: must be audio/… or video/…",
        "/codecs/0/preferredPayloadType|200|rtpCapabilities.codecs[0].preferredPayloadType: must be 0 to 127, not 200",
        "/codecs/1/parameters|{\"a\":{}}|rtpCapabilities.codecs[1].parameters.a: must be a string or a number",
        "/codecs/1/rtcpFeedback/0/type|\"CONTROL\"|rtpCapabilities.codecs[1].rtcpFeedback[0].type: holds a control character",
        "/headerExtensions/0|null|rtpCapabilities.headerExtensions[0]: is missing",
        "/headerExtensions/0/preferredId|0|rtpCapabilities.headerExtensions[0].preferredId: must be 1 to 255, not 0",
      },
      delimiter = '|')
  void namesTheCapabilityThatIsWrong(String path, String json, String text)
      throws JsonProcessingException {
    Consumable producer =
        Negotiation.produce(
            "p", MediaKind.VIDEO, BrowserSamples.parameters("chrome-vp8-simulcast"), "c");
    JsonNode sample = BrowserSamples.read("chrome-device");
    RtpCapabilities capabilities =
        BrowserSamples.JSON.treeToValue(replaced(sample, path, json), RtpCapabilities.class);

    Failure failure =
        assertThrows(Failure.class, () -> Negotiation.canConsume(producer, capabilities));

    assertEquals(text, failure.text());
  }

  @Test
  void listsAreBounded() throws JsonProcessingException {
    JsonNode sample = BrowserSamples.read("chrome-device");
    ArrayNode codecs = (ArrayNode) sample.get("codecs");
    while (codecs.size() < 1000) {
      codecs.add(codecs.get(0));
    }
    RtpCapabilities capabilities = BrowserSamples.JSON.treeToValue(sample, RtpCapabilities.class);

    Failure failure = assertThrows(Failure.class, () -> RtpRules.check(capabilities));

    assertTrue(failure.text().startsWith("rtpCapabilities.codecs: has more than"), failure.text());
  }

  @Test
  void audioHasOneEncodingAtMost() throws JsonProcessingException {
    JsonNode sample = BrowserSamples.read("chrome-opus").get("rtpParameters");
    RtpParameters parameters =
        BrowserSamples.JSON.treeToValue(
            replaced(sample, "/encodings", "[{\"ssrc\":1},{\"ssrc\":2}]"), RtpParameters.class);

    Failure failure =
        assertThrows(
            Failure.class, () -> Negotiation.produce("p", MediaKind.AUDIO, parameters, "c"));

    assertEquals("rtpParameters.encodings: audio has one encoding at most", failure.text());
  }
}
