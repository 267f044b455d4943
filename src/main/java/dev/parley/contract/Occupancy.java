package dev.parley.contract;

/// Whether anybody is in a room, told when that changes by the node that changed it. Sent once, to
/// whoever listens at `Occupancy.ADDRESS`; who must not miss any asks for the occupied rooms now
/// and then.
public sealed interface Occupancy {

  /// Where it is sent: the role that watches.
  String ADDRESS = "presence";

  /// The name by which the room was opened for passes; of any other room its id.
  String roomName();

  String roomId();

  RoomKind kind();

  /// Of the room with the change made: of two of one room id the greater one is the later.
  long version();

  /// When it was told, ms since 1970.
  long atMs();

  /// Somebody is in a room in which nobody was.
  record Occupied(String roomName, String roomId, RoomKind kind, long version, long atMs)
      implements Occupancy {}

  /// Nobody is in a room any more, or it has ended with people in it.
  record Vacated(String roomName, String roomId, RoomKind kind, long version, long atMs)
      implements Occupancy {}
}
