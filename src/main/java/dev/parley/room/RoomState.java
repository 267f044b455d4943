package dev.parley.room;

import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.LeaveReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A room at one version: the copy of Redis' truth that a node serves from. Immutable.
///
/// @param code by which people join, `XXXX-XXXX-XXXX`
/// @param mediaNode node its router is on, null while none was needed
/// @param participants by user id, in join order
/// @param producers by producer id
public record RoomState(
    String roomId,
    String code,
    String title,
    String hostUserId,
    @Nullable String mediaNode,
    long version,
    boolean allowScreenShare,
    boolean allowWhiteboard,
    Map<String, Participant> participants,
    Map<String, ProducerInfo> producers) {

  /// Join order: by time, and by user id within a millisecond.
  private static final Comparator<Participant> JOIN_ORDER =
      Comparator.comparingLong(Participant::joinedAt).thenComparing(Participant::userId);

  public RoomState {
    participants = Collections.unmodifiableMap(new LinkedHashMap<>(participants));
    producers = Collections.unmodifiableMap(new LinkedHashMap<>(producers));
  }

  static RoomState of(
      Map<String, String> room,
      Collection<Participant> participants,
      Collection<ProducerInfo> producers) {
    Map<String, Participant> ordered = new LinkedHashMap<>();
    participants.stream().sorted(JOIN_ORDER).forEach(p -> ordered.put(p.userId(), p));
    Map<String, ProducerInfo> sending = new LinkedHashMap<>();
    producers.forEach(p -> sending.put(p.producerId(), p));
    return new RoomState(
        room.getOrDefault("roomId", ""),
        room.getOrDefault("roomCode", ""),
        room.getOrDefault("title", ""),
        room.getOrDefault("hostUserId", ""),
        room.get("mediaNode"),
        Long.parseLong(room.getOrDefault("version", "0")),
        "1".equals(room.get("allowScreenShare")),
        "1".equals(room.get("allowWhiteboard")),
        ordered,
        sending);
  }

  /// The participants in join order.
  public List<Participant> participantList() {
    return List.copyOf(participants.values());
  }

  /// The participant who is in the room by this socket, or null.
  public @Nullable Participant bySocket(String socketId) {
    for (Participant participant : participants.values()) {
      if (participant.socketId().equals(socketId)) {
        return participant;
      }
    }
    return null;
  }

  /// The room after an event that changes it. The caller has checked that it is the next version.
  public RoomState after(RoomEvent event) {
    Map<String, Participant> people = new LinkedHashMap<>(participants);
    Map<String, ProducerInfo> sending = new LinkedHashMap<>(producers);
    String host = hostUserId;
    boolean screen = allowScreenShare;
    boolean board = allowWhiteboard;
    switch (event) {
      case RoomEvent.ParticipantJoined joined -> {
        if (joined.replaced() != null) {
          sending.keySet().removeAll(joined.replaced().producerIds());
        }
        people.put(joined.participant().userId(), joined.participant());
      }
      case RoomEvent.ParticipantLeft left -> {
        people.remove(left.participant().userId());
        sending.keySet().removeAll(left.participant().producerIds());
      }
      case RoomEvent.RoomClosed _ -> {
        people.clear();
        sending.clear();
      }
      case RoomEvent.ParticipantsMuted muted ->
          muted.muted().forEach(participant -> people.replace(participant.userId(), participant));
      case RoomEvent.RoleChanged changed -> {
        replace(people, changed.participant());
        host = changed.participant().role() == Role.HOST ? changed.participant().userId() : host;
      }
      case RoomEvent.ProducerAdded added -> {
        replace(people, added.participant());
        sending.put(added.producer().producerId(), added.producer());
      }
      case RoomEvent.ProducerRemoved removed -> {
        replace(people, removed.participant());
        sending.remove(removed.producer().producerId());
      }
      case RoomEvent.ProducerPaused paused -> {
        replace(people, paused.participant());
        sending.replace(paused.producer().producerId(), paused.producer());
      }
      case RoomEvent.ParticipantMarked marked -> replace(people, marked.participant());
      case RoomEvent.SettingsChanged changed -> {
        screen = changed.allowScreenShare();
        board = changed.allowWhiteboard();
      }
      case RoomEvent.ParticipantMoved moved -> replace(people, moved.participant());
    }
    return new RoomState(
        roomId, code, title, host, mediaNode, event.version(), screen, board, people, sending);
  }

  private static void replace(Map<String, Participant> people, Participant participant) {
    people.replace(participant.userId(), participant);
  }

  /// The events that lead from this state to a later one, when those told at the time got lost. All
  /// carry the later state's version.
  public List<RoomEvent> eventsTo(RoomState later) {
    List<RoomEvent> events = new ArrayList<>();
    Set<String> rejoined = leavesAndJoins(later, events);
    producerChanges(later, rejoined, events);
    if (allowScreenShare != later.allowScreenShare || allowWhiteboard != later.allowWhiteboard) {
      events.add(
          new RoomEvent.SettingsChanged(
              roomId, later.version, later.allowScreenShare, later.allowWhiteboard));
    }
    return events;
  }

  /// Returns the user ids whose producers of before are gone with their connection.
  private Set<String> leavesAndJoins(RoomState later, List<RoomEvent> events) {
    Map<String, String> renewed = new HashMap<>();
    for (Participant before : participants.values()) {
      Participant now = later.participants.get(before.userId());
      if (now == null) {
        renewed.put(before.userId(), "");
        events.add(
            new RoomEvent.ParticipantLeft(roomId, later.version, before, LeaveReason.DISCONNECTED));
      } else if (!now.socketId().equals(before.socketId())) {
        renewed.put(before.userId(), now.socketId());
        events.add(new RoomEvent.ParticipantJoined(roomId, later.version, now, before));
      } else {
        markChanges(before, now, later, events);
      }
    }
    for (Participant now : later.participants.values()) {
      if (!participants.containsKey(now.userId())) {
        events.add(new RoomEvent.ParticipantJoined(roomId, later.version, now, null));
      }
    }
    return renewed.keySet();
  }

  private void markChanges(
      Participant before, Participant now, RoomState later, List<RoomEvent> events) {
    if (!before.node().equals(now.node()) || !before.standby().equals(now.standby())) {
      events.add(new RoomEvent.ParticipantMoved(roomId, later.version, now));
    }
    if (before.role() != now.role()) {
      events.add(new RoomEvent.RoleChanged(roomId, later.version, now));
    }
    if (before.handRaised() != now.handRaised()) {
      events.add(new RoomEvent.ParticipantMarked(roomId, later.version, now, RoomEvent.Mark.HAND));
    }
    if (before.isMuted() != now.isMuted() || before.isVideoOff() != now.isVideoOff()) {
      events.add(new RoomEvent.ParticipantMarked(roomId, later.version, now, RoomEvent.Mark.MEDIA));
    }
  }

  private void producerChanges(RoomState later, Set<String> gone, List<RoomEvent> events) {
    for (ProducerInfo before : producers.values()) {
      Participant owner = later.participants.get(before.userId());
      if (owner != null
          && !gone.contains(before.userId())
          && !later.producers.containsKey(before.producerId())) {
        events.add(new RoomEvent.ProducerRemoved(roomId, later.version, before, owner));
      }
    }
    for (ProducerInfo now : later.producers.values()) {
      Participant owner = later.participants.get(now.userId());
      ProducerInfo before = producers.get(now.producerId());
      if (owner != null && before == null) {
        events.add(new RoomEvent.ProducerAdded(roomId, later.version, now, owner));
      } else if (owner != null && before != null && before.paused() != now.paused()) {
        events.add(new RoomEvent.ProducerPaused(roomId, later.version, now, owner));
      }
    }
  }
}
