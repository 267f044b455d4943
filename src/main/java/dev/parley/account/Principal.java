package dev.parley.account;

/// A proven identity.
public sealed interface Principal {

  /// What the identity is called in rooms and histories.
  String id();

  /// An account of our own.
  ///
  /// @param id uuid of the user
  record User(String id, String email, String displayName) implements Principal {}
}
