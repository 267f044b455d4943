package dev.parley.contract;

/// What kind of room it is: each has clients of its own.
public enum RoomKind {
  /// A conference by way of the SFU; for people with accounts, each once.
  CONFERENCE("conference", "Room"),
  /// A meeting in which everyone connects to everyone; people are known by what they call
  /// themselves, or by their token.
  MEETING("meeting", "Meeting"),
  /// A light room whose participants are its sockets.
  PEER("peer", "Room"),
  /// Two strangers who were matched: it begins with both in it and ends with the first who leaves.
  PAIR("pair", "Session");

  private final String word;
  private final String noun;

  RoomKind(String word, String noun) {
    this.word = word;
    this.noun = noun;
  }

  /// The word in Redis.
  public String word() {
    return word;
  }

  /// What messages call such a room.
  public String noun() {
    return noun;
  }

  /// @throws IllegalArgumentException when it is the word of none
  public static RoomKind of(String word) {
    for (RoomKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of room: " + word);
  }
}
