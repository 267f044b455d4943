package dev.parley.bridge.ic;

import dev.parley.kernel.Failure;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments and the answers of the two methods that say when a video call begins and ends, for
/// each of the three kinds of canisters that have them.
///
/// Each argument is a record, whose fields stand in the order of the hashes of their names:
///
/// | hash | field | type |
/// |---|---|---|
/// | 6701798 | `initiator_username` | text |
/// | 60493079 | `channel_id` | nat32; only of a community |
/// | 1038986415 | `initiator` | principal |
/// | 1059897521 | `initiator_avatar_id` | opt nat; only of a user |
/// | 1372882831 | `max_duration` | opt nat64, milliseconds |
/// | 1869947023 | `user_id` | principal; only at the end, of a user |
/// | 2988267896 | `initiator_display_name` | opt text |
/// | 3534738067 | `message_id` | nat64 |
/// | 4180408635 | `call_type` | variant of `Default` (1762984097) and `Broadcast` (2162983649) |
public final class VideoCalls {

  /// The method that says that a call begins.
  public static final String START = "start_video_call_v2";

  /// The method that says that a call is over.
  public static final String END = "end_video_call_v2";

  static final long SUCCESS = 2_241_809_827L;
  static final long ERROR = 106_380_200L;

  /// The types, and the one argument, of a start for a group: opt nat64, opt text, the variant, the
  /// record.
  private static final byte[] START_GROUP =
      head(
          "04 6e78 6e71 6b02 a181d4c806 7f e185b28708 7f",
          "6c06 e685990371 afd9b6ef0368 8f8fd28e0500 f8b2f5900b01 93a5bf950d78 bbf2afc90f02",
          "01 03");

  private static final byte[] START_COMMUNITY =
      head(
          "04 6e78 6e71 6b02 a181d4c806 7f e185b28708 7f",
          "6c07 e685990371 979aec1c79 afd9b6ef0368 8f8fd28e0500 f8b2f5900b01 93a5bf950d78"
              + "bbf2afc90f02",
          "01 03");

  /// An opt nat comes first here.
  private static final byte[] START_USER =
      head(
          "05 6e7d 6e78 6e71 6b02 a181d4c806 7f e185b28708 7f",
          "6c07 e685990371 afd9b6ef0368 b181b3f90300 8f8fd28e0501 f8b2f5900b02 93a5bf950d78"
              + "bbf2afc90f03",
          "01 04");

  private static final byte[] END_GROUP = head("01", "6c01 93a5bf950d78", "01 00");

  private static final byte[] END_COMMUNITY = head("01", "6c02 979aec1c79 93a5bf950d78", "01 00");

  private static final byte[] END_USER = head("01", "6c02 8fc1d4fb0668 93a5bf950d78", "01 00");

  private static final long MAX_NAT32 = 0xffff_ffffL;

  private VideoCalls() {}

  /// Who may speak in a call.
  public enum CallType {
    DEFAULT,
    BROADCAST
  }

  /// A call that begins.
  ///
  /// @param messageId the chat message that stands for the call; 64 bits without sign
  /// @param displayName null when the initiator has none
  /// @param avatarId not negative; null when there is none. Only users' canisters are told it
  /// @param maxDurationMs after which the canister takes the call for ended
  public record Start(
      long messageId,
      IcPrincipal initiator,
      String username,
      @Nullable String displayName,
      @Nullable BigInteger avatarId,
      long maxDurationMs,
      CallType type) {

    public Start {
      if (avatarId != null && avatarId.signum() < 0) {
        throw Failure.invalid("an avatar's id is not negative");
      }
    }
  }

  /// What a canister says to either.
  public sealed interface Answer {}

  /// It took note.
  public record Success() implements Answer {}

  /// It did not, and had its reasons.
  ///
  /// @param code one of OpenChat's
  /// @param text null when it says no more
  public record Refusal(int code, @Nullable String text) implements Answer {
    /// A call with that message has begun before.
    public static final int MESSAGE_ID_ALREADY_EXISTS = 287;

    /// The call is over already.
    public static final int ALREADY_ENDED = 285;

    /// No call with that message.
    public static final int NOT_FOUND = 297;
  }

  public static byte[] startInGroup(Start start) {
    return new Out(START_GROUP)
        .text(start.username())
        .principal(start.initiator())
        .common(start)
        .bytes();
  }

  /// @param channelId 32 bits without sign
  public static byte[] startInCommunity(Start start, long channelId) {
    return new Out(START_COMMUNITY)
        .text(start.username())
        .nat32(channelId)
        .principal(start.initiator())
        .common(start)
        .bytes();
  }

  public static byte[] startWithUser(Start start) {
    return new Out(START_USER)
        .text(start.username())
        .principal(start.initiator())
        .optNat(start.avatarId())
        .common(start)
        .bytes();
  }

  public static byte[] endInGroup(long messageId) {
    return new Out(END_GROUP).nat64(messageId).bytes();
  }

  /// @param channelId 32 bits without sign
  public static byte[] endInCommunity(long channelId, long messageId) {
    return new Out(END_COMMUNITY).nat32(channelId).nat64(messageId).bytes();
  }

  /// @param user the one whom the called user speaks with
  public static byte[] endWithUser(IcPrincipal user, long messageId) {
    return new Out(END_USER).principal(user).nat64(messageId).bytes();
  }

  /// What a canister's answer says, by the rules by which Candid lets types grow.
  ///
  /// @throws Failure INVALID when it is of another type
  public static Answer answer(byte[] candid) {
    List<CandidValue> arguments = Candid.decode(candid);
    if (!arguments.isEmpty()
        && arguments.getFirst() instanceof CandidValue.Variant(long tag, CandidValue value)) {
      if (tag == SUCCESS && value instanceof CandidValue.Null) {
        return new Success();
      }
      if (tag == ERROR
          && value instanceof CandidValue.Struct(Map<Long, CandidValue> fields)
          && fields.get(0L) instanceof CandidValue.Fixed(int type, long code)
          && type == Candid.NAT16) {
        return new Refusal((int) code, optText(fields.get(1L)));
      }
    }
    throw Failure.invalid("a canister's answer is of another type");
  }

  /// What is not there, or of another type, is nothing; a text is as good as one that may lack.
  private static @Nullable String optText(@Nullable CandidValue value) {
    return switch (value) {
      case CandidValue.Text(String text) -> text;
      case CandidValue.Opt(CandidValue.Text(String text)) -> text;
      case null, default -> null;
    };
  }

  private static byte[] head(String... parts) {
    return HexFormat.of().parseHex("4449444c" + String.join("", parts).replace(" ", ""));
  }

  /// Values, one after the other.
  private static final class Out {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Out(byte[] head) {
      out.writeBytes(head);
    }

    /// The fields from `max_duration` on, which all three have.
    Out common(Start start) {
      out.write(1);
      nat64(start.maxDurationMs());
      out.write(start.displayName() == null ? 0 : 1);
      if (start.displayName() != null) {
        text(start.displayName());
      }
      nat64(start.messageId());
      out.write(start.type() == CallType.BROADCAST ? 1 : 0);
      return this;
    }

    Out text(String text) {
      byte[] utf8 = Wire.utf8(text);
      out.writeBytes(Wire.leb(utf8.length));
      out.writeBytes(utf8);
      return this;
    }

    Out principal(IcPrincipal principal) {
      byte[] bytes = principal.bytes();
      out.write(1);
      out.write(bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    Out nat32(long value) {
      if (value < 0 || value > MAX_NAT32) {
        throw Failure.invalid("a channel's id has 32 bits");
      }
      out.writeBytes(little(Integer.BYTES).putInt((int) value).array());
      return this;
    }

    Out nat64(long value) {
      out.writeBytes(little(Long.BYTES).putLong(value).array());
      return this;
    }

    Out optNat(@Nullable BigInteger value) {
      out.write(value == null ? 0 : 1);
      if (value != null) {
        BigInteger rest = value;
        for (; rest.bitLength() > 7; rest = rest.shiftRight(7)) {
          out.write((rest.intValue() & 0x7f) | 0x80);
        }
        out.write(rest.intValue());
      }
      return this;
    }

    private static ByteBuffer little(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
