/// Engine.IO 4 and Socket.IO 5, server side: frames in, events out.
///
/// A session lives on the event loop of its connection: everything of it happens there, nothing
/// waits, and calls from elsewhere hop to it. What moves frames is a `Channel`; the session does
/// not know which. Hostile input closes the session. Imports `kernel`, Vert.x and Jackson; knows
/// nothing of rooms or dialects. Read `EngineServer`, `EngineSession` and `Client` first.
@NullMarked
package dev.parley.signaling.socketio;

import org.jspecify.annotations.NullMarked;
