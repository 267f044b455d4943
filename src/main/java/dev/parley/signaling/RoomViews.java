package dev.parley.signaling;

import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.kernel.Failure;
import dev.parley.room.RoomState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rooms that this node has participants in: for each a copy of its state, fed by `RoomEvent`s,
/// and the connections to be told.
///
/// Versions count up by one. An event that is not the next one makes the room be read again, and
/// the difference is told as if it had come event by event. Confined to the node's signaling
/// context.
final class RoomViews {

  private static final Logger log = LoggerFactory.getLogger(RoomViews.class);

  /// Events held while a room is read again; with more, the reading starts over.
  private static final int MAX_HELD = 1_000;

  private static final long RETRY_MS = 500;

  /// Two nodes that change a room at almost the same time may be heard of in the other order; so
  /// long is waited for the event between before it counts as lost.
  private static final long REORDER_MS = 100;

  private final Function<String, RoomState> reader;
  private final Scheduler scheduler;
  private final Runnable onReread;
  private final Map<String, LocalRoom> rooms = new ConcurrentHashMap<>();
  private final Map<String, Joining> joining = new HashMap<>();
  private final AtomicInteger participants = new AtomicInteger();

  /// Runs things later, on the signaling context.
  interface Scheduler {
    void later(long delayMs, Runnable task);
  }

  /// One connection in a room.
  ///
  /// @param since version from which on it has to be told
  private record Member(Connection connection, long since) {}

  private static final class LocalRoom {
    private RoomState state;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Deque<RoomEvent> held = new ArrayDeque<>();
    private boolean isReading;
    private boolean isWaiting;

    LocalRoom(RoomState state) {
      this.state = state;
    }
  }

  /// A room that somebody is joining, with what happened to it while this node had nobody there.
  private static final class Joining {
    private int joins;
    private final Deque<RoomEvent> held = new ArrayDeque<>();
  }

  /// @param reader reads a room from the store; waits; NOT_FOUND when it has ended
  /// @param onReread told each time a room has to be read again
  RoomViews(Function<String, RoomState> reader, Scheduler scheduler, Runnable onReread) {
    this.reader = reader;
    this.scheduler = scheduler;
    this.onReread = onReread;
  }

  /// Announces a join: what happens to the room meanwhile is kept. `attach` or `abandon` follows.
  void expect(String roomId) {
    joining.computeIfAbsent(roomId, _ -> new Joining()).joins++;
  }

  /// The join did not come about.
  void abandon(String roomId) {
    Joining joins = joining.get(roomId);
    if (joins != null && --joins.joins == 0) {
      joining.remove(roomId);
    }
  }

  /// Adds a connection that has just joined. `state` is the room as of its join.
  ///
  /// @return false when what happened since has taken it out of the room again, which it was told
  boolean attach(RoomState state, Connection connection) {
    String roomId = state.roomId();
    String socketId = connection.socketId();
    LocalRoom room = rooms.computeIfAbsent(roomId, _ -> new LocalRoom(state));
    if (room.members.put(socketId, new Member(connection, state.version())) == null) {
      participants.incrementAndGet();
    }
    Joining joins = joining.get(roomId);
    List<RoomEvent> missed = joins == null ? List.of() : List.copyOf(joins.held);
    if (joins != null) {
      joins.held.clear();
    }
    abandon(roomId);
    missed.forEach(this::onEvent);
    releaseAbsent(room);
    return room.members.containsKey(socketId);
  }

  /// Lets members go whom the state, not being older than their join, does not know.
  private void releaseAbsent(LocalRoom room) {
    Set<String> present = new HashSet<>();
    room.state.participants().values().forEach(p -> present.add(p.socketId()));
    for (Member member : List.copyOf(room.members.values())) {
      String socketId = member.connection.socketId();
      if (member.since <= room.state.version() && !present.contains(socketId)) {
        release(room, socketId, farewell(room, member.connection));
      }
    }
  }

  /// A connection that has not left by itself was replaced by another of its user, or removed.
  private static Event farewell(LocalRoom room, Connection connection) {
    String roomId = room.state.roomId();
    return room.state.participants().containsKey(connection.caller().user().id())
        ? new Event.Replaced(roomId)
        : new Event.Kicked(roomId);
  }

  void detach(String roomId, String socketId) {
    LocalRoom room = rooms.get(roomId);
    if (room != null) {
      if (room.members.remove(socketId) != null) {
        participants.decrementAndGet();
      }
      if (room.members.isEmpty()) {
        rooms.remove(roomId);
      }
    }
  }

  /// The room as this node knows it, or null when it has no participant in it.
  @Nullable RoomState state(String roomId) {
    LocalRoom room = rooms.get(roomId);
    return room == null ? null : room.state;
  }

  /// From any thread.
  int roomCount() {
    return rooms.size();
  }

  /// From any thread.
  int participantCount() {
    return participants.get();
  }

  /// Takes an event from the bus.
  void onEvent(RoomEvent event) {
    LocalRoom room = rooms.get(event.roomId());
    if (room == null) {
      Joining joins = joining.get(event.roomId());
      if (joins != null) {
        hold(joins.held, event);
      }
      return;
    }
    if (event instanceof RoomEvent.Said || event instanceof RoomEvent.RoomClosed) {
      step(room, event);
    } else if (room.isReading) {
      hold(room.held, event);
    } else if (event.version() == room.state.version() + 1) {
      step(room, event);
      stepHeld(room);
    } else if (event.version() > room.state.version()) {
      hold(room.held, event);
      if (!room.isWaiting) {
        room.isWaiting = true;
        scheduler.later(REORDER_MS, () -> waited(room));
      }
    }
  }

  /// Takes the held events whose turn has come.
  private void stepHeld(LocalRoom room) {
    boolean found = !room.held.isEmpty();
    while (found) {
      found = false;
      for (RoomEvent event : List.copyOf(room.held)) {
        if (event.version() <= room.state.version() + 1) {
          room.held.remove(event);
          if (event.version() == room.state.version() + 1) {
            step(room, event);
            found = true;
          }
        }
      }
    }
  }

  private void waited(LocalRoom room) {
    room.isWaiting = false;
    if (!room.held.isEmpty() && !room.isReading) {
      reread(room);
    }
  }

  private static void hold(Deque<RoomEvent> held, RoomEvent event) {
    if (held.size() == MAX_HELD) {
      held.clear();
    }
    held.add(event);
  }

  private void reread(LocalRoom room) {
    room.isReading = true;
    onReread.run();
    scheduler.later(0, () -> readNow(room));
  }

  private void readNow(LocalRoom room) {
    String roomId = room.state.roomId();
    if (rooms.get(roomId) != room) {
      return;
    }
    try {
      RoomState now = reader.apply(roomId);
      for (RoomEvent event : room.state.eventsTo(now)) {
        step(room, event);
      }
      if (now.version() > room.state.version()) {
        room.state = now;
      }
      releaseAbsent(room);
    } catch (Throwable t) {
      if (!(t instanceof Failure failure) || failure.code() != Failure.Code.NOT_FOUND) {
        log.debug("room not read room={} error={}", roomId, t.toString());
        scheduler.later(RETRY_MS, () -> readNow(room));
        return;
      }
      step(room, new RoomEvent.RoomClosed(roomId, room.state.version() + 1));
    }
    room.isReading = false;
    List<RoomEvent> held = new ArrayList<>(room.held);
    room.held.clear();
    if (rooms.get(roomId) == room) {
      held.forEach(this::onEvent);
    }
  }

  /// Applies one event and tells the connections concerned.
  private void step(LocalRoom room, RoomEvent event) {
    if (!(event instanceof RoomEvent.Said)) {
      room.state = room.state.after(event);
    }
    switch (event) {
      case RoomEvent.ParticipantJoined e -> joined(room, e);
      case RoomEvent.ParticipantLeft e -> left(room, e);
      case RoomEvent.RoomClosed e -> closed(room, e);
      case RoomEvent.ParticipantsMuted e -> muted(room, e);
      case RoomEvent.RoleChanged e -> all(room, e, new Event.RoleChanged(e.participant()));
      case RoomEvent.ProducerAdded e ->
          others(room, e, e.producer().socketId(), new Event.ProducerAdded(e.producer()));
      case RoomEvent.ProducerRemoved e -> producerRemoved(room, e);
      case RoomEvent.ProducerPaused e ->
          others(room, e, e.producer().socketId(), new Event.ProducerPaused(e.producer()));
      case RoomEvent.ParticipantMarked e -> marked(room, e);
      case RoomEvent.SettingsChanged e ->
          all(
              room,
              e,
              new Event.SettingsChanged(e.roomId(), e.allowScreenShare(), e.allowWhiteboard()));
      case RoomEvent.Said e ->
          tell(
              room,
              member -> !member.connection.socketId().equals(e.socketId()),
              new Event.Reacted(e.userId(), e.text()));
    }
  }

  private void joined(LocalRoom room, RoomEvent.ParticipantJoined event) {
    Participant replaced = event.replaced();
    if (replaced != null) {
      if (!replaced.socketId().equals(event.participant().socketId())) {
        release(room, replaced.socketId(), new Event.Replaced(event.roomId()));
      }
      producersClosed(room, event, replaced);
    }
    others(
        room,
        event,
        event.participant().socketId(),
        new Event.ParticipantJoined(event.participant(), room.state.participantList()));
  }

  private void left(LocalRoom room, RoomEvent.ParticipantLeft event) {
    Participant gone = event.participant();
    boolean kicked = event.reason() == LeaveReason.KICKED;
    // Who leaves by himself is detached before: others were removed, even if that got lost.
    release(room, gone.socketId(), new Event.Kicked(event.roomId()));
    producersClosed(room, event, gone);
    all(
        room,
        event,
        new Event.ParticipantLeft(gone.userId(), room.state.participantList(), kicked));
  }

  private void producersClosed(LocalRoom room, RoomEvent event, Participant gone) {
    for (String producerId : gone.producerIds()) {
      all(room, event, new Event.ProducerClosed(producerId, gone.userId()));
      forgetConsumers(room, producerId);
    }
  }

  private void producerRemoved(LocalRoom room, RoomEvent.ProducerRemoved event) {
    ProducerInfo producer = event.producer();
    others(
        room,
        event,
        producer.socketId(),
        new Event.ProducerClosed(producer.producerId(), producer.userId()));
    forgetConsumers(room, producer.producerId());
  }

  private static void forgetConsumers(LocalRoom room, String producerId) {
    for (Member member : room.members.values()) {
      member.connection.producerGone(room.state.roomId(), producerId);
    }
  }

  private void closed(LocalRoom room, RoomEvent.RoomClosed event) {
    all(room, event, new Event.RoomClosed(event.roomId()));
    for (String socketId : List.copyOf(room.members.keySet())) {
      release(room, socketId, null);
    }
  }

  /// Takes a connection out of the room that is not in it any more, if it is one of ours.
  private void release(LocalRoom room, String socketId, @Nullable Event farewell) {
    Member member = room.members.get(socketId);
    if (member == null) {
      return;
    }
    if (farewell != null) {
      member.connection.tell(farewell);
    }
    detach(room.state.roomId(), socketId);
    member.connection.released(room.state.roomId());
  }

  private void muted(LocalRoom room, RoomEvent.ParticipantsMuted event) {
    Event told = new Event.Muted(event.roomId(), event.by(), event.everyone());
    for (Participant participant : event.muted()) {
      Member member = room.members.get(participant.socketId());
      if (member != null && member.since < event.version()) {
        member.connection.tell(told);
      }
    }
  }

  private void marked(LocalRoom room, RoomEvent.ParticipantMarked event) {
    Participant participant = event.participant();
    switch (event.mark()) {
      case HAND ->
          all(room, event, new Event.HandRaised(participant.userId(), participant.handRaised()));
      case MEDIA -> others(room, event, participant.socketId(), new Event.MediaMarked(participant));
    }
  }

  private void all(LocalRoom room, RoomEvent cause, Event event) {
    tell(room, member -> member.since < cause.version(), event);
  }

  private void others(LocalRoom room, RoomEvent cause, String socketId, Event event) {
    tell(
        room,
        member -> member.since < cause.version() && !member.connection.socketId().equals(socketId),
        event);
  }

  /// Encodes once per dialect, however many are told.
  private void tell(LocalRoom room, Predicate<Member> whom, Event event) {
    Map<Dialect, Outgoing> encoded = new HashMap<>(4);
    for (Member member : room.members.values()) {
      if (whom.test(member)) {
        Connection connection = member.connection;
        connection.tell(
            encoded.computeIfAbsent(connection.dialect(), dialect -> Outgoing.of(dialect, event)));
      }
    }
    log.trace("told room={} event={}", room.state.roomId(), event.getClass().getSimpleName());
  }
}
