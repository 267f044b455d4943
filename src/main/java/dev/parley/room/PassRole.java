package dev.parley.room;

/// What a pass for a room says of who joins by it.
public enum PassRole {
  /// He has none.
  NONE(""),
  /// It lets him in.
  GUEST("guest"),
  /// He moderates as well.
  OWNER("owner");

  private final String word;

  PassRole(String word) {
    this.word = word;
  }

  /// The word for the script.
  String word() {
    return word;
  }
}
