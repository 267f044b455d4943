package dev.parley.signaling;

import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.room.RoomState;
import dev.parley.signaling.socketio.Mark;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One room as this node knows it, and the connections in it: applies what happens to the room, and
/// tells them.
///
/// All methods are called holding the view's own lock, which keeps one order of everything that the
/// members are told; nothing waits under it. Changes of the room come on the signaling context,
/// relays on any thread.
final class RoomView {

  /// Relays held until the room is known as their sender knew it.
  private static final int MAX_HELD_RELAYS = 1_000;

  /// Relays kept for one who has yet to be brought in: the first, as offers come before candidates.
  private static final int MAX_KEPT_RELAYS = 100;

  /// Marks one version of a room can be told by.
  private static final int MARKS_PER_VERSION = 4_096;

  private static final int RADIX = 36;

  /// One connection in the room.
  ///
  /// @param since version from which on it has to be told
  private record Member(Connection connection, long since) {}

  /// Told of members that come and go by themselves.
  interface Watcher {
    void onRemoved(RoomView view, Connection connection);
  }

  private final String roomId;
  private final String node;
  private final int sfuFrom;
  private final String tag;
  private final Watcher watcher;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Deque<Relayed> heldRelays = new ArrayDeque<>(0);

  /// What was said to a participant of this node who has yet to be brought in.
  private final Deque<Relayed> keptRelays = new ArrayDeque<>(0);

  private record Awaited(long version, Promise<Void> promise) {}

  private final List<Awaited> awaited = new ArrayList<>(0);

  /// The one member that is told, while it is brought up to date.
  private @Nullable Connection only;

  /// In the rooms in which they can cross.
  private final Offers offers = new Offers();

  private @Nullable RoomState state;
  private @Nullable Set<String> nodes;
  private long markedVersion;
  private int marks;

  // Not of the room itself, but of its being kept up to date.
  private final Deque<RoomEvent> held = new ArrayDeque<>(0);
  private int joins;
  private boolean isReading;
  private boolean isWaiting;

  /// A room that somebody is joining.
  ///
  /// @param node this node
  /// @param sfuFrom participants from which on a meeting had better use the SFU
  RoomView(String roomId, String node, int sfuFrom, Watcher watcher) {
    this.roomId = roomId;
    this.sfuFrom = sfuFrom;
    this.node = node;
    this.tag = Integer.toString(roomId.hashCode() & Integer.MAX_VALUE, RADIX);
    this.watcher = watcher;
  }

  String roomId() {
    return roomId;
  }

  /// A short name of the room, for streams.
  String tag() {
    return tag;
  }

  /// The room; null while its first join is under way.
  @Nullable RoomState state() {
    return state;
  }

  Deque<RoomEvent> held() {
    return held;
  }

  boolean isReading() {
    return isReading;
  }

  void setReading(boolean reading) {
    isReading = reading;
  }

  boolean isWaiting() {
    return isWaiting;
  }

  void setWaiting(boolean waiting) {
    isWaiting = waiting;
  }

  /// Counts joins that are under way, by 1 or -1.
  void expect(int by) {
    joins += by;
  }

  /// Whether nobody is in it and nobody is about to be.
  boolean isAbandoned() {
    return members.isEmpty() && joins == 0;
  }

  boolean has(String socketId) {
    return members.containsKey(socketId);
  }

  /// Adds a connection that has joined with the room's version `since`.
  ///
  /// @return false when it was there
  boolean add(Connection connection, long since) {
    return members.put(connection.socketId(), new Member(connection, since)) == null;
  }

  boolean remove(String socketId) {
    return members.remove(socketId) != null;
  }

  /// Complete once the room is known as of a version.
  Future<Void> reached(long version) {
    Promise<Void> promise = Promise.promise();
    if (state != null && state.version() >= version) {
      promise.complete();
    } else {
      awaited.add(new Awaited(version, promise));
    }
    return promise.future();
  }

  private void takeState(RoomState now) {
    state = now;
    awaited.removeIf(each -> each.version <= now.version() && each.promise.tryComplete());
  }

  /// Takes the room as it is now, without telling anyone.
  void become(RoomState now) {
    takeState(now);
    nodes = null;
    flushRelays();
  }

  /// Ids of the nodes that have, or stand by for, somebody in the room.
  Set<String> nodes() {
    Set<String> known = nodes;
    if (known == null) {
      known = new HashSet<>();
      if (state != null) {
        for (Participant participant : state.participants().values()) {
          addNodes(known, participant);
        }
      }
      nodes = known;
    }
    return known;
  }

  /// Ids of the nodes that have to be told what is said to one participant.
  static Set<String> nodesOf(Participant participant) {
    return participant.standby().isEmpty()
        ? Set.of(participant.node())
        : Set.of(participant.node(), participant.standby());
  }

  private static void addNodes(Set<String> nodes, Participant participant) {
    nodes.add(participant.node());
    if (!participant.standby().isEmpty()) {
      nodes.add(participant.standby());
    }
  }

  /// Takes a relay. True when it must wait for the room to become what its sender knew.
  boolean deliver(Relayed relayed) {
    boolean isEarly = state == null || relayed.version() > state.version();
    if (isEarly || !heldRelays.isEmpty()) {
      if (heldRelays.size() == MAX_HELD_RELAYS) {
        heldRelays.removeFirst();
      }
      heldRelays.add(relayed);
      return isEarly;
    }
    tellRelayed(relayed);
    return false;
  }

  /// Whether what a member says is passed on.
  boolean admits(Relay relay, String socketId) {
    return state == null || state.kind() != RoomKind.PAIR || offers.admits(relay.kind(), socketId);
  }

  boolean hasHeldRelays() {
    return !heldRelays.isEmpty();
  }

  /// Delivers what is held though the room never became what its sender knew: the room was read
  /// again and is as new as it gets.
  void flushEarlyRelays() {
    while (!heldRelays.isEmpty()) {
      tellRelayed(heldRelays.removeFirst());
    }
  }

  private void flushRelays() {
    while (state != null
        && !heldRelays.isEmpty()
        && heldRelays.getFirst().version() <= state.version()) {
      tellRelayed(heldRelays.removeFirst());
    }
  }

  private void tellRelayed(Relayed relayed) {
    if (!offers.takes(relayed)) {
      return;
    }
    Mark mark = new Mark(relayed.stream(), relayed.number());
    Outgoing outgoing = Outgoing.of(dialect(), relayed);
    if (!relayed.target().isEmpty()) {
      Member member = members.get(relayed.target());
      if (member != null) {
        member.connection.tell(outgoing, mark);
      }
      return;
    }
    for (Member member : members.values()) {
      if (!member.connection.socketId().equals(relayed.socketId())) {
        member.connection.tell(outgoing, mark);
      }
    }
    if (isSomebodyToCome(relayed.socketId()) && keptRelays.size() < MAX_KEPT_RELAYS) {
      keptRelays.add(relayed);
    }
  }

  /// Whether another than the sender is of this node, and not brought in. Strangers are in their
  /// session before their nodes know of it.
  private boolean isSomebodyToCome(String senderId) {
    if (state == null || state.kind() != RoomKind.PAIR) {
      return false;
    }
    for (Participant each : state.participants().values()) {
      if (!each.socketId().equals(senderId)
          && each.node().equals(node)
          && !members.containsKey(each.socketId())) {
        return true;
      }
    }
    return false;
  }

  /// Tells one who was brought in what was said to him before.
  void tellKept(String socketId) {
    Member member = members.get(socketId);
    if (member == null) {
      return;
    }
    for (Relayed relayed : keptRelays) {
      if (!relayed.socketId().equals(socketId)) {
        Mark mark = new Mark(relayed.stream(), relayed.number());
        member.connection.tell(Outgoing.of(dialect(), relayed), mark);
      }
    }
    keptRelays.removeIf(relayed -> !relayed.socketId().equals(socketId));
  }

  /// Applies one change and tells the connections concerned.
  void step(RoomEvent event) {
    RoomState before = state;
    if (before == null) {
      return;
    }
    RoomState now = before.after(event, sfuFrom);
    takeState(now);
    nodes = null;
    if (event.version() != markedVersion) {
      markedVersion = event.version();
      marks = 0;
    }
    told(now, event);
    if (now.usesSfu() && !before.usesSfu()) {
      all(event, new Event.SfuAdvised(roomId));
    }
    flushRelays();
  }

  private void told(RoomState now, RoomEvent event) {
    switch (event) {
      case RoomEvent.ParticipantJoined e -> joined(now, e);
      case RoomEvent.ParticipantLeft e -> left(now, e);
      case RoomEvent.RoomClosed e -> closed(e);
      case RoomEvent.ParticipantsMuted e -> muted(e);
      case RoomEvent.RoleChanged e -> all(e, new Event.RoleChanged(e.participant()));
      case RoomEvent.ProducerAdded e ->
          others(
              e,
              e.producer().socketId(),
              new Event.ProducerAdded(e.producer(), e.participant().displayName()));
      case RoomEvent.ProducerRemoved e -> producerRemoved(e);
      case RoomEvent.ProducerPaused e ->
          others(e, e.producer().socketId(), new Event.ProducerPaused(e.producer()));
      case RoomEvent.ParticipantMarked e -> marked(e);
      case RoomEvent.ParticipantMoved e -> moved(e.participant());
      case RoomEvent.SettingsChanged e ->
          all(e, new Event.SettingsChanged(e.roomId(), e.title(), e.settings()));
      case RoomEvent.JoinRequested e ->
          hosts(now, e, new Event.JoinRequested(e.roomId(), e.request()));
      case RoomEvent.JoinDecided e ->
          hosts(now, e, new Event.JoinRequestSettled(e.roomId(), e.request().userId()));
    }
  }

  /// Tells a connection that has just been added what has happened since the room was as it knows
  /// it.
  void bringUpToDate(Connection connection, RoomState known) {
    RoomState now = state;
    if (now == null || now.version() <= known.version() || connection.isStandby()) {
      return;
    }
    only = connection;
    try {
      for (RoomEvent event : known.eventsTo(now)) {
        if (!(event instanceof RoomEvent.ParticipantMoved)) {
          told(now, event);
        }
      }
      if (now.usesSfu() && !known.usesSfu()) {
        connection.tell(now.kind(), new Event.SfuAdvised(roomId));
      }
    } finally {
      only = null;
    }
  }

  private void joined(RoomState now, RoomEvent.ParticipantJoined event) {
    Participant replaced = event.replaced();
    if (replaced != null) {
      boolean isSameSocket = replaced.socketId().equals(event.participant().socketId());
      if (!isSameSocket) {
        release(replaced.socketId(), new Event.Replaced(event.roomId()));
      }
      producersClosed(event, replaced);
      if (isSameSocket && now.kind() != RoomKind.CONFERENCE) {
        // He has only asked again how things are.
        return;
      }
    }
    others(
        event,
        event.participant().socketId(),
        new Event.ParticipantJoined(event.participant(), now.participantList()));
  }

  private void left(RoomState now, RoomEvent.ParticipantLeft event) {
    Participant gone = event.participant();
    boolean kicked = event.reason() == LeaveReason.KICKED;
    Member member = members.get(gone.socketId());
    // Who leaves by himself is removed before, but not where somebody stands by for him: that a
    // connection of this node is still here means that it was removed, even if that got lost.
    boolean isTold = kicked || (member != null && !member.connection.isStandby());
    release(gone.socketId(), isTold ? new Event.Kicked(event.roomId(), event.by()) : null);
    producersClosed(event, gone);
    all(event, new Event.ParticipantLeft(gone, now.participantList(), kicked));
  }

  private void producersClosed(RoomEvent event, Participant gone) {
    for (String producerId : gone.producerIds()) {
      all(event, new Event.ProducerClosed(producerId, gone.userId(), gone.socketId()));
      forgetConsumers(producerId);
    }
  }

  private void producerRemoved(RoomEvent.ProducerRemoved event) {
    ProducerInfo producer = event.producer();
    others(
        event,
        producer.socketId(),
        new Event.ProducerClosed(producer.producerId(), producer.userId(), producer.socketId()));
    forgetConsumers(producer.producerId());
  }

  private void forgetConsumers(String producerId) {
    for (Member member : members.values()) {
      member.connection.producerGone(roomId, producerId);
    }
  }

  private void closed(RoomEvent.RoomClosed event) {
    // Whoever has ended a session of two knows.
    Participant ender =
        state != null && state.kind() == RoomKind.PAIR ? state.byUser(event.by()) : null;
    others(
        event,
        ender == null ? "" : ender.socketId(),
        new Event.RoomClosed(event.roomId(), event.by()));
    for (String socketId : List.copyOf(members.keySet())) {
      release(socketId, null);
    }
  }

  private void moved(Participant participant) {
    Member member = members.get(participant.socketId());
    if (member == null) {
      return;
    }
    boolean isOurs = participant.node().equals(node);
    boolean isStandby = participant.standby().equals(node);
    if (isOurs) {
      return;
    }
    if (!isStandby || !member.connection.isStandby()) {
      // Another node owns it, or stands by in our place.
      members.remove(participant.socketId());
      watcher.onRemoved(this, member.connection);
      member.connection.superseded();
    }
  }

  /// Takes a connection out of the room that is not in it any more, if it is one of ours.
  private void release(String socketId, @Nullable Event farewell) {
    Mark mark = nextMark();
    Member member = members.get(socketId);
    if (member == null) {
      return;
    }
    Connection connection = member.connection;
    if (farewell != null) {
      tell(connection, farewell, mark);
    }
    members.remove(socketId);
    watcher.onRemoved(this, connection);
    connection.released(roomId);
  }

  /// Lets members go whom the state, not being older than their join, does not know.
  void releaseAbsent() {
    RoomState now = state;
    if (now == null) {
      return;
    }
    Set<String> present = new HashSet<>();
    now.participants().values().forEach(p -> present.add(p.socketId()));
    for (Member member : new ArrayList<>(members.values())) {
      String socketId = member.connection.socketId();
      if (member.since <= now.version() && !present.contains(socketId)) {
        release(socketId, farewell(now, member.connection));
      }
    }
  }

  /// A connection that has not left by itself was replaced by another of its user, or removed.
  private Event farewell(RoomState now, Connection connection) {
    Membership membership = connection.memberships().get(roomId);
    return membership != null && now.participants().containsKey(membership.key())
        ? new Event.Replaced(roomId)
        : new Event.Kicked(roomId, "");
  }

  private void muted(RoomEvent.ParticipantsMuted event) {
    Event asked = new Event.Muted(event.roomId(), event.by(), event.everyone());
    Mark mark = nextMark();
    for (Participant participant : event.muted()) {
      Member member = members.get(participant.socketId());
      if (member != null && member.since < event.version()) {
        tell(member.connection, asked, mark);
      }
    }
  }

  private void marked(RoomEvent.ParticipantMarked event) {
    Participant participant = event.participant();
    switch (event.mark()) {
      case HAND -> all(event, new Event.HandRaised(participant));
      case MEDIA, AUDIO, VIDEO, SCREEN ->
          others(event, participant.socketId(), new Event.MediaMarked(participant, event.mark()));
      case QUIET -> {}
    }
  }

  private void hosts(RoomState now, RoomEvent cause, Event event) {
    tell(
        member -> {
          Participant participant = now.bySocket(member.connection.socketId());
          return member.since < cause.version()
              && participant != null
              && participant.role() == Role.HOST;
        },
        event);
  }

  private void all(RoomEvent cause, Event event) {
    tell(member -> member.since < cause.version(), event);
  }

  private void others(RoomEvent cause, String socketId, Event event) {
    tell(
        member -> member.since < cause.version() && !member.connection.socketId().equals(socketId),
        event);
  }

  /// Encoded once, however many are told.
  private void tell(Predicate<Member> whom, Event event) {
    Mark mark = nextMark();
    Outgoing outgoing = null;
    for (Member member : members.values()) {
      if ((only == null || only.equals(member.connection)) && whom.test(member)) {
        if (outgoing == null) {
          outgoing = Outgoing.of(dialect(), event);
          if (outgoing == null) {
            return;
          }
        }
        member.connection.tell(outgoing, mark);
      }
    }
  }

  private void tell(Connection connection, Event event, @Nullable Mark mark) {
    Outgoing outgoing = Outgoing.of(dialect(), event);
    if (outgoing != null) {
      connection.tell(outgoing, mark);
    }
  }

  /// The dialect that is spoken in the room, whatever else its members may speak elsewhere.
  private Dialect dialect() {
    return Entrance.of(state == null ? RoomKind.CONFERENCE : state.kind());
  }

  /// The next mark of what this version of the room is told by: the same on each node, whoever is
  /// there to be told. Null for what one member alone is told.
  private @Nullable Mark nextMark() {
    if (only != null) {
      return null;
    }
    return new Mark("v" + tag, markedVersion * MARKS_PER_VERSION + ++marks);
  }
}
