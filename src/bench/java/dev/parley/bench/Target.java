package dev.parley.bench;

import java.util.List;

/// A running cluster of servers that speak Socket.IO and relay `room:message`.
interface Target extends AutoCloseable {

  /// Name in the results.
  String name();

  /// Port of each server, on 127.0.0.1.
  List<Integer> ports();

  /// What client number `index` sends to enter the namespace: a JSON object.
  String auth(int index);

  /// Whether a client is told by an event that it is let in, after the answer to its CONNECT.
  boolean announcesAdmission();

  /// Whether rooms must be created before they can be joined, and the server names them.
  boolean namesRooms();

  /// The processes that carry sockets: what a relay costs is their time, and that of `brokers`.
  List<ServerProcess> servers();

  /// The processes that every relay between servers goes through.
  List<ServerProcess> brokers();

  /// Processes that relays do not go through, but that could burn time nevertheless.
  List<ServerProcess> bystanders();

  /// Bytes of live objects of one of the servers, after a full collection.
  long liveBytes(ServerProcess server);

  @Override
  void close();
}
