package dev.parley.room;

import dev.parley.audit.AuditLog;
import dev.parley.audit.AuditLog.Action;
import dev.parley.contract.JoinRequest;
import dev.parley.contract.MediaKind;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.Decision;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.room.RoomStore.Moderation;
import dev.parley.room.RoomStore.ProducerChange;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that can be done to a room. Each method is one atomic change in Redis, told to the nodes
/// concerned and recorded; it waits, so on virtual threads only.
///
/// Failures: NOT_FOUND, ROOM_CLOSED, ROOM_FULL, FORBIDDEN, INVALID with the text clients know, and
/// UNAVAILABLE when a store is away.
public final class Rooms {

  private static final int MOST_LISTED = 1_000;

  private final RoomStore store;
  private final ConferenceRecords conferences;
  private final MeetingRecords meetings;
  private final AuditLog audit;
  private final PairRooms pairs;
  private final NewConferences newConferences;
  private final RoomFanout fanout;
  private final Features.Rooms config;
  private final Features.Meetings meetingConfig;

  /// @param occupancyOfAllRooms whether those who watch are told when any room becomes occupied or
  ///   empty, not only rooms for passes
  public Rooms(
      Redis redis,
      Postgres postgres,
      Journal journal,
      AuditLog audit,
      Bus bus,
      PairRooms pairs,
      Features.Rooms config,
      Features.Meetings meetingConfig,
      boolean occupancyOfAllRooms) {
    this.pairs = pairs;
    this.store = new RoomStore(redis, config, meetingConfig);
    this.conferences = new ConferenceRecords(postgres, journal);
    this.meetings = new MeetingRecords(postgres, journal);
    this.audit = audit;
    this.newConferences = new NewConferences(store, conferences, audit, config);
    this.fanout = new RoomFanout(bus, occupancyOfAllRooms);
    this.config = config;
    this.meetingConfig = meetingConfig;
  }

  /// Who asks, by one of his connections.
  ///
  /// @param kind of the room it is about
  /// @param key what he is known by in rooms of that kind
  /// @param displayName what others see
  /// @param node signaling node of the connection
  /// @param ip where it comes from, when known
  public record Caller(
      RoomKind kind,
      String key,
      String userId,
      String displayName,
      String socketId,
      String node,
      @Nullable String ip) {}

  /// What one who joins says of himself.
  ///
  /// @param picture address of one; may be empty
  /// @param emailDomain of his e-mail address, in lower case; empty when there is none
  /// @param isProven whether it is proven who he is
  /// @param pass what his pass for the room says
  public record Entrant(
      String picture,
      boolean isMuted,
      boolean isVideoOff,
      String emailDomain,
      boolean isProven,
      PassRole pass) {

    /// Somebody with an account, microphone and camera on.
    public static Entrant member() {
      return new Entrant("", false, false, "", true, PassRole.NONE);
    }

    /// Somebody with a pass.
    ///
    /// @param publishes whether he has a microphone and a camera there
    public static Entrant holder(PassRole pass, boolean publishes) {
      return new Entrant("", !publishes, !publishes, "", true, pass);
    }
  }

  public record Created(String roomId, String roomCode) {}

  /// What became of a join.
  public sealed interface Entry {}

  /// @param replaced the caller as he was in the room by an older connection, if he was
  public record Joined(RoomState state, Participant participant, @Nullable Participant replaced)
      implements Entry {}

  /// A host has to let the caller in.
  public record Waiting(JoinRequest request) implements Entry {}

  /// Makes a conference, whose host the caller is.
  public Created create(Caller caller, String title, @Nullable Integer maxParticipants) {
    return newConferences.create(caller, title, maxParticipants);
  }

  /// Finds a room by its id or its code; the answer is an id, of a room that need not exist.
  public String resolve(String room) {
    String code = room.strip().toUpperCase(Locale.ROOT);
    if (RoomCode.isCode(code)) {
      String roomId = store.index().roomIdOf(code);
      if (roomId != null) {
        return roomId;
      }
    } else if (RoomId.isUuid(room.toLowerCase(Locale.ROOT))) {
      return room.toLowerCase(Locale.ROOT);
    }
    throw Failure.notFound("Room not found");
  }

  /// @param mediaNode node to pin the room to when it is on none yet; empty for none
  /// @param standby node that takes the caller's socket over if his own dies; empty when none
  public Entry join(
      Caller caller, String roomId, Entrant entrant, String mediaNode, String standby) {
    Participant wanted =
        new Participant(
            caller.key(),
            caller.userId(),
            entrant.isProven(),
            caller.displayName(),
            entrant.picture(),
            caller.socketId(),
            Role.PARTICIPANT,
            System.currentTimeMillis(),
            List.of(),
            entrant.isMuted(),
            entrant.isVideoOff(),
            false,
            false,
            "",
            caller.node(),
            standby);
    RoomStore.Entry entry =
        store.join(
            roomId,
            caller.kind(),
            wanted,
            mediaNode,
            entrant.emailDomain(),
            entrant.isProven(),
            caller.kind() == RoomKind.MEETING ? Integer.toString(meetingConfig.sfuFrom()) : "",
            entrant.pass());
    return switch (entry) {
      case RoomStore.Waiting waiting -> {
        fanout.tell(
            waiting.nodes(),
            new RoomEvent.JoinRequested(roomId, waiting.version(), waiting.request()));
        yield new Waiting(waiting.request());
      }
      case RoomStore.Joined joined -> joined(caller, roomId, joined);
    };
  }

  private Joined joined(Caller caller, String roomId, RoomStore.Joined joined) {
    RoomState state = joined.state();
    Participant participant = state.participants().get(caller.key());
    if (participant == null) {
      throw new IllegalStateException("joined but not in the room");
    }
    Set<String> nodes = new HashSet<>(joined.nodes());
    if (joined.replaced() != null) {
      nodes.add(joined.replaced().node());
    }
    fanout.tell(
        nodes,
        new RoomEvent.ParticipantJoined(roomId, state.version(), participant, joined.replaced()));
    int count = state.participants().size();
    if (count == 1 && joined.replaced() == null) {
      fanout.occupied(state);
    }
    fanout.closeRouter(roomId, joined.formerMediaNode());
    switch (caller.kind()) {
      case CONFERENCE -> conferences.joined(roomId, count, joined.activated());
      case MEETING -> meetings.joined(roomId, participant, count);
      case PEER, PAIR -> {}
    }
    audit(
        caller,
        Action.USER_JOINED,
        roomId,
        Map.of("role", participant.role().wireName(), "socketId", caller.socketId()));
    return new Joined(state, participant, joined.replaced());
  }

  /// Lets somebody in who waits, or turns him away.
  ///
  /// @param reason words of the host; may be empty
  public void decide(Caller caller, String roomId, String userId, boolean approved, String reason) {
    Decision decision = approved ? Decision.APPROVED : Decision.REJECTED;
    RoomStore.Decided decided =
        store.decide(roomId, caller.key(), caller.socketId(), userId, decision, "", false);
    tellDecided(roomId, Objects.requireNonNull(decided), decision, reason);
  }

  /// Ends the caller's own waiting. False when he does not wait by this connection.
  ///
  /// @param timedOut whether he has waited long enough, as against gone away
  public boolean withdraw(Caller caller, String roomId, boolean timedOut) {
    Decision decision = timedOut ? Decision.TIMED_OUT : Decision.WITHDRAWN;
    RoomStore.Decided decided =
        store.decide(roomId, "", "", caller.key(), decision, caller.socketId(), false);
    if (decided != null) {
      tellDecided(roomId, decided, decision, "");
    }
    return decided != null;
  }

  private void tellDecided(
      String roomId, RoomStore.Decided decided, Decision decision, String reason) {
    fanout.tell(
        decided.nodes(),
        new RoomEvent.JoinDecided(roomId, decided.version(), decided.request(), decision, reason));
  }

  /// Pins the room to a media node unless it is on one; returns the one it is on.
  public String pin(Caller caller, String roomId, String mediaNode) {
    return store.pin(roomId, caller.key(), caller.socketId(), mediaNode);
  }

  /// Keeps a room that goes on without any change from being forgotten.
  public void touch(String roomId) {
    store.touch(roomId);
  }

  /// Records that a participant's socket is on the caller's node from now on, and who stands by.
  ///
  /// @param from node it was on so far; the caller's own when only the other changes
  /// @return the room with the change made; null when the caller is not in it by this socket, or a
  ///   third node owns it
  public @Nullable RoomState move(Caller caller, String roomId, String from, String standby) {
    RoomStore.Moved moved =
        store.move(roomId, caller.key(), caller.socketId(), from, caller.node(), standby);
    if (moved == null) {
      return null;
    }
    fanout.tell(
        moved.nodes(),
        new RoomEvent.ParticipantMoved(roomId, moved.state().version(), moved.participant()));
    return moved.state();
  }

  /// The room as it is now.
  public RoomState read(String roomId) {
    return store.read(roomId);
  }

  /// Conferences or light rooms there are, some of them when there are very many.
  public List<RoomState> listed(RoomKind kind) {
    return store.readAll(store.index().listed(kind), MOST_LISTED);
  }

  /// Nothing happens when the caller is not in the room by this connection. A meeting that the last
  /// one has not left on purpose is kept for a while, and a light room always.
  public void leave(Caller caller, String roomId, LeaveReason reason) {
    if (caller.kind() == RoomKind.PAIR) {
      pairs.leave(caller, roomId, reason);
      return;
    }
    boolean isMeeting = caller.kind() == RoomKind.MEETING;
    long nowMs = System.currentTimeMillis();
    long until = nowMs + meetingConfig.emptyGrace().toMillis();
    boolean mayComeBack = isMeeting && reason == LeaveReason.DISCONNECTED && until > nowMs;
    String stays = mayComeBack ? Long.toString(until) : "";
    if (caller.kind() == RoomKind.PEER) {
      stays = "ever";
    }
    RoomStore.Left left =
        store.leave(
            roomId,
            caller.key(),
            caller.socketId(),
            caller.node(),
            config.reassignHost() && caller.kind() == RoomKind.CONFERENCE,
            stays,
            nowMs);
    if (left == null) {
      return;
    }
    if (left.closed()) {
      fanout.closed(
          left.nodes(), new RoomEvent.RoomClosed(roomId, left.version(), ""), left.mediaNode());
    } else {
      fanout.tell(
          left.nodes(),
          new RoomEvent.ParticipantLeft(roomId, left.version(), left.participant(), reason, ""));
      if (left.heir() != null) {
        fanout.tell(
            left.nodes(), new RoomEvent.RoleChanged(roomId, left.version() + 1, left.heir()));
      }
    }
    if (left.closed() || left.emptied()) {
      fanout.vacated(roomId, caller.kind(), left.passName(), left.version());
    }
    if (isMeeting) {
      meetings.left(roomId, left.participant().userId());
      if (left.emptied()) {
        store.index().lookAt(roomId, until);
      }
    }
    audit(caller, Action.USER_LEFT, roomId, Map.of());
    if (left.closed()) {
      ended(caller, roomId);
    }
  }

  private void ended(Caller caller, String roomId) {
    switch (caller.kind()) {
      case CONFERENCE -> conferences.closed(roomId);
      case MEETING -> meetings.completed(roomId, System.currentTimeMillis());
      case PEER, PAIR -> {}
    }
    audit(caller, Action.ROOM_CLOSED, roomId, Map.of());
  }

  public void close(Caller caller, String roomId) {
    String refusal =
        caller.kind() == RoomKind.MEETING
            ? "Only host can end meeting"
            : "Only the host can close the room";
    RoomStore.Closed closed = store.close(roomId, caller.key(), caller.socketId(), refusal, false);
    fanout.closed(closed, caller.kind(), roomId, caller.userId());
    ended(caller, roomId);
  }

  /// Removes a participant; returns him as he was.
  ///
  /// @param target key of the participant
  public Participant kick(Caller caller, String roomId, String target) {
    RoomStore.Changed changed = moderate(caller, roomId, Moderation.KICK, target, "");
    Participant gone = changed.participants().getFirst();
    fanout.tell(
        changed.nodes(),
        new RoomEvent.ParticipantLeft(
            roomId, changed.version(), gone, LeaveReason.KICKED, caller.userId()));
    if (caller.kind() == RoomKind.MEETING) {
      meetings.left(roomId, gone.userId());
    }
    audit(caller, Action.USER_KICKED, roomId, Map.of("targetUserId", gone.userId()));
    return gone;
  }

  /// Asks all but the host to mute themselves; returns how many were asked.
  public int muteAll(Caller caller, String roomId) {
    RoomStore.Changed changed = moderate(caller, roomId, Moderation.MUTE_ALL, "", "");
    fanout.tell(
        changed.nodes(),
        new RoomEvent.ParticipantsMuted(
            roomId, changed.version(), changed.participants(), caller.userId(), true));
    audit(caller, Action.ALL_MUTED, roomId, Map.of());
    return changed.participants().size();
  }

  /// Asks one participant to mute himself.
  public void mute(Caller caller, String roomId, String targetUserId) {
    RoomStore.Changed changed = moderate(caller, roomId, Moderation.MUTE, targetUserId, "");
    fanout.tell(
        changed.nodes(),
        new RoomEvent.ParticipantsMuted(
            roomId, changed.version(), changed.participants(), caller.userId(), false));
    audit(caller, Action.USER_MUTED, roomId, Map.of("targetUserId", targetUserId));
  }

  public void changeRole(Caller caller, String roomId, String targetUserId, Role role) {
    RoomStore.Changed changed =
        moderate(caller, roomId, Moderation.ROLE, targetUserId, role.wireName());
    fanout.tell(
        changed.nodes(),
        new RoomEvent.RoleChanged(roomId, changed.version(), changed.participants().getFirst()));
    audit(
        caller,
        Action.ROLE_CHANGED,
        roomId,
        Map.of("targetUserId", targetUserId, "newRole", role.wireName()));
  }

  private RoomStore.Changed moderate(
      Caller caller, String roomId, Moderation action, String targetUserId, String role) {
    return store.moderate(
        roomId,
        caller.key(),
        caller.socketId(),
        action,
        targetUserId,
        role,
        config.coHostMayModerate() && caller.kind() == RoomKind.CONFERENCE);
  }

  /// Records a producer that the media node has made.
  public void addProducer(
      Caller caller, String roomId, String producerId, MediaKind kind, String label) {
    ProducerInfo producer =
        new ProducerInfo(producerId, caller.userId(), caller.socketId(), kind, label, false);
    RoomStore.ProducerChanged changed =
        change(caller, roomId, ProducerChange.ADD, producerId, producer);
    if (changed != null) {
      fanout.tell(
          changed.nodes(),
          new RoomEvent.ProducerAdded(
              roomId, changed.version(), changed.producer(), changed.participant()));
      audit(
          caller,
          Action.PRODUCER_CREATED,
          roomId,
          Map.of("producerId", producerId, "kind", kind.wireName()));
    }
  }

  /// Forgets a producer; nothing happens when the caller has none of that id.
  public void removeProducer(Caller caller, String roomId, String producerId) {
    RoomStore.ProducerChanged changed =
        change(caller, roomId, ProducerChange.REMOVE, producerId, null);
    if (changed != null) {
      fanout.tell(
          changed.nodes(),
          new RoomEvent.ProducerRemoved(
              roomId, changed.version(), changed.producer(), changed.participant()));
      audit(caller, Action.PRODUCER_CLOSED, roomId, Map.of("producerId", producerId));
    }
  }

  /// Marks a producer as paused or sending; nothing happens when the caller has none of that id.
  public void pauseProducer(Caller caller, String roomId, String producerId, boolean paused) {
    ProducerChange change = paused ? ProducerChange.PAUSE : ProducerChange.RESUME;
    RoomStore.ProducerChanged changed = change(caller, roomId, change, producerId, null);
    if (changed != null) {
      fanout.tell(
          changed.nodes(),
          new RoomEvent.ProducerPaused(
              roomId, changed.version(), changed.producer(), changed.participant()));
    }
  }

  private RoomStore.@Nullable ProducerChanged change(
      Caller caller,
      String roomId,
      ProducerChange change,
      String producerId,
      @Nullable ProducerInfo producer) {
    return store.producer(roomId, caller.key(), caller.socketId(), change, producerId, producer);
  }

  /// Notes that a consumer was made; for the audit trail only.
  public void consumed(Caller caller, String roomId, String consumerId, String producerId) {
    audit(
        caller,
        Action.CONSUMER_CREATED,
        roomId,
        Map.of("consumerId", consumerId, "producerId", producerId));
  }

  /// Raises the caller's hand or takes it down; returns whether it is raised now.
  public boolean toggleHand(Caller caller, String roomId) {
    return hand(caller, roomId, "toggle");
  }

  public void raiseHand(Caller caller, String roomId, boolean isRaised) {
    hand(caller, roomId, RoomState.flag(isRaised));
  }

  private boolean hand(Caller caller, String roomId, String value) {
    Participant participant =
        mark(caller, roomId, RoomEvent.Mark.HAND, Map.of("handRaised", value));
    audit(
        caller, Action.HAND_RAISE_TOGGLED, roomId, Map.of("handRaised", participant.handRaised()));
    return participant.handRaised();
  }

  /// Records what a participant says of his own microphone and camera.
  public void markMedia(Caller caller, String roomId, boolean audioOn, boolean videoOn) {
    mark(
        caller,
        roomId,
        RoomEvent.Mark.MEDIA,
        Map.of("isMuted", RoomState.flag(!audioOn), "isVideoOff", RoomState.flag(!videoOn)));
  }

  public void markAudio(Caller caller, String roomId, boolean isOn) {
    mark(caller, roomId, RoomEvent.Mark.AUDIO, Map.of("isMuted", RoomState.flag(!isOn)));
  }

  public void markVideo(Caller caller, String roomId, boolean isOn) {
    mark(caller, roomId, RoomEvent.Mark.VIDEO, Map.of("isVideoOff", RoomState.flag(!isOn)));
  }

  /// @throws Failure FORBIDDEN when the room has screen sharing disabled
  public void markScreen(Caller caller, String roomId, boolean isSharing) {
    mark(
        caller,
        roomId,
        RoomEvent.Mark.SCREEN,
        Map.of("isScreenSharing", RoomState.flag(isSharing)));
  }

  /// Records what a participant calls the quality of what he sends; nobody is told.
  public void markQuality(Caller caller, String roomId, String quality) {
    mark(caller, roomId, RoomEvent.Mark.QUIET, Map.of("videoQuality", "=" + quality));
  }

  private Participant mark(
      Caller caller, String roomId, RoomEvent.Mark mark, Map<String, String> marks) {
    RoomStore.Marked marked = store.mark(roomId, caller.key(), caller.socketId(), marks);
    fanout.tell(
        marked.nodes(),
        new RoomEvent.ParticipantMarked(roomId, marked.version(), marked.participant(), mark));
    return marked.participant();
  }

  /// Changes settings of the room; those that are null stay.
  public void changeSettings(
      Caller caller,
      String roomId,
      @Nullable Boolean allowScreenShare,
      @Nullable Boolean allowWhiteboard) {
    Map<String, Boolean> settings = new LinkedHashMap<>();
    if (allowScreenShare != null) {
      settings.put("allowScreenShare", allowScreenShare);
    }
    if (allowWhiteboard != null) {
      settings.put("allowWhiteboard", allowWhiteboard);
    }
    RoomStore.Marked marked = store.settings(roomId, caller.key(), caller.socketId(), settings);
    fanout.tell(
        marked.nodes(),
        new RoomEvent.SettingsChanged(
            roomId,
            marked.version(),
            marked.room().getOrDefault("title", ""),
            RoomState.settings(marked.room())));
    audit(caller, Action.SETTINGS_UPDATED, roomId, Map.copyOf(settings));
  }

  private void audit(Caller caller, Action action, String roomId, Map<String, Object> metadata) {
    if (caller.kind() == RoomKind.CONFERENCE) {
      audit.record(action, caller.userId(), roomId, metadata, caller.ip());
    }
  }
}
