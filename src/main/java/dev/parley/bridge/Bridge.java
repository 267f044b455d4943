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

  /// What the room of an earlier call may take to be deleted.
  private static final int KEEP_ATTEMPTS = 20;

  private static final long KEEP_PAUSE_MS = 250;

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
    String roomName = claims.roomName();
    boolean isNew = false;
    Call call = calls.request(wish(claims, roomName, visitor), clock.getAsLong());
    if (call.isAnnounced()) {
      if (!provider(call.provider()).exists(roomName)) {
        // It has ended, or somebody has deleted it: those who come meet in a new one.
        var _ = provider(call.provider()).open(roomName, call.kind(), leftMs(call));
      }
    } else {
      keepRoom(roomName);
      isNew = announce(call, roomName);
      Call announced = calls.live(roomName);
      if (announced == null) {
        throw Failure.unavailable("The call has just ended, try again");
      }
      call = announced;
    }
    return admit(call, claims, visitor, true, !isNew);
  }

  private long leftMs(Call call) {
    long leftMs = call.requestedAtMs() + call.maxDurationMs() - clock.getAsLong();
    return Math.max(leftMs, TimeUnit.MINUTES.toMillis(1));
  }

  /// The room of the call before this one is not to be deleted any more.
  private void keepRoom(String roomName) {
    for (int attempt = 0; attempt < KEEP_ATTEMPTS; attempt++) {
      if (calls.keepRoom(roomName, clock.getAsLong())) {
        return;
      }
      pause.accept(KEEP_PAUSE_MS);
    }
    throw Failure.unavailable("The room of the call before is being deleted, try again");
  }

  /// Opens the room, then tells the chat. True when this is what has begun the call.
  private boolean announce(Call call, String roomName) {
    Call.Provider provider = call.provider();
    Call.Kind kind;
    try {
      kind = provider(provider).open(roomName, call.kind(), call.maxDurationMs());
    } catch (Failure failure) {
      if (!fallsBack
          || provider == Call.Provider.PARLEY
          || failure.code() != Failure.Code.UNAVAILABLE) {
        throw failure;
      }
      log.warn("room opened by ourselves room={} error={}", roomName, failure.text());
      provider = Call.Provider.PARLEY;
      kind = provider(provider).open(roomName, call.kind(), call.maxDurationMs());
    }
    boolean isNew = calls.announce(call.id(), provider, kind, clock.getAsLong());
    if (isNew) {
      metrics.count(Metrics.Total.BRIDGE_CALLS, "event", "started");
      bus.publish(DeliveriesDue.ADDRESS, new DeliveriesDue());
    }
    return isNew;
  }

  private RoomProvider provider(Call.Provider which) {
    RoomProvider provider = providers.get(which);
    if (provider == null) {
      throw Failure.unavailable("The rooms of this call are not configured");
    }
    return provider;
  }

  private Calls.Wish wish(BridgeClaims.Start claims, String roomName, Visitor visitor) {
    List<String> startTargets = new ArrayList<>();
    List<String> endTargets = new ArrayList<>();
    for (ChatBackend backend : backends) {
      startTargets.addAll(backend.startTargets(claims.user().text(), claims.chat()));
      endTargets.addAll(backend.endTargets(claims.user().text(), claims.chat()));
    }
    return new Calls.Wish(
        roomName,
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
        startTargets,
        endTargets);
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
