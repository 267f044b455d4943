package dev.parley.signaling.tunnel;

import dev.parley.signaling.socketio.Answer;
import dev.parley.signaling.socketio.EngineError;
import dev.parley.signaling.socketio.SessionPort;
import java.util.function.Consumer;

/// The way to a session of another node. Whether there is such a session is for the owner to say.
///
/// @param edge of this node
/// @param node the owner
/// @param sid the session's id, as a client gave it
record FarSession(Edge edge, String node, String sid) implements SessionPort {

  @Override
  public Exchange request(Head head, Consumer<Answer> answer) {
    FarExchange exchange = new FarExchange(edge, node, answer);
    exchange.start(head, sid);
    return exchange;
  }

  @Override
  public void upgrade(Head head, Consumer<EngineError> refused, Consumer<Upgrade> granted) {
    new FarUpgrade(edge, node, refused, granted).start(head, sid);
  }
}
