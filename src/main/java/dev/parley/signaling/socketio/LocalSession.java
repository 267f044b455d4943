package dev.parley.signaling.socketio;

import java.util.function.Consumer;

/// The way to a session of this node.
///
/// @param session on its own event loop
record LocalSession(EngineSession session) implements SessionPort {

  @Override
  public Exchange request(Head head, Consumer<Answer> answer) {
    LocalExchange exchange = new LocalExchange(session, head, answer);
    session.execute(() -> session.onRequest(exchange));
    return exchange;
  }

  @Override
  public void upgrade(Head head, Consumer<EngineError> refused, Consumer<Upgrade> granted) {
    session.execute(() -> session.onUpgrade(head, refused, granted));
  }
}
