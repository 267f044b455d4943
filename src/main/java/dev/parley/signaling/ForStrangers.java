package dev.parley.signaling;

import dev.parley.account.DeviceTokens;
import dev.parley.match.RedisQueue;
import dev.parley.room.PairRooms;
import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/// What strangers need of other parts of the node.
///
/// @param isBanned whether a device, or one from an IP address, is shut out; must not wait
/// @param sessionTtl of a session that nothing renews
/// @param onJoin told of each device that asks to be matched; must not wait
/// @param onSkip told of each device that leaves a session for another; must not wait
public record ForStrangers(
    DeviceTokens tokens,
    BiPredicate<String, String> isBanned,
    RedisQueue queue,
    PairRooms pairs,
    Duration sessionTtl,
    Consumer<String> onJoin,
    Consumer<String> onSkip) {}
