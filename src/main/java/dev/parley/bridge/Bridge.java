package dev.parley.bridge;

import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.contract.DeliveriesDue;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Metrics;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the users of a chat app into its calls, and lets them end them. All wait: on virtual
/// threads only.
public final class Bridge {

  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final Duration LASTS = Duration.ofHours(1);
  private static final Duration LASTS_LONGER = Duration.ofHours(2);

  /// What the room of an earlier call may take to be deleted, or that of this one to be opened.
  private static final int ATTEMPTS = 40;

  private static final long PAUSE_MS = 250;

  /// Longer than opening a room takes.
  private static final long OPENING_MS = 60_000;

  /// What the role `presence` works with.
  public record Parts(Watch watch, Courier courier, PresenceLease lease) {}

  private final Calls calls;
  private final Map<Call.Provider, RoomProvider> providers;
  private final List<ChatBackend> backends;
  private final Call.Provider usual;
  private final boolean fallsBack;
  private final Bus bus;
  private final Metrics metrics;
  private final LongSupplier clock;
  private final LongConsumer pause;

  /// @param usual who has the rooms
  /// @param fallsBack whether our own SFU has them while that one does not answer
  /// @param clock ms since 1970
  /// @param pause waits for some ms
  public Bridge(
      Calls calls,
      Map<Call.Provider, RoomProvider> providers,
      List<ChatBackend> backends,
      Call.Provider usual,
      boolean fallsBack,
      Bus bus,
      Metrics metrics,
      LongSupplier clock,
      LongConsumer pause) {
    this.calls = calls;
    this.providers = Map.copyOf(providers);
    this.backends = List.copyOf(backends);
    this.usual = usual;
    this.fallsBack = fallsBack;
    this.bus = bus.register(DeliveriesDue.class);
    this.metrics = metrics;
    this.clock = clock;
    this.pause = pause;
  }

  /// How somebody calls himself; nothing of it is proven.
  ///
  /// @param avatarId null when he has none
  public record Visitor(String username, String displayName, @Nullable BigInteger avatarId) {}

  /// What somebody needs to come into a call.
  ///
  /// @param isJoining whether the call went on before he asked
  /// @param url of a page that opens it; empty when the chat app has its own
  public record Access(
      String token,
      String roomName,
      BigInteger messageId,
      boolean isJoining,
      Call.Provider provider,
      String url) {}

  /// Starts a call or joins it, as the token says.
  ///
  /// @throws Failure NOT_FOUND when there is no call to join, FORBIDDEN when the token is for
  ///   something else, UNAVAILABLE
  public Access access(BridgeClaims claims, Visitor visitor) {
    return switch (claims) {
      case BridgeClaims.Start start -> start(start, visitor);
      case BridgeClaims.Join join -> join(join, visitor);
      case BridgeClaims.End _ -> throw Failure.forbidden("The token is not for coming into a call");
    };
  }

  private Access join(BridgeClaims.Join claims, Visitor visitor) {
    String roomName = claims.roomName();
    Call call = calls.live(roomName);
    if (call == null || !call.isAnnounced() || !provider(call.provider()).exists(roomName)) {
      throw Failure.notFound("No meeting in progress for room " + roomName + ", unable to join");
    }
    return admit(call, claims, visitor, false, true);
  }

  private Access start(BridgeClaims.Start claims, Visitor visitor) {
    Calls.Wish wish = wish(claims, visitor);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long nowMs = clock.getAsLong();
      Call call = calls.request(wish, nowMs);
      if (nowMs - call.requestedAtMs() >= call.maxDurationMs()) {
        // Its room has ended by now, whether anybody has noticed or not.
        var _ = calls.end(call, "time is up", Long.MAX_VALUE, 0, nowMs);
      } else if (call.isAnnounced()) {
        reopen(call);
        return admitOwner(call, claims, visitor, true);
      } else if (calls.claimOpening(call.id(), nowMs + OPENING_MS, nowMs)) {
        boolean isNew = announce(call, wish);
        return admitOwner(announced(call), claims, visitor, !isNew);
      } else {
        pause.accept(PAUSE_MS);
      }
    }
    throw Failure.unavailable("The call is being opened by another, try again");
  }

  /// The call as it is now that it may be joined.
  private Call announced(Call call) {
    Call now = calls.live(call.roomName());
    if (now == null || !now.id().equals(call.id()) || !now.isAnnounced()) {
      throw justEnded();
    }
    return now;
  }

  private static Failure justEnded() {
    return Failure.unavailable("The call has just ended, try again");
  }

  /// Should somebody have deleted the room of a call that goes on: those who come meet in a new
  /// one.
  private void reopen(Call call) {
    if (!provider(call.provider()).exists(call.roomName())) {
      var _ = announced(call);
      var _ = provider(call.provider()).open(call.roomName(), call.kind(), leftMs(call));
    }
  }

  /// Whoever starts a call is never told that there is none.
  private Access admitOwner(
      Call call, BridgeClaims.Start claims, Visitor visitor, boolean isJoining) {
    try {
      return admit(call, claims, visitor, true, isJoining);
    } catch (Failure failure) {
      throw failure.code() == Failure.Code.NOT_FOUND ? justEnded() : failure;
    }
  }

  private long leftMs(Call call) {
    long leftMs = call.requestedAtMs() + call.maxDurationMs() - clock.getAsLong();
    return Math.max(leftMs, TimeUnit.MINUTES.toMillis(1));
  }

  /// The room of the call before this one is not to be deleted any more.
  private void keepRoom(String roomName) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (calls.keepRoom(roomName, clock.getAsLong())) {
        return;
      }
      pause.accept(PAUSE_MS);
    }
    throw Failure.unavailable("The room of the call before is being deleted, try again");
  }

  /// Opens the room, then tells the chat. True when this is what has begun the call.
  private boolean announce(Call call, Calls.Wish wish) {
    Opened opened;
    try {
      keepRoom(wish.roomName());
      opened = open(wish);
    } catch (Failure failure) {
      calls.releaseOpening(call.id());
      throw failure;
    }
    boolean isNew =
        calls.announce(call.id(), wish, opened.provider, opened.kind, clock.getAsLong());
    if (isNew) {
      metrics.count(Metrics.Total.BRIDGE_CALLS, "event", "started");
      bus.publish(DeliveriesDue.ADDRESS, new DeliveriesDue());
    }
    return isNew;
  }

  private record Opened(Call.Provider provider, Call.Kind kind) {}

  private Opened open(Calls.Wish wish) {
    try {
      return open(wish, usual);
    } catch (Failure failure) {
      if (!fallsBack || failure.code() != Failure.Code.UNAVAILABLE) {
        throw failure;
      }
      log.warn("room opened by ourselves room={} error={}", wish.roomName(), failure.text());
      return open(wish, Call.Provider.PARLEY);
    }
  }

  private Opened open(Calls.Wish wish, Call.Provider which) {
    return new Opened(
        which, provider(which).open(wish.roomName(), wish.kind(), wish.maxDurationMs()));
  }

  private RoomProvider provider(Call.Provider which) {
    RoomProvider provider = providers.get(which);
    if (provider == null) {
      throw Failure.unavailable("The rooms of this call are not configured");
    }
    return provider;
  }

  private Calls.Wish wish(BridgeClaims.Start claims, Visitor visitor) {
    List<String> startTargets = new ArrayList<>();
    List<String> endTargets = new ArrayList<>();
    for (ChatBackend backend : backends) {
      startTargets.addAll(backend.startTargets(claims.user().text(), claims.chat()));
      endTargets.addAll(backend.endTargets(claims.user().text(), claims.chat()));
    }
    return new Calls.Wish(
        claims.roomName(),
        json(claims.chat()),
        usual,
        claims.callType() == BridgeClaims.CallType.BROADCAST
            ? Call.Kind.BROADCAST
            : Call.Kind.DEFAULT,
        claims.user().text(),
        visitor.username,
        visitor.displayName,
        visitor.avatarId,
        (claims.isDiamond() ? LASTS_LONGER : LASTS).toMillis(),
        startTargets.stream().distinct().toList(),
        endTargets.stream().distinct().toList());
  }

  /// As the chat app writes it in its tokens.
  private static String json(ChatId chat) {
    return Json.write(
        switch (chat) {
          case ChatId.Group(IcPrincipal id) -> Map.of("Group", id.text());
          case ChatId.Direct(IcPrincipal other) -> Map.of("Direct", other.text());
          case ChatId.Channel(IcPrincipal community, long channelId) ->
              Map.of("Channel", List.of(community.text(), channelId));
        });
  }

  private Access admit(
      Call call, BridgeClaims claims, Visitor visitor, boolean isOwner, boolean isJoining) {
    String userId = claims.user().text();
    RoomProvider.Admission admission =
        provider(call.provider())
            .admit(
                new RoomProvider.Guest(
                    call.roomName(),
                    call.kind(),
                    userId,
                    visitor.username,
                    isOwner,
                    userId.equals(call.startedBy()),
                    clock.getAsLong() + leftMs(call)));
    return new Access(
        admission.token(),
        call.roomName(),
        call.messageId(),
        isJoining,
        call.provider(),
        admission.url());
  }

  /// Ends the call that a token names; nothing happens when there is none.
  ///
  /// @throws Failure FORBIDDEN when the token is for something else
  public void end(BridgeClaims claims) {
    if (!(claims instanceof BridgeClaims.End)) {
      throw Failure.forbidden("The token is not for ending a call");
    }
    Call call = calls.live(claims.roomName());
    if (call != null && calls.end(call, "ended by a user", Long.MAX_VALUE, 0, clock.getAsLong())) {
      metrics.count(Metrics.Total.BRIDGE_CALLS, "event", "ended");
      bus.publish(DeliveriesDue.ADDRESS, new DeliveriesDue());
    }
  }

  /// Calls that go on, the oldest first.
  public List<Call> live() {
    return calls.live();
  }
}
