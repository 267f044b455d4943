package dev.parley.room;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.Decision;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomEvent.Mark;
import dev.parley.contract.RoomKind;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A room at one version: the copy of Redis' truth that a node serves from. Immutable.
///
/// @param code by which people join, `XXXX-XXXX-XXXX`; empty when the kind has none
/// @param passName name by which it was opened for passes; empty for any other room
/// @param mediaNode node its router is on, null while none was needed
/// @param createdAt ms since 1970
/// @param usesSfu whether a room whose participants connect to each other has become so large that
///   they had better use the SFU; it stays so
/// @param participants by key, in join order
/// @param producers by producer id
/// @param pending who waits to be let in, by user id, in the order they came
public record RoomState(
    String roomId,
    RoomKind kind,
    String code,
    String title,
    String hostUserId,
    String passName,
    @Nullable String mediaNode,
    long version,
    long createdAt,
    boolean usesSfu,
    RoomSettings settings,
    Map<String, Participant> participants,
    Map<String, ProducerInfo> producers,
    Map<String, JoinRequest> pending) {

  /// Join order: by time, and by user id within a millisecond.
  private static final Comparator<Participant> JOIN_ORDER =
      Comparator.comparingLong(Participant::joinedAt).thenComparing(Participant::key);

  private static final Comparator<JoinRequest> ASKING_ORDER =
      Comparator.comparingLong(JoinRequest::requestedAt).thenComparing(JoinRequest::userId);

  public RoomState {
    passName = Objects.requireNonNullElse(passName, "");
    participants = Collections.unmodifiableMap(new LinkedHashMap<>(participants));
    producers = Collections.unmodifiableMap(new LinkedHashMap<>(producers));
    pending = Collections.unmodifiableMap(new LinkedHashMap<>(pending));
  }

  static RoomState of(
      Map<String, String> room,
      Collection<Participant> participants,
      Collection<ProducerInfo> producers,
      Collection<JoinRequest> pending) {
    Map<String, Participant> ordered = new LinkedHashMap<>();
    participants.stream().sorted(JOIN_ORDER).forEach(p -> ordered.put(p.key(), p));
    Map<String, ProducerInfo> sending = new LinkedHashMap<>();
    producers.forEach(p -> sending.put(p.producerId(), p));
    Map<String, JoinRequest> waiting = new LinkedHashMap<>();
    pending.stream().sorted(ASKING_ORDER).forEach(r -> waiting.put(r.userId(), r));
    return new RoomState(
        room.getOrDefault("roomId", ""),
        RoomKind.of(room.getOrDefault("kind", "")),
        room.getOrDefault("roomCode", ""),
        room.getOrDefault("title", ""),
        room.getOrDefault("hostUserId", ""),
        room.getOrDefault("passName", ""),
        room.get("mediaNode"),
        Long.parseLong(room.getOrDefault("version", "0")),
        Long.parseLong(room.getOrDefault("createdAt", "0")),
        "1".equals(room.get("sfu")),
        settings(room),
        ordered,
        sending,
        waiting);
  }

  /// The settings among the fields of a room's record.
  static RoomSettings settings(Map<String, String> room) {
    List<String> domains = new ArrayList<>();
    Json.read(room.getOrDefault("allowedDomains", "[]"), JsonNode.class)
        .forEach(domain -> domains.add(domain.asText()));
    return new RoomSettings(
        "1".equals(room.get("allowScreenShare")),
        "1".equals(room.get("allowWhiteboard")),
        "1".equals(room.get("allowChat")),
        "1".equals(room.get("recording")),
        "1".equals(room.get("requireApproval")),
        domains,
        Integer.parseInt(room.getOrDefault("maxParticipants", "0")));
  }

  /// The fields of a room's record that hold its settings.
  static Map<String, String> fields(RoomSettings settings) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("allowScreenShare", flag(settings.screenShare()));
    fields.put("allowWhiteboard", flag(settings.whiteboard()));
    fields.put("allowChat", flag(settings.chat()));
    fields.put("recording", flag(settings.recording()));
    fields.put("requireApproval", flag(settings.approval()));
    fields.put("allowedDomains", Json.write(settings.allowedDomains()));
    fields.put("maxParticipants", Integer.toString(settings.maxParticipants()));
    return fields;
  }

  static String flag(boolean value) {
    return value ? "1" : "";
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

  /// A participant of a user: where one user may be in a room several times, the first; or null.
  public @Nullable Participant byUser(String userId) {
    Participant participant = participants.get(userId);
    if (participant != null && participant.userId().equals(userId)) {
      return participant;
    }
    for (Participant each : participants.values()) {
      if (each.userId().equals(userId)) {
        return each;
      }
    }
    return null;
  }

  /// The room after an event that changes it. The caller has checked that it is the next version.
  ///
  /// @param sfuFrom participants from which on such a room uses the SFU
  public RoomState after(RoomEvent event, int sfuFrom) {
    Map<String, Participant> people = new LinkedHashMap<>(participants);
    Map<String, ProducerInfo> sending = new LinkedHashMap<>(producers);
    Map<String, JoinRequest> waiting = new LinkedHashMap<>(pending);
    String host = hostUserId;
    String name = title;
    RoomSettings rules = settings;
    switch (event) {
      case RoomEvent.ParticipantJoined joined -> {
        if (joined.replaced() != null) {
          sending.keySet().removeAll(joined.replaced().producerIds());
        }
        people.put(joined.participant().key(), joined.participant());
      }
      case RoomEvent.ParticipantLeft left -> {
        people.remove(left.participant().key());
        sending.keySet().removeAll(left.participant().producerIds());
      }
      case RoomEvent.RoomClosed _ -> {
        people.clear();
        sending.clear();
        waiting.clear();
      }
      case RoomEvent.JoinRequested requested -> {
        waiting.remove(requested.request().userId());
        waiting.put(requested.request().userId(), requested.request());
      }
      case RoomEvent.JoinDecided decided -> waiting.remove(decided.request().userId());
      case RoomEvent.ParticipantsMuted muted ->
          muted.muted().forEach(participant -> replace(people, participant));
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
        name = changed.title();
        rules = changed.settings();
      }
      case RoomEvent.ParticipantMoved moved -> replace(people, moved.participant());
    }
    boolean sfu = usesSfu || (kind == RoomKind.MEETING && people.size() >= sfuFrom);
    return new RoomState(
        roomId,
        kind,
        code,
        name,
        host,
        passName,
        mediaNode,
        event.version(),
        createdAt,
        sfu,
        rules,
        people,
        sending,
        waiting);
  }

  private static void replace(Map<String, Participant> people, Participant participant) {
    people.replace(participant.key(), participant);
  }

  /// The events that lead from this state to a later one, when those told at the time got lost. All
  /// carry the later state's version.
  public List<RoomEvent> eventsTo(RoomState later) {
    List<RoomEvent> events = new ArrayList<>();
    Set<String> rejoined = leavesAndJoins(later, events);
    producerChanges(later, rejoined, events);
    requestChanges(later, events);
    if (!settings.equals(later.settings) || !title.equals(later.title)) {
      events.add(new RoomEvent.SettingsChanged(roomId, later.version, later.title, later.settings));
    }
    return events;
  }

  private void requestChanges(RoomState later, List<RoomEvent> events) {
    for (JoinRequest before : pending.values()) {
      if (!later.pending.containsKey(before.userId())) {
        Decision decision =
            later.participants.containsKey(before.userId())
                ? Decision.APPROVED
                : Decision.WITHDRAWN;
        events.add(new RoomEvent.JoinDecided(roomId, later.version, before, decision, ""));
      }
    }
    for (JoinRequest now : later.pending.values()) {
      JoinRequest before = pending.get(now.userId());
      if (before == null || !now.isSame(before)) {
        events.add(new RoomEvent.JoinRequested(roomId, later.version, now));
      }
    }
  }

  /// Returns the keys of those whose producers of before are gone with their connection.
  private Set<String> leavesAndJoins(RoomState later, List<RoomEvent> events) {
    Map<String, String> renewed = new HashMap<>();
    for (Participant before : participants.values()) {
      Participant now = later.participants.get(before.key());
      if (now == null) {
        renewed.put(before.key(), "");
        events.add(
            new RoomEvent.ParticipantLeft(
                roomId, later.version, before, LeaveReason.DISCONNECTED, ""));
      } else if (!now.socketId().equals(before.socketId())) {
        renewed.put(before.key(), now.socketId());
        events.add(new RoomEvent.ParticipantJoined(roomId, later.version, now, before));
      } else {
        markChanges(before, now, later, events);
      }
    }
    for (Participant now : later.participants.values()) {
      if (!participants.containsKey(now.key())) {
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
      events.add(marked(later, now, Mark.HAND));
    }
    if (before.isMuted() != now.isMuted()) {
      events.add(marked(later, now, Mark.AUDIO));
    }
    if (before.isVideoOff() != now.isVideoOff()) {
      events.add(marked(later, now, Mark.VIDEO));
    }
    if (before.isScreenSharing() != now.isScreenSharing()) {
      events.add(marked(later, now, Mark.SCREEN));
    }
  }

  private RoomEvent marked(RoomState later, Participant now, Mark mark) {
    return new RoomEvent.ParticipantMarked(roomId, later.version, now, mark);
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
