package dev.parley.media;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tracks and devices as mediasoup-client 3.18.7 describes them, computed by its own code from SDP
/// offers written after those of Chrome, Firefox and Safari; encodings, mid, cname and msid were
/// filled in by hand. `consumed` holds what mediasoup 3.27.1 tells each device's consumer (with mid
/// `7` and ssrc 500000000), and `router` the capabilities it gives for our codecs, less the header
/// extensions we do not offer.
final class BrowserSamples {

  static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static final List<String> TRACKS =
      List.of(
          "chrome-opus",
          "chrome-vp8-simulcast",
          "chrome-h264",
          "firefox-opus",
          "firefox-vp8-simulcast",
          "safari-h264-simulcast");

  static final List<String> DEVICES = List.of("chrome", "firefox", "safari", "plain");

  private BrowserSamples() {}

  static JsonNode read(String name) {
    try (@Nullable InputStream file =
        BrowserSamples.class.getResourceAsStream("negotiation/" + name + ".json")) {
      if (file == null) {
        throw new IllegalArgumentException("no sample " + name);
      }
      return JSON.readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RtpParameters parameters(String track) {
    return JSON.convertValue(read(track).get("rtpParameters"), RtpParameters.class);
  }

  static RtpCapabilities device(String browser) {
    return JSON.convertValue(read(browser + "-device"), RtpCapabilities.class);
  }

  /// The tree a browser would parse from what we send it.
  static JsonNode wire(Object value) {
    try {
      return JSON.readTree(JSON.writeValueAsString(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
