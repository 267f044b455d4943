/// Rooms: who is in them, what they may do, what they send; one atomic change at a time.
///
/// `Rooms` is for those in a room, `MeetingRooms`, `PeerRooms` and `PassRooms` for those who make,
/// look up and end rooms from without. `RoomStore` makes a change in Redis by one script,
/// `RoomFanout` tells the nodes concerned, `RoomState` is the copy that a node serves from. Rooms
/// are of a kind (`contract.RoomKind`); there is one implementation of them. Runs on virtual
/// threads; `RoomState` is immutable. Imports `kernel`, `contract`, `account`, `audit`. Read
/// `Rooms` and `RoomState` first.
@NullMarked
package dev.parley.room;

import org.jspecify.annotations.NullMarked;
