package dev.parley.room;

import dev.parley.account.Principal;
import dev.parley.audit.AuditLog;
import dev.parley.audit.AuditLog.Action;
import dev.parley.contract.MediaKind;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.room.RoomStore.Moderation;
import dev.parley.room.RoomStore.ProducerChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// All that can be done to a room. Each method is one atomic change in Redis, told to the nodes
/// concerned and recorded; it waits, so on virtual threads only.
///
/// Failures: NOT_FOUND, ROOM_CLOSED, ROOM_FULL, FORBIDDEN, INVALID with the text clients know, and
/// UNAVAILABLE when a store is away.
public final class Rooms {

  /// Rooms never hold more than this, whatever the configuration says.
  private static final int MOST_PARTICIPANTS = 500;

  private static final int CODE_ATTEMPTS = 5;
  private static final Pattern ROOM_ID = Pattern.compile("[0-9a-fA-F-]{36}");

  private final RoomStore store;
  private final Meetings meetings;
  private final AuditLog audit;
  private final RoomFanout fanout;
  private final Features.Rooms config;

  public Rooms(
      Redis redis,
      Postgres postgres,
      Journal journal,
      AuditLog audit,
      Bus bus,
      Features.Rooms config) {
    this.store = new RoomStore(redis, config.roomTtl());
    this.meetings = new Meetings(postgres, journal);
    this.audit = audit;
    this.fanout = new RoomFanout(bus);
    this.config = config;
  }

  /// Who asks: a user by one of his connections.
  ///
  /// @param node signaling node of the connection
  /// @param ip where it comes from, when known
  public record Caller(Principal.User user, String socketId, String node, @Nullable String ip) {}

  public record Created(String roomId, String roomCode) {}

  /// @param replaced the caller as he was in the room by an older connection, if he was
  public record Joined(RoomState state, Participant participant, @Nullable Participant replaced) {}

  /// @param closed whether he was the last and the room is gone
  public record Left(Participant participant, boolean closed) {}

  public Created create(Caller caller, String title, @Nullable Integer maxParticipants) {
    int wanted = maxParticipants == null ? config.maxParticipants() : maxParticipants;
    int max = Math.min(wanted, MOST_PARTICIPANTS);
    String roomId = Ids.uuid();
    String code = createMeeting(caller, roomId, title, max);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("roomId", roomId);
    fields.put("hostUserId", caller.user().id());
    fields.put("status", "waiting");
    fields.put("createdAt", Long.toString(System.currentTimeMillis()));
    fields.put("maxParticipants", Integer.toString(max));
    fields.put("routerId", roomId);
    fields.put("roomCode", code);
    fields.put("title", title);
    fields.put("allowScreenShare", "1");
    fields.put("allowWhiteboard", "1");
    fields.put("version", "0");
    store.create(roomId, fields);
    audit(
        caller,
        Action.ROOM_CREATED,
        roomId,
        Map.of("title", title, "roomCode", code, "maxParticipants", max));
    return new Created(roomId, code);
  }

  private String createMeeting(Caller caller, String roomId, String title, int max) {
    for (int attempt = 0; attempt < CODE_ATTEMPTS; attempt++) {
      String code = RoomCode.random();
      if (store.claimCode(code, roomId)) {
        boolean created = false;
        try {
          created = meetings.create(roomId, title, code, caller.user().id(), max);
        } finally {
          if (!created) {
            store.releaseCode(code);
          }
        }
        if (created) {
          return code;
        }
      }
    }
    throw Failure.unavailable("No room code could be found, try again");
  }

  /// Finds a room by its id or its code; the answer is an id, of a room that need not exist.
  public String resolve(String room) {
    String code = room.strip().toUpperCase(Locale.ROOT);
    if (RoomCode.isCode(code)) {
      String roomId = store.roomIdOf(code);
      if (roomId != null) {
        return roomId;
      }
    } else if (ROOM_ID.matcher(room).matches()) {
      return room.toLowerCase(Locale.ROOT);
    }
    throw Failure.notFound("Room not found");
  }

  /// @param mediaNode node to pin the room to when it is on none yet
  /// @param standby node that takes the caller's socket over if his own dies; empty when none
  public Joined join(Caller caller, String roomId, String mediaNode, String standby) {
    Principal.User user = caller.user();
    Participant wanted =
        new Participant(
            user.id(),
            user.displayName(),
            caller.socketId(),
            Role.PARTICIPANT,
            System.currentTimeMillis(),
            List.of(),
            false,
            false,
            false,
            caller.node(),
            standby);
    RoomStore.Joined joined = store.join(roomId, wanted, mediaNode);
    RoomState state = joined.state();
    Participant participant = state.participants().get(user.id());
    if (participant == null) {
      throw new IllegalStateException("joined but not in the room");
    }
    fanout.tell(
        joined.nodes(),
        new RoomEvent.ParticipantJoined(roomId, state.version(), participant, joined.replaced()));
    if (joined.replaced() != null && !joined.nodes().contains(joined.replaced().node())) {
      fanout.tell(
          List.of(joined.replaced().node()),
          new RoomEvent.ParticipantJoined(roomId, state.version(), participant, joined.replaced()));
    }
    meetings.joined(roomId, state.participants().size(), joined.activated());
    audit(
        caller,
        Action.USER_JOINED,
        roomId,
        Map.of("role", participant.role().wireName(), "socketId", caller.socketId()));
    return new Joined(state, participant, joined.replaced());
  }

  /// Records that a participant's socket is on the caller's node from now on, and who stands by.
  ///
  /// @param from node it was on so far; the caller's own when only the other changes
  /// @return the room with the change made; null when the caller is not in it by this socket, or a
  ///   third node owns it
  public @Nullable RoomState move(Caller caller, String roomId, String from, String standby) {
    RoomStore.Moved moved =
        store.move(roomId, caller.user().id(), caller.socketId(), from, caller.node(), standby);
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

  /// Null when the caller is not in the room by this connection: nothing changes then.
  public @Nullable Left leave(Caller caller, String roomId, LeaveReason reason) {
    RoomStore.Left left =
        store.leave(
            roomId, caller.user().id(), caller.socketId(), caller.node(), config.reassignHost());
    if (left == null) {
      return null;
    }
    if (left.closed()) {
      fanout.tell(left.nodes(), new RoomEvent.RoomClosed(roomId, left.version()));
      meetings.closed(roomId);
    } else {
      fanout.tell(
          left.nodes(),
          new RoomEvent.ParticipantLeft(roomId, left.version(), left.participant(), reason));
      if (left.heir() != null) {
        fanout.tell(
            left.nodes(), new RoomEvent.RoleChanged(roomId, left.version() + 1, left.heir()));
      }
    }
    audit(caller, Action.USER_LEFT, roomId, Map.of());
    if (left.closed()) {
      audit(caller, Action.ROOM_CLOSED, roomId, Map.of());
    }
    return new Left(left.participant(), left.closed());
  }

  public void close(Caller caller, String roomId) {
    RoomStore.Changed closed = store.close(roomId, caller.user().id(), caller.socketId());
    fanout.tell(closed.nodes(), new RoomEvent.RoomClosed(roomId, closed.version()));
    meetings.closed(roomId);
    audit(caller, Action.ROOM_CLOSED, roomId, Map.of());
  }

  /// Removes a participant; returns him as he was.
  public Participant kick(Caller caller, String roomId, String targetUserId) {
    RoomStore.Changed changed = moderate(caller, roomId, Moderation.KICK, targetUserId, "");
    Participant target = changed.participants().getFirst();
    fanout.tell(
        changed.nodes(),
        new RoomEvent.ParticipantLeft(roomId, changed.version(), target, LeaveReason.KICKED));
    audit(caller, Action.USER_KICKED, roomId, Map.of("targetUserId", targetUserId));
    return target;
  }

  /// Asks all but the host to mute themselves; returns how many were asked.
  public int muteAll(Caller caller, String roomId) {
    RoomStore.Changed changed = moderate(caller, roomId, Moderation.MUTE_ALL, "", "");
    fanout.tell(
        changed.nodes(),
        new RoomEvent.ParticipantsMuted(
            roomId, changed.version(), changed.participants(), caller.user().id(), true));
    audit(caller, Action.ALL_MUTED, roomId, Map.of());
    return changed.participants().size();
  }

  /// Asks one participant to mute himself.
  public void mute(Caller caller, String roomId, String targetUserId) {
    RoomStore.Changed changed = moderate(caller, roomId, Moderation.MUTE, targetUserId, "");
    fanout.tell(
        changed.nodes(),
        new RoomEvent.ParticipantsMuted(
            roomId, changed.version(), changed.participants(), caller.user().id(), false));
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
        caller.user().id(),
        caller.socketId(),
        action,
        targetUserId,
        role,
        config.coHostMayModerate());
  }

  /// Records a producer that the media node has made.
  public void addProducer(
      Caller caller, String roomId, String producerId, MediaKind kind, String label) {
    ProducerInfo producer =
        new ProducerInfo(producerId, caller.user().id(), caller.socketId(), kind, label, false);
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
    return store.producer(
        roomId, caller.user().id(), caller.socketId(), change, producerId, producer);
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
    Map<String, @Nullable Boolean> marks = new LinkedHashMap<>();
    marks.put("handRaised", null);
    Participant participant = mark(caller, roomId, marks, RoomEvent.Mark.HAND);
    audit(
        caller, Action.HAND_RAISE_TOGGLED, roomId, Map.of("handRaised", participant.handRaised()));
    return participant.handRaised();
  }

  /// Records what a participant says of his own microphone and camera.
  public void markMedia(Caller caller, String roomId, boolean audioOn, boolean videoOn) {
    Map<String, @Nullable Boolean> marks = new LinkedHashMap<>();
    marks.put("isMuted", !audioOn);
    marks.put("isVideoOff", !videoOn);
    mark(caller, roomId, marks, RoomEvent.Mark.MEDIA);
  }

  private Participant mark(
      Caller caller, String roomId, Map<String, @Nullable Boolean> marks, RoomEvent.Mark mark) {
    RoomStore.Marked marked = store.mark(roomId, caller.user().id(), caller.socketId(), marks);
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
    RoomStore.Marked marked =
        store.settings(roomId, caller.user().id(), caller.socketId(), settings);
    fanout.tell(
        marked.nodes(),
        new RoomEvent.SettingsChanged(
            roomId,
            marked.version(),
            "1".equals(marked.room().get("allowScreenShare")),
            "1".equals(marked.room().get("allowWhiteboard"))));
    audit(caller, Action.SETTINGS_UPDATED, roomId, Map.copyOf(settings));
  }

  private void audit(Caller caller, Action action, String roomId, Map<String, Object> metadata) {
    audit.record(action, caller.user().id(), roomId, metadata, caller.ip());
  }
}
