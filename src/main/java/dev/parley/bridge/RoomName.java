package dev.parley.bridge;

import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Base64;

/// What the room of a chat is called, the same for all who are in the chat.
///
/// | chat | name |
/// |---|---|
/// | group | `G`, the group |
/// | of two users | `D`, both users, in the order of their texts |
/// | channel | `C`, the community, and the channel's id as 16 bytes, big-endian |
///
/// Each part is base64 without padding, with `_` for `+` and `-` for `/`: the other way round than
/// in base64url. Canisters have ids of 10 bytes, so that their parts are of one length; nothing
/// else has a name.
public final class RoomName {

  private static final int ID_BYTES = 10;
  private static final int ID_CHARS = 14;
  private static final int CHANNEL_BYTES = 16;
  private static final int CHANNEL_CHARS = 22;

  private RoomName() {}

  /// Whose room it is.
  public sealed interface Owner {
    record Group(IcPrincipal id) implements Owner {}

    /// @param first the one whose text is the lesser
    record Direct(IcPrincipal first, IcPrincipal second) implements Owner {}

    record Channel(IcPrincipal community, long channelId) implements Owner {}
  }

  /// The name of a chat's room.
  ///
  /// @param requester who names the chat so
  /// @throws Failure INVALID when the id of anybody in it is not of 10 bytes
  public static String of(IcPrincipal requester, ChatId chat) {
    return switch (chat) {
      case ChatId.Group(IcPrincipal id) -> "G" + encode(id);
      case ChatId.Direct(IcPrincipal other) -> direct(requester, other);
      case ChatId.Channel(IcPrincipal community, long id) ->
          "C" + encode(community) + encode(BigInteger.valueOf(id));
    };
  }

  private static String direct(IcPrincipal one, IcPrincipal other) {
    return one.text().compareTo(other.text()) < 0
        ? "D" + encode(one) + encode(other)
        : "D" + encode(other) + encode(one);
  }

  /// Whose room has this name.
  ///
  /// @throws Failure INVALID when it is not a name, exactly as `of` gives it
  public static Owner decode(String name) {
    if (name.isEmpty()) {
      throw malformed();
    }
    String rest = name.substring(1);
    return switch (name.charAt(0)) {
      case 'G' -> new Owner.Group(principal(rest));
      case 'D' -> {
        IcPrincipal first = principal(head(rest));
        IcPrincipal second = principal(rest.substring(ID_CHARS));
        if (first.text().compareTo(second.text()) > 0) {
          throw malformed();
        }
        yield new Owner.Direct(first, second);
      }
      case 'C' -> new Owner.Channel(principal(head(rest)), channel(rest.substring(ID_CHARS)));
      default -> throw malformed();
    };
  }

  private static String head(String rest) {
    if (rest.length() < ID_CHARS) {
      throw malformed();
    }
    return rest.substring(0, ID_CHARS);
  }

  private static IcPrincipal principal(String part) {
    return IcPrincipal.of(bytes(part, ID_CHARS));
  }

  private static long channel(String part) {
    BigInteger id = new BigInteger(1, bytes(part, CHANNEL_CHARS));
    if (id.bitLength() > 32) {
      throw malformed();
    }
    return id.longValue();
  }

  private static String encode(IcPrincipal principal) {
    if (!isCanister(principal)) {
      throw Failure.invalid("the id of a canister has " + ID_BYTES + " bytes");
    }
    return encode(principal.bytes());
  }

  /// Whether a principal may have a part in a name.
  static boolean isCanister(IcPrincipal principal) {
    return principal.bytes().length == ID_BYTES;
  }

  /// Package-private for ids that were longer once.
  static String encode(BigInteger channelId) {
    byte[] number = channelId.toByteArray();
    int length = Math.min(number.length, CHANNEL_BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(CHANNEL_BYTES);
    bytes.put(CHANNEL_BYTES - length, number, number.length - length, length);
    return encode(bytes.array());
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(bytes)
        .replace('+', '_')
        .replace('/', '-');
  }

  private static byte[] bytes(String part, int chars) {
    if (part.length() == chars && part.indexOf('+') < 0 && part.indexOf('/') < 0) {
      try {
        byte[] bytes = Base64.getDecoder().decode(part.replace('_', '+').replace('-', '/'));
        // Also the bits that are left over must be as they are written.
        if (encode(bytes).equals(part)) {
          return bytes;
        }
      } catch (IllegalArgumentException _) {
        // Not base64: told below.
      }
    }
    throw malformed();
  }

  private static Failure malformed() {
    return Failure.invalid("not the name of a chat's room");
  }
}
