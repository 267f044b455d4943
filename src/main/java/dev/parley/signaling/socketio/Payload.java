package dev.parley.signaling.socketio;

import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// Packets as the body of a poll or a post: a text, in UTF-8, of packets with U+001E between them;
/// a binary one is a `b` and the standard Base64 of its bytes.
final class Payload {

  /// Who takes packets out of a payload, in their order.
  interface Sink {

    /// @return whether to go on
    boolean onText(String wire);

    /// @return whether to go on
    boolean onBinary(Buffer data);
  }

  private static final char SEPARATOR = '\u001e';
  private static final Base64.Encoder ENCODER = Base64.getEncoder();
  private static final Base64.Decoder DECODER = Base64.getDecoder();

  private Payload() {}

  static Buffer encode(List<EnginePacket> packets) {
    int bytes = 0;
    for (EnginePacket packet : packets) {
      bytes += packet.bytes() + 1;
    }
    Buffer body = Buffer.buffer(bytes);
    for (int i = 0; i < packets.size(); i++) {
      if (i > 0) {
        body.appendByte((byte) SEPARATOR);
      }
      append(body, packets.get(i));
    }
    return body;
  }

  private static void append(Buffer body, EnginePacket packet) {
    Utf8 wire = packet.wire();
    Buffer binary = packet.binary();
    if (wire != null) {
      body.appendBytes(wire.bytes());
    } else if (binary != null) {
      body.appendByte((byte) 'b').appendBytes(ENCODER.encode(binary.getBytes()));
    }
  }

  /// Hands the packets of `body` to `sink`, until it has enough. A text is whatever stands between
  /// two separators, the empty text and one of no known type included.
  ///
  /// @return false when Base64 is malformed, which ends the decoding
  static boolean decode(Buffer body, Sink sink) {
    String text = body.toString(StandardCharsets.UTF_8);
    int from = 0;
    while (true) {
      int end = text.indexOf(SEPARATOR, from);
      String part = end < 0 ? text.substring(from) : text.substring(from, end);
      boolean wantsMore;
      if (part.startsWith("b")) {
        byte[] data;
        try {
          data = DECODER.decode(withoutBreaks(part.substring(1)));
        } catch (IllegalArgumentException _) {
          return false;
        }
        wantsMore = sink.onBinary(Buffer.buffer(data));
      } else {
        wantsMore = sink.onText(part);
      }
      if (end < 0 || !wantsMore) {
        return true;
      }
      from = end + 1;
    }
  }

  /// Some clients (that in Java) break the lines of Base64 as mail does, or end it with a break.
  private static String withoutBreaks(String base64) {
    return base64.indexOf('\n') < 0 ? base64 : base64.replace("\n", "").replace("\r", "");
  }
}
