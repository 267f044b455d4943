package dev.parley.signaling.socketio;

import io.vertx.core.Vertx;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A WebSocket on the way to become the channel of a session that polls. The client asks on it
/// whether packets pass (`2probe`), lets its requests end, and then goes over (`5`). Until then the
/// session goes on by polls, and whatever goes wrong here ends the WebSocket alone. On the
/// session's context.
final class Probe implements SessionPort.Upgrade {

  /// From one answer to the polls of a client that is to stop polling to the next.
  private static final long NOOP_MS = 100;

  private static final String QUESTION = "2probe";

  private final Vertx vertx;
  private final EngineSession session;
  private final PollingChannel polling;
  private final BiConsumer<Probe, Boolean> onEnded;
  private final long timeout;
  private long noops = -1;
  private boolean isEnded;
  private @Nullable Channel channel;

  /// @param onEnded called once: whether the session shall go over to the channel
  Probe(
      Vertx vertx,
      EngineSession session,
      PollingChannel polling,
      long timeoutMs,
      BiConsumer<Probe, Boolean> onEnded) {
    this.vertx = vertx;
    this.session = session;
    this.polling = polling;
    this.onEnded = onEnded;
    this.timeout = vertx.setTimer(timeoutMs, _ -> refuse());
  }

  @Override
  public Receiver open(Channel opened) {
    session.execute(() -> {
      channel = opened;
      if (isEnded) {
        opened.close(CloseReason.TRANSPORT_CLOSE);
      }
    });
    return new SessionReceiver(session, opened);
  }

  @Override
  public void cancel() {
    session.execute(() -> end(false));
  }

  // What follows is on the session's context.

  /// The WebSocket, once it is there.
  @Nullable Channel channel() {
    return channel;
  }

  /// Whether the client knows that packets pass.
  boolean isAnswered() {
    return noops >= 0;
  }

  void onText(Channel from, String wire) {
    if (wire.equals(QUESTION)) {
      from.write(EnginePacket.PROBED);
      from.flush();
      polling.endPoll();
      if (noops < 0) {
        noops = vertx.setPeriodic(NOOP_MS, _ -> polling.endPoll());
      }
    } else if (EnginePacket.typeOf(wire) == EnginePacket.Type.UPGRADE) {
      end(true);
    } else {
      refuse();
    }
  }

  /// Ends the WebSocket; the session goes on by polls, if it goes on.
  void refuse() {
    Channel refused = channel;
    if (!isEnded && refused != null) {
      refused.close(CloseReason.TRANSPORT_CLOSE);
    }
    end(false);
  }

  private void end(boolean isUpgraded) {
    if (!isEnded) {
      isEnded = true;
      vertx.cancelTimer(timeout);
      vertx.cancelTimer(noops);
      onEnded.accept(this, isUpgraded);
    }
  }
}
