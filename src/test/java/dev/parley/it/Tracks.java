package dev.parley.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Tracks and capabilities as browsers describe them, and clients that send and receive them.
final class Tracks {

  private Tracks() {}

  private static JsonNode read(String name) {
    String path = "/dev/parley/media/negotiation/" + name + ".json";
    try (InputStream file = Tracks.class.getResourceAsStream(path)) {
      if (file == null) {
        throw new IllegalArgumentException("no sample " + name);
      }
      return SocketClient.tree(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What Chrome can receive.
  static JsonNode capabilities() {
    return read("chrome-device");
  }

  static String transport(SocketClient client, String room, String direction) {
    JsonNode ack = client.ask("media:createTransport", "roomId", room, "direction", direction);
    String id = ack.path("id").asText();
    if (id.isEmpty()) {
      throw new AssertionError(ack.toString());
    }
    return id;
  }

  /// Produces a track over a transport and returns the producer's id.
  ///
  /// @param sample `chrome-opus` and the like
  /// @param label `audio`, `video` or `screen`
  static String produce(
      SocketClient client, String room, String transport, String sample, String label) {
    JsonNode track = read(sample);
    JsonNode ack =
        client.ask(
            "media:produce",
            "roomId",
            room,
            "transportId",
            transport,
            "kind",
            track.path("kind"),
            "rtpParameters",
            track.path("rtpParameters"),
            "appData",
            SocketClient.object("label", label));
    String id = ack.path("producerId").asText();
    if (id.isEmpty()) {
      throw new AssertionError(ack.toString());
    }
    return id;
  }
}
