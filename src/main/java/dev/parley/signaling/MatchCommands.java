package dev.parley.signaling;

import dev.parley.account.Principal;
import dev.parley.contract.MatchRequest;
import dev.parley.contract.Pair;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Peers;
import dev.parley.match.MatchQueue;
import dev.parley.match.MatchRule;
import dev.parley.match.RedisQueue;
import dev.parley.room.PairRooms;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the commands of strangers who want to meet one another, and brings those who were matched
/// into their session. Each waits; on the lane of the connection concerned.
final class MatchCommands {

  private static final Logger log = LoggerFactory.getLogger(MatchCommands.class);

  /// A wish that comes so soon after a match was sent before the client heard of it.
  private static final long CROSSING_NS = 3_000_000_000L;

  /// Less than that endings of sessions are remembered for.
  private static final long NEW_MS = 1_500;

  /// What is known of a stranger's connection beside its membership.
  ///
  /// @param match the newest session; null when there was none
  /// @param matchedNs when it began
  /// @param isDisplaced whether a newer connection of the device counts
  private record Stranger(
      String deviceId, @Nullable Match match, long matchedNs, boolean isDisplaced) {

    Stranger in(Match newest) {
      return new Stranger(deviceId, newest, System.nanoTime(), isDisplaced);
    }

    Stranger displaced() {
      return new Stranger(deviceId, match, matchedNs, true);
    }
  }

  private record Match(String sessionId, int score, List<String> interests) {}

  private final String node;
  private final RedisQueue queue;
  private final Bus bus;
  private final Peers peers;
  private final Rooms rooms;
  private final RoomDoor door;
  private final RoomViews views;
  private final Standbys standbys;
  private final Metrics metrics;
  private final Strangers strangers;
  private final QueueNews news;
  private final ForStrangers services;
  private final Map<String, Stranger> bySocket = new ConcurrentHashMap<>();

  MatchCommands(
      String node,
      Bus bus,
      Peers peers,
      Rooms rooms,
      RoomDoor door,
      RoomViews views,
      Standbys standbys,
      Metrics metrics,
      ForStrangers services) {
    this.node = node;
    this.peers = peers;
    this.queue = services.queue();
    this.bus = bus.register(MatchRequest.class);
    this.rooms = rooms;
    this.door = door;
    this.views = views;
    this.standbys = standbys;
    this.metrics = metrics;
    this.services = services;
    this.strangers = new Strangers(bus, this::displace);
    this.news = new QueueNews(services.queue(), this::lost);
  }

  /// Begins to listen on the bus; complete when all nodes know.
  ///
  /// @param connections finds a connection of this node, or one it stands by for, by its socket id
  Future<?> open(Function<String, @Nullable Connection> connections) {
    return Future.join(
        strangers.open(),
        bus.serve(
                MatchRequest.address(node),
                MatchRequest.Meet.class,
                meet -> meet(connections, meet))
            .completion());
  }

  /// Somebody believes that he waits, and the queue does not know of him.
  private void lost(Connection connection, Seeker seeker) {
    var _ =
        connection.later(() -> {
          if (connection.memberships().of(RoomKind.PAIR) == null && news.has(connection)) {
            waitAgain(connection, seeker, "");
          }
        });
  }

  /// Tells those who wait where they stand. Waits.
  void tellNews() {
    news.tell();
  }

  /// Counts an event of a stranger. From any thread.
  ///
  /// @param result code of the failure, or `OK`
  void count(String event, String result) {
    metrics.count(Metrics.Total.VIDEO_EVENTS, "event_type", event);
    if (!result.equals("OK")) {
      metrics.count(Metrics.Total.VIDEO_ERRORS, "error_type", result, "component", "signaling");
      return;
    }
    switch (event) {
      case "send-offer" -> metrics.count(Metrics.Total.VIDEO_OFFERS);
      case "send-answer" -> metrics.count(Metrics.Total.VIDEO_ANSWERS);
      case "send-candidate" -> metrics.count(Metrics.Total.VIDEO_CANDIDATES);
      default -> {}
    }
  }

  /// A device has proven which it is.
  void came(Connection connection, Principal.Device device) {
    metrics.count(Metrics.Total.VIDEO_CONNECTIONS);
    bySocket.put(connection.socketId(), new Stranger(device.id(), null, 0, false));
    connection.tell(RoomKind.PAIR, new Event.Authenticated(device.id()));
    strangers.came(connection, device.id());
  }

  /// A connection that this node stood by for is its own now.
  void promoted(Connection connection, Principal.Device device) {
    bySocket.put(connection.socketId(), new Stranger(device.id(), null, 0, false));
    strangers.add(connection, device.id());
  }

  /// Another node stands by for a connection of this node's, which may have been another's.
  void moved(Connection connection, Principal.Device device) {
    try {
      Seeker seeker = queue.move(device.id(), connection.socketId(), node, connection.standby());
      if (seeker != null) {
        news.add(connection, seeker);
      }
    } catch (Failure failure) {
      // Where it is found is looked for at both nodes that the queue knows.
      log.debug("not moved in the queue socket={} error={}", connection.socketId(), failure.text());
    }
  }

  /// A connection is another node's now; what is known of it in the stores is that node's as well.
  void forget(Connection connection, Principal.Device device) {
    bySocket.remove(connection.socketId());
    strangers.gone(connection, device.id());
    news.remove(connection);
  }

  /// A connection has ended.
  void gone(Connection connection, Principal.Device device) {
    forget(connection, device);
    if (!connection.isStandby()) {
      unqueue(connection, device.id());
    }
  }

  /// Never fails: whoever is matched and not there is taken out of the session.
  private void unqueue(Connection connection, String deviceId) {
    news.remove(connection);
    try {
      var _ = queue.leave(deviceId, connection.socketId());
    } catch (Failure failure) {
      log.debug("not taken out of the queue device={} error={}", deviceId, failure.text());
    }
  }

  /// A newer connection of the device counts: this one is in nothing any more.
  private void displace(Connection connection) {
    bySocket.computeIfPresent(connection.socketId(), (_, known) -> known.displaced());
    var _ =
        connection.later(() -> {
          Stranger self = self(connection);
          unqueue(connection, self.deviceId);
          leaveSessions(connection);
        });
  }

  private Stranger self(Connection connection) {
    Stranger self = bySocket.get(connection.socketId());
    if (self == null) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication required");
    }
    return self;
  }

  private void leaveSessions(Connection connection) {
    for (Membership membership : List.copyOf(connection.memberships().all())) {
      if (membership.kind() == RoomKind.PAIR) {
        door.leave(connection, membership.roomId(), LeaveReason.LEFT);
      }
    }
  }

  Reply join(Connection connection, Command.JoinQueue command) {
    Stranger self = self(connection);
    if (self.isDisplaced) {
      throw new Failure(Failure.Code.CONFLICT, "Connected elsewhere");
    }
    boolean isIn = connection.memberships().of(RoomKind.PAIR) != null;
    if (isIn && System.nanoTime() - self.matchedNs < CROSSING_NS) {
      return Reply.SUCCESS;
    }
    leaveSessions(connection);
    long nowMs = System.currentTimeMillis();
    Seeker seeker =
        new Seeker(
            self.deviceId,
            connection.socketId(),
            connection.socket().handshake().address(),
            node,
            connection.standby(),
            nowMs,
            command.wish());
    String over = self.match == null ? "" : self.match.sessionId;
    switch (queue.join(seeker, over, nowMs)) {
      case MatchQueue.Queued queued -> {
        services.onJoin().accept(self.deviceId);
        connection.tell(RoomKind.PAIR, new Event.Queued(queued.position(), queued.length()));
        news.add(connection, seeker);
        if (queued.isHopeful()) {
          wanted(seeker);
        }
      }
      case MatchQueue.Limited limited -> {
        services.onJoin().accept(self.deviceId);
        metrics.count(Metrics.Total.VIDEO_LIMITED, "limit_type", "join_queue");
        throw new Failure(
            Failure.Code.RATE_LIMITED, "Rate limit exceeded. Please wait.", limited.retryAfterMs());
      }
      case MatchQueue.Unchanged _, MatchQueue.Taken _ -> {}
    }
    return Reply.SUCCESS;
  }

  /// Tells the matchmaker of the language, so that it has few rivals. When there is none, or it
  /// does not hear, he is found a second later by whichever looks then.
  private void wanted(Seeker seeker) {
    String language = seeker.wish().language();
    String chosen = "";
    int best = 0;
    for (String each : peers.withRole(Config.Role.MATCHMAKING)) {
      int weight = (each + language).hashCode() * 0x9E3779B1;
      if (chosen.isEmpty() || weight > best) {
        chosen = each;
        best = weight;
      }
    }
    if (!chosen.isEmpty()) {
      bus.send(MatchRequest.matchmaker(chosen), new MatchRequest.Wanted(seeker));
    }
  }

  Reply leave(Connection connection) {
    unqueue(connection, self(connection).deviceId);
    connection.tell(RoomKind.PAIR, new Event.Unqueued());
    return Reply.SUCCESS;
  }

  /// One may end what is over.
  Reply end(Connection connection, Command.EndCall command) {
    Membership membership = connection.memberships().get(command.sessionId());
    if (membership != null && membership.kind() == RoomKind.PAIR) {
      door.leave(connection, command.sessionId(), LeaveReason.LEFT);
      if (command.isSkip()) {
        services.onSkip().accept(self(connection).deviceId);
      }
    }
    connection.tell(RoomKind.PAIR, new Event.CallEnded(command.sessionId()));
    return Reply.SUCCESS;
  }

  Reply tellConnection(Connection connection, Command.TellConnection command) {
    if (connection.memberships().get(command.sessionId()) == null) {
      return Reply.SUCCESS;
    }
    switch (command.status()) {
      case "connected" ->
          metrics.count(
              Metrics.Total.VIDEO_LINKS,
              "connection_type",
              command.type().equals("turn") ? "turn" : "p2p");
      case "failed" -> metrics.count(Metrics.Total.VIDEO_LINKS_FAILED, "failure_reason", "ice");
      default -> {}
    }
    return Reply.SUCCESS;
  }

  Reply details(Connection connection, Command.GetMatch command) {
    Match match = self(connection).match;
    boolean isKnown = match != null && match.sessionId.equals(command.sessionId());
    connection.tell(
        RoomKind.PAIR,
        match != null && isKnown
            ? new Event.MatchDetails(command.sessionId(), match.score, match.interests)
            : new Event.MatchDetails(command.sessionId(), null, List.of()));
    return Reply.SUCCESS;
  }

  private MatchRequest.Met meet(
      Function<String, @Nullable Connection> connections, MatchRequest.Meet meet) {
    Pair pair = meet.pair();
    Seeker seeker = meet.isSecond() ? pair.second() : pair.first();
    Seeker other = meet.isSecond() ? pair.first() : pair.second();
    Connection connection = connections.apply(seeker.socketId());
    if (connection == null) {
      return new MatchRequest.Met(false);
    }
    if (connection.isStandby()) {
      throw Failure.unavailable("the socket's node is not known to be gone");
    }
    AtomicBoolean isHere = new AtomicBoolean();
    try {
      connection.later(() -> isHere.set(enter(connection, meet, seeker, other))).await();
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.CONFLICT) {
        throw failure;
      }
      return new MatchRequest.Met(false);
    }
    return new MatchRequest.Met(isHere.get());
  }

  /// Brings one of a pair into the session. When that has ended, he waits again as before. False
  /// when he has been brought into another one, as this took so long.
  private boolean enter(
      Connection connection, MatchRequest.Meet meet, Seeker seeker, Seeker other) {
    Pair pair = meet.pair();
    String sessionId = pair.sessionId();
    Membership in = connection.memberships().of(RoomKind.PAIR);
    if (in != null) {
      return in.roomId().equals(sessionId);
    }
    RoomState room = session(meet);
    Participant self = room == null ? null : room.bySocket(seeker.socketId());
    if (room == null || self == null) {
      views.abandon(sessionId);
      waitAgain(connection, seeker, sessionId);
      return true;
    }
    news.remove(connection);
    List<String> interests = MatchRule.common(seeker, other);
    Match match = new Match(sessionId, pair.score(), interests);
    bySocket.computeIfPresent(connection.socketId(), (_, known) -> known.in(match));
    connection.entered(Membership.of(room, self));
    connection.tell(
        RoomKind.PAIR, new Event.Matched(sessionId, other.deviceId(), pair.score(), interests));
    if (views.attach(room, connection)) {
      standbys.entered(connection, room);
      standbys.told(connection);
    }
    return true;
  }

  /// As one who was never taken out of the queue.
  ///
  /// @param over session that he was taken out for, and which has ended; empty when that is not why
  private void waitAgain(Connection connection, Seeker seeker, String over) {
    if (self(connection).isDisplaced) {
      return;
    }
    Seeker now = seeker.at(node, connection.standby());
    queue.restore(now, over, System.currentTimeMillis());
    news.add(connection, now);
    wanted(now);
  }

  /// The session as it is, null when it has ended. What happens to it from now on is kept until it
  /// is attached to, or abandoned.
  private @Nullable RoomState session(MatchRequest.Meet meet) {
    String sessionId = meet.pair().sessionId();
    views.expect(sessionId);
    if (meet.isNew() && System.currentTimeMillis() - meet.pair().madeMs() < NEW_MS) {
      // Nobody has entered who could have changed it, but one may have left.
      return views.hasClosed(sessionId) ? null : PairRooms.opened(meet.pair());
    }
    try {
      return rooms.read(sessionId);
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.NOT_FOUND) {
        views.abandon(sessionId);
        throw failure;
      }
      return null;
    }
  }

  /// Strangers on this node. From any thread.
  int count() {
    return strangers.count();
  }
}
