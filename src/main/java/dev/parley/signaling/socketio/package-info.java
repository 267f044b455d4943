/// Engine.IO 4 and Socket.IO 5 for browsers that run socket.io-client 3 or 4, unchanged, and plain
/// JSON over WebSocket for clients that want neither.
///
/// It owns the wire: handshake, heartbeat, packets, namespaces, acknowledgements, closing. What an
/// event means is the application's. Three layers: `EngineServer` is the edge, where HTTP and
/// WebSocket end; it reaches an `EngineSession` by its `SessionPort`, wherever that lives; a
/// `Channel` moves the session's packets, by polls or by a WebSocket; `SocketServer` reads
/// Socket.IO packets out of sessions and runs one `Socket` per client and namespace. Plain clients
/// come in by a `PlainServer` instead; both kinds of connection are a `Wire` to the `Seats` that
/// they share.
///
/// A session and its sockets live on one event-loop context, that of the request that opened it:
/// plain fields, no locks, nothing that waits. Its later requests may come on others and hop. Sends
/// and closes may be called from any thread and hop there; the application is called back there.
/// Input is never trusted: whatever breaks a rule closes its connection, and nothing a client sends
/// throws.
///
/// Imports the JDK, Vert.x core, Jackson and `kernel`; no Netty. Read `SocketServer` and
/// `EngineSession` first.
@NullMarked
package dev.parley.signaling.socketio;

import org.jspecify.annotations.NullMarked;
