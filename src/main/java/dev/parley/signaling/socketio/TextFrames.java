package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Puts the frames of text messages together (RFC 6455 §5.4), in bounds, and reads them as strict
/// UTF-8 (§8.1). Not thread-safe.
final class TextFrames {

  /// What a frame completed, or spoilt.
  sealed interface Result permits Message, Pending, Binary, TooLarge, NotUtf8 {}

  /// A whole message.
  record Message(String text) implements Result {}

  /// More frames are to come, or the frame is none of a message.
  record Pending() implements Result {}

  /// A message that is no text.
  record Binary() implements Result {}

  /// A message of too many bytes or frames.
  record TooLarge() implements Result {}

  /// A message that is not UTF-8.
  record NotUtf8() implements Result {}

  /// Frames of one message. Clients do not need so many, and empty ones have no bytes to count.
  static final int MAX_FRAMES = 1024;

  private static final Pending PENDING = new Pending();

  private final int maxBytes;
  private @Nullable Buffer begun;
  private int frames;

  /// @param maxBytes of one message
  TextFrames(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Takes the next frame. That they come in an order that makes sense was seen to before.
  Result add(WebSocketFrame frame) {
    if (frame.isBinary()) {
      return new Binary();
    }
    if (!frame.isText() && !frame.isContinuation()) {
      return PENDING;
    }
    Buffer data = frame.binaryData();
    Buffer before = begun;
    int length = data.length() + (before == null ? 0 : before.length());
    if (length > maxBytes || ++frames > MAX_FRAMES) {
      begun = null;
      return new TooLarge();
    }
    Buffer whole = before == null ? data : before.appendBuffer(data);
    if (!frame.isFinal()) {
      begun = before == null ? Buffer.buffer().appendBuffer(data) : whole;
      return PENDING;
    }
    begun = null;
    frames = 0;
    return text(whole);
  }

  private static Result text(Buffer message) {
    byte[] bytes = message.getBytes();
    String text = new String(bytes, StandardCharsets.UTF_8);
    // What is not UTF-8 has become U+FFFD, which may also stand there by right.
    if (text.indexOf('\ufffd') >= 0) {
      try {
        var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      } catch (CharacterCodingException _) {
        return new NotUtf8();
      }
    }
    return new Message(text);
  }
}
