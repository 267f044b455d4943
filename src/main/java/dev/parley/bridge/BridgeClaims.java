package dev.parley.bridge;

import dev.parley.bridge.ic.IcPrincipal;

/// What a user of OpenChat may do, as OpenChat has signed it. All in it are canisters, so that
/// their chat has a room.
public sealed interface BridgeClaims {

  /// The user's canister.
  IcPrincipal user();

  /// The chat, as the user names it.
  ChatId chat();

  /// What the chat's room is called.
  default String roomName() {
    return RoomName.of(user(), chat());
  }

  /// How a call is to be.
  enum CallType {
    /// All speak.
    DEFAULT,
    /// Few speak, many watch.
    BROADCAST
  }

  /// May start a call, or join the one there is as one of its owners.
  ///
  /// @param isDiamond the user's calls may last longer
  record Start(IcPrincipal user, ChatId chat, CallType callType, boolean isDiamond)
      implements BridgeClaims {}

  /// May join the call there is.
  record Join(IcPrincipal user, ChatId chat) implements BridgeClaims {}

  /// May say that the call is over.
  record End(IcPrincipal user, ChatId chat) implements BridgeClaims {}
}
