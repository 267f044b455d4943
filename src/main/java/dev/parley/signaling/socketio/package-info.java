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
/// A session lives on one event-loop context, that of the request that opened it: plain fields, no
/// locks, nothing that waits. Its later requests may come on others and hop. A `Socket` outlives
/// its session: it is carried by one connection after the other, keeps what its client may have
/// missed (`EventLog`), and may be owned by another node than the client is connected to
/// (`Carrier`, `Elsewhere`). Sends and closes may be called from any thread; the application is
/// called back on the session's context. Input is never trusted: whatever breaks a rule closes its
/// connection, and nothing a client sends throws.
///
/// Imports the JDK, Vert.x core, Jackson and `kernel`; Netty in what carries WebSockets alone
/// (`WebSocketWire`, `WebSocketDeflate`). Read `SocketServer` and `EngineSession` first.
@NullMarked
package dev.parley.signaling.socketio;

import org.jspecify.annotations.NullMarked;
