package dev.parley.api;

import dev.parley.account.Accounts;
import dev.parley.account.DeviceTokens;
import dev.parley.account.Identities;
import dev.parley.bridge.BridgeServices;
import dev.parley.kernel.Control;
import dev.parley.kernel.Features;
import dev.parley.report.Moderation;
import dev.parley.room.MeetingRooms;
import dev.parley.room.PeerRooms;
import dev.parley.turn.IceServers;
import org.jspecify.annotations.Nullable;

/// What the routes are answered by.
///
/// @param control where they may wait
/// @param guestKey by which guests of light rooms are told apart, a secret of the cluster
/// @param bridge null when no calls are bridged
public record ApiServices(
    Control control,
    Accounts accounts,
    Identities identities,
    DeviceTokens deviceTokens,
    Moderation moderation,
    MeetingRooms meetings,
    PeerRooms peers,
    IceServers iceServers,
    Features.Meetings meetingConfig,
    Features.Rooms roomConfig,
    Features.Turn turnConfig,
    String guestKey,
    @Nullable BridgeServices bridge) {}
