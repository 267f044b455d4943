/// Rooms: who is in them, what they may do, what they send; one atomic change at a time.
///
/// `Rooms` decides who may ask, `RoomStore` makes the change in Redis by one script, `RoomFanout`
/// tells the nodes concerned, `RoomState` is the copy that a node serves from. Runs on virtual
/// threads; `RoomState` is immutable. Imports `kernel`, `contract`, `account`, `audit`. Read
/// `Rooms` and `RoomState` first.
@NullMarked
package dev.parley.room;

import org.jspecify.annotations.NullMarked;
