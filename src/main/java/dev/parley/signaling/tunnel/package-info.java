/// Sessions that live on another node: a request or a WebSocket of one may reach any node, which
/// terminates it and forwards what it brings to the owner of the session. This is what makes sticky
/// sessions unnecessary.
///
/// The id of a session begins with the tag of its owner. `Tunnels` is both sides of a node: as the
/// edge it is the `SessionFinder` of the node's `EngineServer`, whose `SessionPort`s (`FarSession`)
/// speak to owners; as the owner it hands what other edges bring to its own sessions. The frames
/// between them (`Op`) go over `Links`, in order; a frame that is lost ends all that is under way
/// between the two nodes, and so does the end of one of them.
///
/// Edges call on the event loops of their requests, sessions on their own, frames come on that of
/// the links; what the three share is concurrent. Imports `socketio` and `kernel`. Read `Tunnels`
/// and `Op` first.
@NullMarked
package dev.parley.signaling.tunnel;

import org.jspecify.annotations.NullMarked;
