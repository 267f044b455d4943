package dev.parley.signaling;

import dev.parley.kernel.Frame;
import dev.parley.kernel.Utf8;

/// Something one socket tells others of its room, on its way from the sender's node to theirs. The
/// payload is JSON text that is passed on as it came.
///
/// @param stream of the sender's node and the room; with `number` the event's mark
/// @param version of the room as the sender's node knew it: receivers get to know those who joined
///   before, before they hear of this
/// @param userId of the sender
/// @param socketId of the sender
/// @param target socket id; empty for all others in the room
/// @param json what is said
record Relayed(
    Kind kind,
    String roomId,
    String stream,
    long number,
    long version,
    String userId,
    String socketId,
    String target,
    Utf8 json) {

  /// What is said.
  enum Kind {
    /// A short text shown for a moment.
    REACTION(1),
    /// Whatever an application wants to tell.
    MESSAGE(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind of(int code) {
      for (Kind kind : KINDS) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IndexOutOfBoundsException("no kind of relay: " + code);
    }
  }

  private static final Kind[] KINDS = Kind.values();

  void writeTo(Frame.Writer out) {
    out.octet(kind.code)
        .text(roomId)
        .text(stream)
        .int64(number)
        .int64(version)
        .text(userId)
        .text(socketId)
        .text(target)
        .utf8(json);
  }

  /// @throws IndexOutOfBoundsException when the frame is none of these
  static Relayed read(Frame frame) {
    return new Relayed(
        Kind.of(frame.octet()),
        frame.text(),
        frame.text(),
        frame.int64(),
        frame.int64(),
        frame.text(),
        frame.text(),
        frame.text(),
        frame.utf8());
  }
}
