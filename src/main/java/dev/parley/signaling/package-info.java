/// The signaling role: connections, what they ask (`Command`), what they are told (`Event`), and
/// the dialects that give both their names on the wire, one for each kind of room.
///
/// Framing runs on the event loops of the listener. Commands run on one virtual-thread context per
/// node, one after the other for each connection (`Lane`), and wait for stores and media nodes
/// there. `RoomViews` holds the rooms that this node has participants in. Imports `kernel`,
/// `contract` and the domain. Read `Connection` and `Dialect` first.
@NullMarked
package dev.parley.signaling;

import org.jspecify.annotations.NullMarked;
