package dev.parley.signaling.socketio;

import io.vertx.core.buffer.Buffer;

/// Brings what comes by one channel to a session, on the session's context.
///
/// @param session where it goes
/// @param channel where it comes from
record SessionReceiver(EngineSession session, Channel channel) implements Receiver {

  @Override
  public void onText(String wire) {
    if (session.isHere()) {
      session.onText(channel, wire);
    } else {
      session.execute(() -> session.onText(channel, wire));
    }
  }

  @Override
  public void onBinary(Buffer data) {
    if (session.isHere()) {
      session.onBinary(channel, data);
    } else {
      session.execute(() -> session.onBinary(channel, data));
    }
  }

  @Override
  public void afterwards(Runnable action) {
    session.execute(action);
  }

  @Override
  public void onWritable() {
    session.execute(() -> session.onWritable(channel));
  }

  @Override
  public void onClosed(CloseReason reason) {
    session.execute(() -> session.onClosed(channel, reason));
  }
}
