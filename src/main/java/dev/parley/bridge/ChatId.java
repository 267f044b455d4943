package dev.parley.bridge;

import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.kernel.Failure;
import java.math.BigInteger;

/// A chat of OpenChat, as one user of it names it.
public sealed interface ChatId {

  /// @param id of the group's canister
  record Group(IcPrincipal id) implements ChatId {}

  /// A chat of two.
  ///
  /// @param other the canister of the one who does not name it
  record Direct(IcPrincipal other) implements ChatId {}

  /// A channel of a community.
  ///
  /// @param community its canister
  /// @param channelId 0 to 4294967295
  record Channel(IcPrincipal community, long channelId) implements ChatId {

    private static final BigInteger END = BigInteger.ONE.shiftLeft(128);

    public Channel {
      if (channelId < 0 || channelId >>> 32 != 0) {
        throw Failure.invalid("not the id of a channel");
      }
    }

    /// A channel by an id that may be as long as ids once were; its lower 32 bits are the id.
    ///
    /// @throws Failure INVALID when it is negative, or has more than 128 bits
    static Channel of(IcPrincipal community, BigInteger channelId) {
      if (channelId.signum() < 0 || channelId.compareTo(END) >= 0) {
        throw Failure.invalid("not the id of a channel");
      }
      return new Channel(community, channelId.longValue() & 0xffff_ffffL);
    }
  }
}
