package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;

/// Who is told what a channel brings. A channel calls it in order, one call after the other; the
/// receiver may be of another thread and sees to that itself.
public interface Receiver {

  /// One text packet of the client, as it travels.
  void onText(String wire);

  /// One binary packet of the client.
  void onBinary(Buffer data);

  /// Runs `action` when what has been brought before has been handled.
  void afterwards(Runnable action);

  /// The channel takes packets again.
  void onWritable();

  /// The channel has ended, by the client or by a fault. Nothing else comes, but this may again.
  void onClosed(CloseReason reason);
}
