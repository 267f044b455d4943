package dev.parley.signaling.socketio;

import dev.parley.kernel.Utf8;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// One Engine.IO packet as it travels: a text of a type digit and its data, or bytes, which are
/// always a message. Immutable; one packet may be sent to many sessions.
public final class EnginePacket {

  /// What a packet is for, with its digit.
  enum Type {
    /// Server to client, first: the session's id and settings.
    OPEN('0'),
    /// The session ends.
    CLOSE('1'),
    /// Heartbeat, server to client; `2probe` the other way while upgrading.
    PING('2'),
    /// The answer to a ping.
    PONG('3'),
    /// What the layer above exchanges.
    MESSAGE('4'),
    /// Client to server: the probed channel is the session's from now on.
    UPGRADE('5'),
    /// Nothing; ends a poll.
    NOOP('6'),
    /// Not a packet: empty, or no digit from 0 to 6 in front.
    MALFORMED('?');

    private final char digit;

    Type(char digit) {
      this.digit = digit;
    }
  }

  static final EnginePacket PING = text(Type.PING, "");
  static final EnginePacket PROBED = text(Type.PONG, "probe");
  static final EnginePacket CLOSE = text(Type.CLOSE, "");
  static final EnginePacket NOOP = text(Type.NOOP, "");

  private final @Nullable Utf8 wire;
  private final @Nullable Buffer binary;

  private EnginePacket(@Nullable Utf8 wire, @Nullable Buffer binary) {
    this.wire = wire;
    this.binary = binary;
  }

  static EnginePacket text(Type type, String data) {
    return ofWire(Utf8.of(type.digit + data));
  }

  /// A packet from its text, the digit included.
  public static EnginePacket ofWire(Utf8 wire) {
    return new EnginePacket(wire, null);
  }

  /// A message of bytes, which must not be changed afterwards.
  public static EnginePacket binary(Buffer data) {
    return new EnginePacket(null, data);
  }

  /// The type of a received text; its data begin at index 1.
  static Type typeOf(String wire) {
    if (wire.isEmpty()) {
      return Type.MALFORMED;
    }
    return switch (wire.charAt(0)) {
      case '0' -> Type.OPEN;
      case '1' -> Type.CLOSE;
      case '2' -> Type.PING;
      case '3' -> Type.PONG;
      case '4' -> Type.MESSAGE;
      case '5' -> Type.UPGRADE;
      case '6' -> Type.NOOP;
      default -> Type.MALFORMED;
    };
  }

  /// The text with its digit; null for a binary packet.
  public @Nullable Utf8 wire() {
    return wire;
  }

  /// The bytes; null for a text packet.
  public @Nullable Buffer binary() {
    return binary;
  }

  /// Length on the wire in bytes, without framing.
  public int bytes() {
    return wire != null ? wire.length() : binary == null ? 0 : binary.length();
  }

  /// Bytes that `text` takes in UTF-8; a surrogate without its other half counts as three.
  static int utf8Length(String text) {
    int length = text.length();
    int bytes = length;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        boolean isPair =
            Character.isHighSurrogate(c)
                && i + 1 < length
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (isPair) {
          bytes += 2;
          i++;
        } else {
          bytes += c < 0x800 ? 1 : 2;
        }
      }
    }
    return bytes;
  }
}
