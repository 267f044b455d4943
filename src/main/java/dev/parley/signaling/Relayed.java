package dev.parley.signaling;

import dev.parley.kernel.Frame;
import dev.parley.kernel.Utf8;

/// Something one socket tells others of its room, on its way from the sender's node to theirs, in
/// the words of the room's dialect: it is passed on as it is.
///
/// @param stream of the sender's node and the room; with `number` the event's mark
/// @param version of the room as the sender's node knew it: receivers get to know those who joined
///   before, before they hear of this
/// @param socketId of the sender, who is not told; empty when he is
/// @param target socket id; empty for all in the room
/// @param name of the event
/// @param json its payload
record Relayed(
    String roomId,
    String stream,
    long number,
    long version,
    String socketId,
    String target,
    String name,
    Utf8 json) {

  void writeTo(Frame.Writer out) {
    out.text(roomId)
        .text(stream)
        .int64(number)
        .int64(version)
        .text(socketId)
        .text(target)
        .text(name)
        .utf8(json);
  }

  /// @throws IndexOutOfBoundsException when the frame is none of these
  static Relayed read(Frame frame) {
    return new Relayed(
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
