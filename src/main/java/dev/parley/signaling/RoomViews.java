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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private final Function<String, RoomState> reader;
  private final Scheduler scheduler;
  private final Runnable onReread;
  private final Map<String, LocalRoom> rooms = new HashMap<>();
  private final Map<String, Expected> expected = new HashMap<>();

  /// Runs things later, on the signaling context.
  interface Scheduler {
    void later(long delayMs, Runnable task);
  }

  /// A room that is being joined from here: what happens in it before the join's answer is in would
  /// be missed.
  private static final class Expected {
    private int joins;
    private long heardOf;
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

    LocalRoom(RoomState state) {
      this.state = state;
    }
  }

  /// @param reader reads a room from the store; waits; NOT_FOUND when it has ended
  /// @param onReread told each time a room has to be read again
  RoomViews(Function<String, RoomState> reader, Scheduler scheduler, Runnable onReread) {
    this.reader = reader;
    this.scheduler = scheduler;
    this.onReread = onReread;
  }

  /// Says that a connection is about to join; to be followed by one `expectNoMore`.
  void expect(String roomId) {
    expected.computeIfAbsent(roomId, _ -> new Expected()).joins++;
  }

  void expectNoMore(String roomId) {
    expected.computeIfPresent(roomId, (_, room) -> --room.joins == 0 ? null : room);
  }

  /// Adds a connection that has just joined. `state` is the room as of its join.
  void attach(RoomState state, Connection connection) {
    LocalRoom room = rooms.get(state.roomId());
    if (room == null) {
      room = new LocalRoom(state);
      rooms.put(state.roomId(), room);
    }
    room.members.put(connection.socketId(), new Member(connection, state.version()));
    Expected before = expected.get(state.roomId());
    if (before != null && before.heardOf > room.state.version() && !room.isReading) {
      reread(room);
    }
  }

  void detach(String roomId, String socketId) {
    LocalRoom room = rooms.get(roomId);
    if (room != null) {
      room.members.remove(socketId);
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

  int roomCount() {
    return rooms.size();
  }

  int participantCount() {
    int count = 0;
    for (LocalRoom room : rooms.values()) {
      count += room.members.size();
    }
    return count;
  }

  /// Takes an event from the bus.
  void onEvent(RoomEvent event) {
    LocalRoom room = rooms.get(event.roomId());
    if (room == null) {
      Expected joining = expected.get(event.roomId());
      if (joining != null) {
        joining.heardOf = Math.max(joining.heardOf, event.version());
      }
      return;
    }
    if (event instanceof RoomEvent.Said || event instanceof RoomEvent.RoomClosed) {
      step(room, event);
    } else if (room.isReading) {
      hold(room, event);
    } else if (event.version() == room.state.version() + 1) {
      step(room, event);
    } else if (event.version() > room.state.version()) {
      hold(room, event);
      reread(room);
    }
  }

  private static void hold(LocalRoom room, RoomEvent event) {
    if (room.held.size() == MAX_HELD) {
      room.held.clear();
    }
    room.held.add(event);
  }

  private void reread(LocalRoom room) {
    room.isReading = true;
    onReread.run();
    scheduler.later(0, () -> readNow(room));
  }

  private void readNow(LocalRoom room) {
    String roomId = room.state.roomId();
    try {
      RoomState now = reader.apply(roomId);
      for (RoomEvent event : room.state.eventsTo(now)) {
        step(room, event);
      }
      if (now.version() > room.state.version()) {
        room.state = now;
      }
    } catch (Failure failure) {
      if (failure.code() != Failure.Code.NOT_FOUND) {
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
    // Who goes by himself was detached before; a connection that is still here was put out, though
    // the event that said so may have got lost.
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
      member.connection.media().producerGone(producerId);
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
