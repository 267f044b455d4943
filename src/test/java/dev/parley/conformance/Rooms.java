package dev.parley.conformance;

import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.Encoded;
import dev.parley.signaling.socketio.Socket;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Who is in which room of which namespace; every socket is in the room of its own id.
public final class Rooms {

  private final Map<Socket, Set<String>> roomsOf = new ConcurrentHashMap<>();

  void enter(Socket socket) {
    roomsOf.computeIfAbsent(socket, _ -> ConcurrentHashMap.newKeySet()).add(socket.id());
  }

  void exit(Socket socket) {
    roomsOf.remove(socket);
  }

  void join(Socket socket, String room) {
    roomsOf.computeIfAbsent(socket, _ -> ConcurrentHashMap.newKeySet()).add(room);
  }

  void leave(Socket socket, String room) {
    of(socket).remove(room);
  }

  /// The rooms of one socket, sorted.
  Set<String> of(Socket socket) {
    return roomsOf.getOrDefault(socket, new TreeSet<>());
  }

  /// Emits to each socket of `sender`'s namespace whose rooms `match`; encodes once.
  void emit(Socket sender, Predicate<Set<String>> match, String event, Args args) {
    Encoded encoded = Encoded.event(sender.namespace(), event, args);
    roomsOf.forEach((socket, rooms) -> {
      if (socket.namespace().equals(sender.namespace()) && match.test(rooms)) {
        socket.emit(encoded);
      }
    });
  }
}
