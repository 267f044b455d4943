package dev.parley.signaling.socketio;

import org.jspecify.annotations.Nullable;

/// One namespace of a connection, for the node that owns the socket in it. Any thread; in order.
record RemoteClient(SocketConnection connection, String namespace, String pid)
    implements Elsewhere.Client {

  @Override
  public void resumed(String id) {
    run(() -> connection.sendJoined(namespace, id, pid));
  }

  @Override
  public void event(String name, Args args, long ackId, @Nullable String offset) {
    Encoded event = Encoded.event(namespace, name, args);
    run(() -> connection.sendEvent(event, ackId, offset));
  }

  @Override
  public void ack(long ackId, Args args) {
    run(() -> connection.sendAck(namespace, ackId, args));
  }

  @Override
  public void dismissed(boolean closeConnection) {
    run(() -> connection.dismissRemote(namespace, closeConnection));
  }

  @Override
  public void abandoned() {
    run(() -> connection.abandonRemote(namespace));
  }

  @Override
  public void close(CloseReason reason) {
    run(() -> connection.close(reason));
  }

  /// Never at once, so that what comes from several threads keeps its order.
  private void run(Runnable task) {
    connection.post(task);
  }
}
