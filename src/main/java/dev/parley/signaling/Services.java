package dev.parley.signaling;

import dev.parley.kernel.Config;
import dev.parley.kernel.Control;
import dev.parley.kernel.Metrics;
import dev.parley.room.Rooms;

/// What all connections of a node share.
///
/// @param node id of this node
record Services(
    String node,
    Control control,
    SignIn signIn,
    Lobby lobby,
    Commands commands,
    Rooms rooms,
    RoomViews views,
    Standbys standbys,
    SocketDirectory directory,
    MediaNodes mediaNodes,
    Metrics metrics,
    Config.RateLimit rateLimit,
    Config.Bucket eventLimit) {}
