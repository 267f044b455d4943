package dev.parley.signaling.socketio;

import dev.parley.kernel.Failure;
import org.jspecify.annotations.Nullable;

/// One namespace of a connection, for the node that owns the socket in it. Any thread; in order.
record RemoteClient(Seats seats, String namespace, String pid) implements Elsewhere.Client {

  @Override
  public void resumed(String id) {
    run(() -> seats.sendResumed(namespace, id, pid));
  }

  @Override
  public void event(String name, Args args, long ackId, @Nullable String offset) {
    Encoded event = Encoded.event(namespace, name, args);
    run(() -> seats.sendEvent(event, ackId, offset));
  }

  @Override
  public void ack(long ackId, Args args) {
    run(() -> seats.sendAck(namespace, ackId, args));
  }

  @Override
  public void failure(long ackId, Args args, Failure failure) {
    run(() -> seats.sendFailure(namespace, ackId, args, failure));
  }

  @Override
  public void dismissed(boolean closeConnection) {
    run(() -> seats.dismissRemote(namespace, closeConnection));
  }

  @Override
  public void abandoned() {
    run(() -> seats.abandonRemote(namespace));
  }

  @Override
  public void close(CloseReason reason) {
    run(() -> seats.close(reason));
  }

  /// Never at once, so that what comes from several threads keeps its order.
  private void run(Runnable task) {
    seats.post(task);
  }
}
