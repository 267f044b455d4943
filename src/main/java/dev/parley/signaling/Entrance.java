package dev.parley.signaling;

import dev.parley.contract.RoomKind;
import dev.parley.kernel.Config.DialectName;
import dev.parley.signaling.socketio.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a client has come in: which dialects are spoken on that listener.
///
/// @param word by which the sockets know it
/// @param dialects of the namespace it has joined, maybe none; the first one is spoken with clients
///   that have not shown which is theirs
record Entrance(String word, List<Dialect> dialects) {

  private static final Dialect CONFERENCE = new ConferenceDialect();
  private static final Dialect MEETING = new MeetingDialect();
  private static final Dialect PEER = new PeerDialect();
  private static final Dialect MATCH = new MatchDialect();

  /// The word by which an entrance is known to the sockets.
  static String word(List<DialectName> names) {
    return names.stream()
        .map(name -> name.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(","));
  }

  /// Where a socket has come in.
  static Entrance of(Socket socket) {
    return of(socket.handshake().entrance(), socket.namespace());
  }

  /// @param word of `word`
  private static Entrance of(String word, String namespace) {
    List<Dialect> dialects = new ArrayList<>();
    for (String name : word.split(",", -1)) {
      for (DialectName known : DialectName.values()) {
        if (known.name().equalsIgnoreCase(name)) {
          Dialect dialect = of(known);
          if (dialect.namespace().equals(namespace)) {
            dialects.add(dialect);
          }
        }
      }
    }
    return new Entrance(word, List.copyOf(dialects));
  }

  private static Dialect of(DialectName name) {
    return switch (name) {
      case CONFERENCE -> CONFERENCE;
      case MEETING -> MEETING;
      case ROOM -> PEER;
      case MATCH -> MATCH;
    };
  }

  /// The dialect of the clients in rooms of a kind.
  static Dialect of(RoomKind kind) {
    return switch (kind) {
      case CONFERENCE -> CONFERENCE;
      case MEETING -> MEETING;
      case PEER -> PEER;
      case PAIR -> MATCH;
    };
  }

  Dialect first() {
    return dialects.getFirst();
  }

  /// In whose words one is told that he is refused.
  RoomKind kindOfRefusals() {
    return serves(RoomKind.CONFERENCE) ? RoomKind.CONFERENCE : first().kind();
  }

  boolean serves(RoomKind kind) {
    return dialects.contains(of(kind));
  }

  /// The dialect that an event belongs to, for a client that has joined nothing yet; null when none
  /// knows it. Where meetings and light rooms have an event of one name, it is the meetings', whose
  /// clients want to hear that it came to nothing.
  @Nullable Dialect knowing(String name) {
    if (dialects.contains(MEETING) && MEETING.knows(name)) {
      return MEETING;
    }
    for (Dialect dialect : dialects) {
      if (dialect.knows(name)) {
        return dialect;
      }
    }
    return null;
  }
}
