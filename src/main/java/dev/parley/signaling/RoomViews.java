package dev.parley.signaling;

import dev.parley.contract.LinkKind;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Frame;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Links;
import dev.parley.room.RoomState;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rooms that this node has participants in, or stands by for some: each fed by `RoomEvent`s
/// and by what the participants tell each other.
///
/// Versions of a room count up by one. An event that is not the next one makes the room be read
/// again, and the difference is told as if it had come event by event. All but relays is confined
/// to the node's signaling context.
final class RoomViews implements RoomView.Watcher {

  private static final Logger log = LoggerFactory.getLogger(RoomViews.class);

  /// Events held while a room is read again; with more, the reading starts over.
  private static final int MAX_HELD = 1_000;

  private static final long RETRY_MS = 500;

  /// Two nodes that change a room at almost the same time may be heard of in the other order; so
  /// long is waited for the event between before it counts as lost.
  private static final long REORDER_MS = 100;

  private static final int PROCESS_TAG_BYTES = 3;

  /// Time for the owner of a socket to tell who stands by for it what room it has joined.
  private static final long STANDBY_MS = 10_000;

  private final String node;
  private final int sfuFrom;
  private final Lobby lobby;
  private final Function<String, RoomState> reader;
  private final Scheduler scheduler;
  private final Runnable onReread;
  private final Links links;
  private final Map<String, RoomView> rooms = new ConcurrentHashMap<>();
  private final Strays strays = new Strays(System::nanoTime);
  private final Function<String, @Nullable Connection> standbys;

  /// Room and socket ids that will be heard of from the socket's owner.
  private final Set<String> awaited = new HashSet<>();

  private final AtomicInteger participants = new AtomicInteger();
  private final AtomicLong relays = new AtomicLong();
  private final String processTag = Ids.token(PROCESS_TAG_BYTES);

  /// Runs things later, on the signaling context.
  interface Scheduler {
    void later(long delayMs, Runnable task);
  }

  /// @param node this node
  /// @param reader reads a room from the store; waits; NOT_FOUND when it has ended
  /// @param onReread told each time a room has to be read again
  /// @param standbys finds the connection, by its socket id, that this node stands by for
  /// @param sfuFrom participants from which on a meeting had better use the SFU
  /// @param lobby is told of what becomes of those who wait to be let in
  RoomViews(
      String node,
      Function<String, RoomState> reader,
      Scheduler scheduler,
      Runnable onReread,
      Function<String, @Nullable Connection> standbys,
      Links links,
      int sfuFrom,
      Lobby lobby) {
    this.sfuFrom = sfuFrom;
    this.lobby = lobby;
    this.standbys = standbys;
    this.node = node;
    this.reader = reader;
    this.scheduler = scheduler;
    this.onReread = onReread;
    this.links = links;
    links.receive(LinkKind.RELAY, this::onRelayFrame);
  }

  /// Announces a join: what happens to the room meanwhile is kept. `attach` or `abandon` follows.
  void expect(String roomId) {
    RoomView room = rooms.computeIfAbsent(roomId, id -> new RoomView(id, node, sfuFrom, this));
    synchronized (room) {
      room.expect(1);
      strays.take(roomId).forEach(room::deliver);
    }
  }

  /// Whether a room has ended a moment ago, as far as this node was told.
  boolean hasClosed(String roomId) {
    return strays.hasClosed(roomId);
  }

  /// The join did not come about.
  void abandon(String roomId) {
    RoomView room = rooms.get(roomId);
    if (room != null) {
      synchronized (room) {
        room.expect(-1);
        dropIfAbandoned(room);
      }
    }
  }

  private void dropIfAbandoned(RoomView room) {
    if (room.isAbandoned()) {
      rooms.remove(room.roomId(), room);
    }
  }

  /// Adds a connection that has just joined. `state` is the room as of its join; of what has
  /// happened since, the connection is told.
  ///
  /// @return false when what happened since has taken it out of the room again, which it was told
  boolean attach(RoomState state, Connection connection) {
    RoomView room =
        rooms.computeIfAbsent(state.roomId(), id -> new RoomView(id, node, sfuFrom, this));
    List<RoomEvent> missed = List.of();
    synchronized (room) {
      if (room.add(connection, state.version())) {
        count(connection, 1);
      }
      if (room.state() == null) {
        room.become(state);
        missed = List.copyOf(room.held());
        room.held().clear();
      } else {
        room.bringUpToDate(connection, state);
      }
    }
    abandon(state.roomId());
    missed.forEach(this::onEvent);
    synchronized (room) {
      room.releaseAbsent();
      room.tellKept(connection.socketId());
      return room.has(connection.socketId());
    }
  }

  /// Waits a moment until the room is known here as it was when a connection joined it: what that
  /// says next is passed on by what is known here.
  void awaitJoin(RoomState state) {
    RoomView room = rooms.get(state.roomId());
    if (room == null) {
      return;
    }
    Future<Void> reached;
    synchronized (room) {
      reached = room.reached(state.version());
    }
    if (!reached.isComplete()) {
      reached.timeout(REORDER_MS, TimeUnit.MILLISECONDS).otherwiseEmpty().await();
    }
  }

  private void count(Connection connection, int by) {
    if (!connection.isStandby()) {
      participants.addAndGet(by);
    }
  }

  /// A connection that stood by has become the participant's own.
  void promoted() {
    participants.incrementAndGet();
  }

  void detach(String roomId, Connection connection) {
    RoomView room = rooms.get(roomId);
    if (room != null) {
      synchronized (room) {
        if (room.remove(connection.socketId())) {
          count(connection, -1);
        }
        dropIfAbandoned(room);
      }
    }
  }

  @Override
  public void onRemoved(RoomView view, Connection connection) {
    count(connection, -1);
    dropIfAbandoned(view);
  }

  /// The room as this node knows it, or null when it has no participant in it. From any thread.
  @Nullable RoomState state(String roomId) {
    RoomView room = rooms.get(roomId);
    if (room == null) {
      return null;
    }
    synchronized (room) {
      return room.state();
    }
  }

  /// The room as it is now, or as somebody knows it who knows more.
  RoomState latest(RoomState known) {
    RoomState here = state(known.roomId());
    return here == null || here.version() < known.version() ? known : here;
  }

  /// Ids of the rooms. From any thread.
  Set<String> roomIds() {
    return Set.copyOf(rooms.keySet());
  }

  /// Does something with the id of each room of a kind. From any thread.
  void each(RoomKind kind, Consumer<String> action) {
    for (String roomId : roomIds()) {
      RoomState room = state(roomId);
      if (room != null && room.kind() == kind) {
        action.accept(roomId);
      }
    }
  }

  /// Rooms of a kind whose first participant is of this node: each is one node's. From any thread.
  int count(RoomKind kind) {
    AtomicInteger count = new AtomicInteger();
    each(
        kind,
        roomId -> {
          RoomState room = state(roomId);
          if (room != null
              && room.participants().values().stream()
                  .limit(1)
                  .anyMatch(first -> first.node().equals(node))) {
            count.incrementAndGet();
          }
        });
    return count.get();
  }

  /// From any thread.
  int roomCount() {
    return rooms.size();
  }

  /// From any thread.
  int participantCount() {
    return participants.get();
  }

  /// Passes on what a member of a room tells others of it. From any thread; on the event loops of
  /// the sockets it goes from bytes to bytes.
  ///
  /// @throws Failure FORBIDDEN when the sender is not in the room, NOT_FOUND when the target is not
  ///
  /// @param onSent run once it is certain that nobody misses it though this node should die
  void relay(Connection sender, Relay relay, Runnable onSent) {
    Set<String> others = relay(sender, relay);
    if (others.isEmpty()) {
      onSent.run();
      return;
    }
    AtomicInteger left = new AtomicInteger(others.size());
    for (String other : others) {
      links.afterSent(
          other,
          () -> {
            if (left.decrementAndGet() == 0) {
              onSent.run();
            }
          });
    }
  }

  /// Returns the other nodes it has been sent to.
  private Set<String> relay(Connection sender, Relay relay) {
    Membership membership = sender.memberships().of(relay);
    RoomView room = membership == null ? null : rooms.get(membership.roomId());
    if (membership == null || room == null) {
      throw stranger();
    }
    synchronized (room) {
      RoomState state = room.state();
      if (state == null || !room.has(sender.socketId())) {
        throw stranger();
      }
      Participant self = state.participants().get(membership.key());
      if (self == null) {
        throw stranger();
      }
      Participant target = target(state, relay);
      if (!room.admits(relay, sender.socketId())) {
        return Set.of();
      }
      Dialect.Message message = Entrance.of(state.kind()).encode(relay, self, state);
      Relayed relayed =
          new Relayed(
              state.roomId(),
              "r" + processTag + room.tag(),
              relays.incrementAndGet(),
              state.version(),
              relay.audience() == Relay.Audience.ALL ? "" : sender.socketId(),
              target == null ? "" : target.socketId(),
              message.name(),
              Objects.requireNonNull(message.json()));
      Set<String> nodes = target == null ? room.nodes() : RoomView.nodesOf(target);
      Set<String> others = new HashSet<>(4);
      for (String each : nodes) {
        if (each.equals(node)) {
          room.deliver(relayed);
        } else {
          links.send(each, LinkKind.RELAY, relayed::writeTo);
          others.add(each);
        }
      }
      return others;
    }
  }

  /// Null when it is not for one alone.
  private static @Nullable Participant target(RoomState state, Relay relay) {
    Participant target =
        switch (relay.audience()) {
          case OTHERS, ALL -> null;
          case SOCKET -> state.bySocket(relay.target());
          case USER -> state.byUser(relay.target());
        };
    boolean isForOne =
        relay.audience() == Relay.Audience.SOCKET || relay.audience() == Relay.Audience.USER;
    if (isForOne && target == null) {
      throw Failure.notFound("Participant not found");
    }
    return target;
  }

  private static Failure stranger() {
    return Failure.forbidden("Not a participant in this room");
  }

  private void onRelayFrame(String from, Frame frame) {
    Relayed relayed = Relayed.read(frame);
    RoomView room = rooms.get(relayed.roomId());
    if (room == null) {
      strays.keep(relayed);
      room = rooms.get(relayed.roomId());
      if (room != null) {
        for (Relayed stray : strays.take(relayed.roomId())) {
          deliver(room, stray);
        }
      }
      return;
    }
    deliver(room, relayed);
  }

  private void deliver(RoomView room, Relayed relayed) {
    boolean isEarly;
    synchronized (room) {
      isEarly = room.deliver(relayed) && room.state() != null && !room.isWaiting();
      if (isEarly) {
        room.setWaiting(true);
      }
    }
    if (isEarly) {
      scheduler.later(REORDER_MS, () -> waited(room));
    }
  }

  /// Takes an event from the bus.
  void onEvent(RoomEvent event) {
    apply(event);
    lobby.onEvent(event);
    switch (event) {
      case RoomEvent.ParticipantJoined e -> standIn(e, e.participant());
      case RoomEvent.ParticipantMoved e -> standIn(e, e.participant());
      default -> {}
    }
  }

  /// Follows a room in the place of a participant whom this node stands by for.
  private void standIn(RoomEvent event, Participant participant) {
    Connection connection =
        participant.standby().equals(node) ? standbys.apply(participant.socketId()) : null;
    if (connection == null) {
      return;
    }
    String roomId = event.roomId();
    RoomView room = rooms.get(roomId);
    if (room != null) {
      synchronized (room) {
        RoomState state = room.state();
        if (state != null) {
          enter(room, connection, event.version(), Membership.of(state, participant));
          return;
        }
      }
    }
    if (awaited.add(roomId + connection.socketId())) {
      expect(roomId);
      scheduler.later(
          STANDBY_MS,
          () -> {
            if (awaited.remove(roomId + connection.socketId())) {
              abandon(roomId);
            }
          });
    }
  }

  private void enter(RoomView room, Connection connection, long since, Membership membership) {
    if (room.add(connection, since)) {
      count(connection, 1);
    }
    connection.entered(membership);
  }

  /// The room that a connection is in for which this node stands by, as its owner knows it.
  void standIn(Connection connection, RoomState state) {
    String roomId = state.roomId();
    RoomView room = rooms.get(roomId);
    boolean isThere = false;
    if (room != null) {
      synchronized (room) {
        isThere = room.has(connection.socketId());
      }
    }
    boolean wasAwaited = awaited.remove(roomId + connection.socketId());
    if (isThere) {
      if (wasAwaited) {
        abandon(roomId);
      }
      return;
    }
    Participant participant = state.bySocket(connection.socketId());
    if (participant == null) {
      if (wasAwaited) {
        abandon(roomId);
      }
      return;
    }
    if (!wasAwaited) {
      expect(roomId);
    }
    connection.entered(Membership.of(state, participant));
    var _ = attach(state, connection);
  }

  private void apply(RoomEvent event) {
    if (event instanceof RoomEvent.RoomClosed) {
      strays.close(event.roomId());
    }
    RoomView room = rooms.get(event.roomId());
    if (room == null) {
      return;
    }
    synchronized (room) {
      RoomState state = room.state();
      if (state == null) {
        hold(room, event);
      } else if (event instanceof RoomEvent.RoomClosed) {
        room.step(event);
      } else if (room.isReading()) {
        hold(room, event);
      } else if (event.version() == state.version() + 1) {
        room.step(event);
        stepHeld(room);
      } else if (event.version() > state.version()) {
        hold(room, event);
        waitForNext(room);
      }
    }
  }

  /// Gives the event that must come in between a moment before the room is read again.
  private void waitForNext(RoomView room) {
    synchronized (room) {
      if (!room.isWaiting()) {
        room.setWaiting(true);
        scheduler.later(REORDER_MS, () -> waited(room));
      }
    }
  }

  /// Takes the held events whose turn has come.
  private static void stepHeld(RoomView room) {
    boolean found = !room.held().isEmpty();
    while (found) {
      found = false;
      for (RoomEvent event : List.copyOf(room.held())) {
        RoomState state = room.state();
        if (state != null && event.version() <= state.version() + 1) {
          room.held().remove(event);
          if (event.version() == state.version() + 1) {
            room.step(event);
            found = true;
          }
        }
      }
    }
  }

  private void waited(RoomView room) {
    synchronized (room) {
      room.setWaiting(false);
      if ((!room.held().isEmpty() || room.hasHeldRelays()) && !room.isReading()) {
        room.setReading(true);
        onReread.run();
        scheduler.later(0, () -> readNow(room));
      }
    }
  }

  private static void hold(RoomView room, RoomEvent event) {
    if (room.held().size() == MAX_HELD) {
      room.held().clear();
    }
    room.held().add(event);
  }

  private void readNow(RoomView room) {
    String roomId = room.roomId();
    if (rooms.get(roomId) != room) {
      return;
    }
    try {
      RoomState now = reader.apply(roomId);
      synchronized (room) {
        catchUp(room, now);
      }
    } catch (Throwable t) {
      if (!(t instanceof Failure failure) || failure.code() != Failure.Code.NOT_FOUND) {
        log.debug("room not read room={} error={}", roomId, t.toString());
        scheduler.later(RETRY_MS, () -> readNow(room));
        return;
      }
      synchronized (room) {
        RoomState last = room.state();
        room.step(new RoomEvent.RoomClosed(roomId, last == null ? 1 : last.version() + 1, ""));
      }
    }
    List<RoomEvent> held;
    synchronized (room) {
      room.setReading(false);
      held = new ArrayList<>(room.held());
      room.held().clear();
      room.flushEarlyRelays();
    }
    if (rooms.get(roomId) == room) {
      held.forEach(this::onEvent);
    }
  }

  private static void catchUp(RoomView room, RoomState now) {
    RoomState before = room.state();
    if (before == null) {
      return;
    }
    for (RoomEvent event : before.eventsTo(now)) {
      room.step(event);
    }
    RoomState after = room.state();
    if (after != null && now.version() > after.version()) {
      room.become(now);
    }
    room.releaseAbsent();
  }
}
