package dev.parley.signaling.socketio;

/// Which event of which source an emitted event is, the same on every node that logs it: what lets
/// another node take over a socket without losing or repeating anything.
///
/// Marks of one stream come to a socket in ascending order; between streams there is no order.
///
/// @param stream name of the source: letters, digits, `_` and `-`, few and short, as each offset
///   told to a client names all that have sent to it
/// @param number ascending within the stream, from 1
public record Mark(String stream, long number) {

  /// Of an event that is not kept for a client that has lost its connection, and has no offset.
  public static final Mark UNKEPT = new Mark("-", 1);

  /// Checks that the mark can be told to a client.
  public Mark {
    if (stream.isEmpty() || stream.length() > Offset.MAX_NAME || number < 1) {
      throw new IllegalArgumentException("no mark: " + stream + " " + number);
    }
  }
}
