package dev.parley.signaling;

import dev.parley.account.Principal;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Lane;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.RateLimiter;
import dev.parley.room.Rooms;
import dev.parley.signaling.socketio.Ack;
import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.Mark;
import dev.parley.signaling.socketio.Socket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client socket: who it is, which rooms it is in, and its lane, on which its commands run one
/// after the other, and its end after all of them.
///
/// What comes from the socket may call from its event loop; all else is confined to the signaling
/// context.
final class Connection {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /// Commands that may wait for the ones before them.
  private static final int MAX_WAITING = 512;

  /// What they may hold together, in characters: some 300 requests to consume.
  private static final int MAX_WAITING_LENGTH = 4_000_000;

  /// Longest command, in characters; a browser's capabilities take about 15,000.
  private static final int MAX_LENGTH = 256_000;

  /// What a client that comes back in the last moment has to check its way to its media again.
  private static final long GRACE_MS = 10_000;

  private final Services shared;
  private final Socket socket;
  private final Entrance entrance;
  private final Lane lane;
  private final RateLimiter limiter;
  private final EventLimit eventLimit;
  private final AtomicInteger waitingLength = new AtomicInteger();
  private final OwnMedia media = new OwnMedia();
  private final Memberships memberships = new Memberships();

  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>(0);

  private volatile @Nullable Principal principal;

  /// The dialect of the first room that was joined.
  private volatile @Nullable Dialect spoken;

  private volatile String owner = "";
  private volatile String standby = "";

  Connection(Services shared, Socket socket) {
    this.shared = shared;
    this.socket = socket;
    this.entrance = Entrance.of(socket);
    this.lane = new Lane(shared.control().context(), MAX_WAITING);
    this.limiter = new RateLimiter(shared.rateLimit());
    this.eventLimit = new EventLimit(shared.eventLimit());
  }

  /// @param owner the node that owns it, which this one stands by for; empty when it is this one
  Connection(Services shared, Socket socket, Principal principal, String owner) {
    this(shared, socket);
    this.principal = principal;
    this.owner = owner;
  }

  String socketId() {
    return socket.id();
  }

  Socket socket() {
    return socket;
  }

  /// Who it is; null until that has been looked at.
  @Nullable Principal principal() {
    return principal;
  }

  /// Who has proven to be it; null for a guest.
  @Nullable Principal proven() {
    Principal known = principal;
    return known instanceof Principal.Guest ? null : known;
  }

  /// The node that owns the socket; empty when it is this one.
  String owner() {
    return owner;
  }

  /// Whether another node owns the socket.
  boolean isStandby() {
    return !owner.isEmpty();
  }

  /// Becomes the owner's successor; returns who that was.
  String promote() {
    String was = owner;
    owner = "";
    return was;
  }

  /// The node that stands by for this connection; empty when none does.
  String standby() {
    return standby;
  }

  void setStandby(String node) {
    standby = node;
  }

  /// Where the client came in.
  Entrance entrance() {
    return entrance;
  }

  Memberships memberships() {
    return memberships;
  }

  /// The dialect of an event that the client sends; null when none knows it.
  private @Nullable Dialect dialectOf(String name) {
    Dialect own = spoken;
    return own != null && own.knows(name) ? own : entrance.knowing(name);
  }

  /// The dialect the client is told things in that belong to no room.
  private Dialect dialect() {
    Dialect own = spoken;
    return own == null ? entrance.first() : own;
  }

  OwnMedia media() {
    return media;
  }

  /// Looks at who it is, unless that is known; commands that come meanwhile wait in the lane.
  void open() {
    run(this::authenticate);
  }

  private void authenticate() {
    try {
      if (principal == null) {
        principal = shared.signIn().identify(entrance, socket);
      }
    } catch (Failure failure) {
      refuse(failure);
      return;
    } catch (Throwable t) {
      log.error("authentication failed socket={}", socketId(), t);
      refuse(new Failure(Failure.Code.INTERNAL, "Internal error"));
      return;
    }
    shared.standbys().opened(this);
    if (principal instanceof Principal.Device device) {
      shared.commands().match().came(this, device);
    } else if (principal instanceof Principal.Member member) {
      shared.directory().register(socketId(), member.id());
      if (entrance.serves(RoomKind.CONFERENCE)) {
        tell(RoomKind.CONFERENCE, new Event.Authenticated(member.id()));
      }
    }
  }

  /// A client that is disconnected stays away; one whose connection breaks comes back by itself, as
  /// it should when it was us who could not tell.
  private void refuse(Failure failure) {
    RoomKind refusals = entrance.kindOfRefusals();
    if (failure.code() == Failure.Code.UNAUTHENTICATED) {
      tell(refusals, new Event.Refused("Authentication failed", failure.code().name()));
      socket.disconnect(true);
    } else {
      tell(refusals, new Event.Refused("Service unavailable", failure.code().name()));
      socket.closeSession();
    }
  }

  /// Takes an event of the client; from the socket's event loop.
  void onEvent(String name, Args args, @Nullable Ack ack) {
    EventLimit.Verdict verdict = eventLimit.count(System.nanoTime());
    int length = args.json().length();
    Sent sent = new Sent(name, args, ack, dialectOf(name));
    if (verdict != EventLimit.Verdict.PASS) {
      overLimit(sent, verdict);
    } else if (length > MAX_LENGTH) {
      drop(sent, new Failure(Failure.Code.TOO_LARGE, "The message is too long"));
    } else if (sent.isRelay() && lane.isIdle()) {
      relay(sent);
    } else if (waitingLength.addAndGet(length) > MAX_WAITING_LENGTH) {
      waitingLength.addAndGet(-length);
      drop(sent, new Failure(Failure.Code.RATE_LIMITED, "Too many commands are waiting"));
    } else {
      lane.run(
              () -> {
                handle(sent);
                return name;
              })
          .onComplete(result -> {
            waitingLength.addAndGet(-length);
            if (result.cause() instanceof Failure failure && !lane.isClosed()) {
              drop(sent, failure);
            }
          });
    }
  }

  /// One event too many.
  private void overLimit(Sent sent, EventLimit.Verdict verdict) {
    long retryAfterMs = eventLimit.retryAfterMs(System.nanoTime());
    Failure failure =
        new Failure(Failure.Code.RATE_LIMITED, "Too many events", Math.max(1, retryAfterMs));
    if (verdict != EventLimit.Verdict.REFUSE_QUIETLY) {
      drop(sent, failure);
    } else {
      count(sent, failure.code().name());
      answer(sent, failure);
    }
    if (verdict == EventLimit.Verdict.CUT) {
      socket.expel(CloseReason.FLOOD);
    }
  }

  /// Refuses what was not even looked at.
  private void drop(Sent sent, Failure failure) {
    count(sent, failure.code().name());
    fail(sent, failure);
  }

  private void count(Sent sent, String result) {
    String command = sent.dialect() == null ? "unknown" : sent.name();
    if (sent.dialect() != null && sent.dialect().kind() == RoomKind.PAIR) {
      shared.commands().match().count(command, result);
    }
    shared.metrics().count(Metrics.Total.COMMANDS, "command", command, "result", result);
  }

  /// Passes an event on from the socket's event loop: nothing is before it.
  private void relay(Sent sent) {
    Dialect dialect = Objects.requireNonNull(sent.dialect());
    String result = "OK";
    try {
      requireKnown(dialect);
      shared
          .views()
          .relay(
              this,
              dialect.relay(sent.name(), sent.args()),
              () -> answer(sent.ack(), dialect, Reply.SUCCESS));
    } catch (Failure failure) {
      result = failure.code().name();
      fail(sent, failure);
    }
    count(sent, result);
  }

  private static void answer(@Nullable Ack ack, Dialect dialect, Reply reply) {
    if (ack != null) {
      ack.reply(Args.ofJson(dialect.encode(reply)));
    }
  }

  private void handle(Sent sent) {
    // The dialect may have become clear since.
    Sent now = new Sent(sent.name(), sent.args(), sent.ack(), dialectOf(sent.name()));
    if (now.isRelay()) {
      relay(now);
      return;
    }
    Dialect dialect = now.dialect();
    if (dialect == null) {
      // What nobody defined is no error of anybody: only he who waits for an answer gets one.
      Failure unknown = Failure.invalid("Unknown event");
      answer(now, unknown);
      count(now, unknown.code().name());
      return;
    }
    run(now, dialect, () -> reply(now, dialect));
  }

  /// Runs a command, and answers it.
  private void run(Sent sent, Dialect dialect, Supplier<Reply> command) {
    String result = "OK";
    try {
      Reply reply = command.get();
      if (reply instanceof Reply.Withheld(String roomId)) {
        waiting.computeIfPresent(roomId, (_, waiter) -> waiter.answeredBy(sent.ack()));
      } else {
        answer(sent.ack(), dialect, reply);
      }
    } catch (Failure failure) {
      result = failure.code().name();
      fail(sent, failure);
    } catch (Throwable t) {
      result = Failure.Code.INTERNAL.name();
      log.error("command failed command={} socket={}", sent.name(), socketId(), t);
      fail(sent, new Failure(Failure.Code.INTERNAL, "Internal error"));
    }
    count(sent, result);
  }

  private Reply reply(Sent sent, Dialect dialect) {
    requireKnown(dialect);
    long nowMs = System.nanoTime() / 1_000_000;
    if (dialect.isLimited(sent.name()) && !limiter.allows(nowMs)) {
      throw new Failure(
          Failure.Code.RATE_LIMITED, "Rate limit exceeded", limiter.retryAfterMs(nowMs));
    }
    return shared.commands().run(this, dialect.decode(sent.name(), sent.args().node(0)));
  }

  /// Both manners at once: some clients wait for the ack, others for the event.
  private void fail(Sent sent, Failure failure) {
    answer(sent, failure);
    Dialect dialect = sent.dialect() == null ? dialect() : sent.dialect();
    Dialect.Message complaint = dialect.complaint(sent.name(), sent.args(), failure);
    if (complaint != null) {
      socket.emit(Outgoing.of(dialect, complaint).encoded());
    }
  }

  private void answer(Sent sent, Failure failure) {
    if (sent.ack() != null) {
      Dialect dialect = sent.dialect() == null ? dialect() : sent.dialect();
      sent.ack().fail(failure, Args.ofJson(dialect.encode(failure)));
    }
  }

  /// The joins that wait until a host lets them in, by room id.
  Map<String, Waiting> waiting() {
    return waiting;
  }

  /// A host has let the connection in.
  void joinAgain(Waiting waiter) {
    var _ =
        later(() -> {
          Sent sent = sentBy(waiter);
          Dialect dialect = Objects.requireNonNull(sent.dialect());
          run(sent, dialect, () -> shared.commands().run(this, waiter.join()));
        });
  }

  /// The connection was not let in.
  void turnedAway(Waiting waiter, Failure failure) {
    fail(sentBy(waiter), failure);
  }

  /// The connection waits no longer, and its client knows why.
  void stoppedWaiting(Waiting waiter) {
    answer(sentBy(waiter), new Failure(Failure.Code.CONFLICT, "Join request withdrawn"));
  }

  private static Sent sentBy(Waiting waiter) {
    return new Sent("join-meeting", Args.none(), waiter.ack(), Entrance.of(RoomKind.MEETING));
  }

  /// Tells what belongs to no room.
  void tell(Event event) {
    tell(dialect().kind(), event);
  }

  /// Tells in the words of rooms of a kind.
  void tell(RoomKind kind, Event event) {
    Outgoing outgoing = Outgoing.of(Entrance.of(kind), event);
    if (outgoing != null) {
      // An offset would be taken for the payload where there is none.
      boolean isBare = outgoing.encoded().json().isEmpty();
      socket.emit(outgoing.encoded(), isBare ? Mark.UNKEPT : null);
    }
  }

  /// @param mark of an event that the node which stands by is told, too; null for one of this node
  void tell(Outgoing outgoing, @Nullable Mark mark) {
    socket.emit(outgoing.encoded(), mark);
  }

  /// Runs something after all commands that wait, however many. Fails when the socket is gone.
  Future<?> later(Runnable task) {
    return run(task);
  }

  private Future<?> run(Runnable task) {
    return lane.runOwn(
            () -> {
              task.run();
              return true;
            })
        .onFailure(error -> {
          if (!lane.isClosed() && !isOfNoConcern(error)) {
            log.error("task failed socket={}", socketId(), error);
          }
        });
  }

  /// What a client can bring about by itself, and what the end of the node breaks off, is not worth
  /// a line of the log.
  private static boolean isOfNoConcern(Throwable error) {
    return error instanceof InterruptedException
        || (error instanceof Failure failure
            && (failure.code() == Failure.Code.RATE_LIMITED
                || failure.code() == Failure.Code.CONFLICT));
  }

  /// The connection as it acts in rooms of a kind.
  ///
  /// @param key what it is known by in them
  Rooms.Caller caller(RoomKind kind, String key, String userId, String displayName) {
    String address = socket.handshake().address();
    return new Rooms.Caller(
        kind,
        key,
        userId,
        displayName,
        socketId(),
        shared.node(),
        address.isEmpty() ? null : address);
  }

  /// The one who acts in conferences.
  ///
  /// @throws Failure UNAUTHENTICATED when there is none
  Rooms.Caller member() {
    if (!(principal instanceof Principal.Member member)) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Socket not authenticated");
    }
    return caller(RoomKind.CONFERENCE, member.id(), member.id(), member.displayName());
  }

  /// The connection as a participant of a room; its account, when it is in none of that id.
  Rooms.Caller callerIn(String roomId) {
    Membership in = memberships.get(roomId);
    return in == null ? member() : caller(in.kind(), in.key(), in.userId(), in.displayName());
  }

  void entered(Membership membership) {
    media.forget(membership.roomId());
    memberships.put(membership);
    if (spoken == null) {
      spoken = Entrance.of(membership.kind());
    }
  }

  /// Forgets a room; returns the membership there was.
  @Nullable Membership left(String roomId) {
    media.forget(roomId);
    return memberships.remove(roomId);
  }

  /// A producer of others in a room is no more.
  void producerGone(String roomId, String producerId) {
    media.producerGone(producerId);
    Membership membership = memberships.get(roomId);
    if (membership != null) {
      membership.toldProducers().remove(producerId);
    }
  }

  /// The room has let this connection go: kicked, replaced, or the room closed.
  void released(String roomId) {
    Membership membership = left(roomId);
    if (membership != null && !isStandby()) {
      closeMedia(membership);
    }
  }

  /// Keeps what the store has of it from expiring: the directory's entries, and its rooms.
  void renew() {
    if (isStandby()) {
      return;
    }
    if (principal instanceof Principal.Member member) {
      shared.directory().renew(socketId(), member.id());
    }
    memberships.all().forEach(membership -> shared.rooms().touch(membership.roomId()));
  }

  /// The client's connection is lost, or was on a node that is gone: its media waits for it.
  ///
  /// @param window for which the client is waited for
  void suspended(Duration window) {
    var _ =
        later(() -> {
          long forMs = window.toMillis() + GRACE_MS;
          for (Membership membership : memberships.all()) {
            tellMedia(
                membership, new MediaRequest.SuspendOwner(membership.roomId(), socketId(), forMs));
          }
        });
  }

  /// The client has come back.
  void resumed() {
    var _ =
        later(() -> {
          for (Membership membership : memberships.all()) {
            tellMedia(membership, new MediaRequest.ResumeOwner(membership.roomId(), socketId()));
          }
        });
  }

  /// Closes what the client has on the media node of a room.
  void closeMedia(Membership membership) {
    tellMedia(membership, new MediaRequest.CloseOwner(membership.roomId(), socketId()));
  }

  private void tellMedia(Membership membership, MediaRequest<?> request) {
    if (!membership.mediaNode().isEmpty()) {
      shared.mediaNodes().tell(membership.mediaNode(), request);
    }
  }

  /// Another node has the socket now: forgets it here, without leaving any room.
  void superseded() {
    memberships.clear();
    List.copyOf(waiting.keySet()).forEach(roomId -> shared.lobby().leave(roomId, this));
    shared.standbys().superseded(this);
  }

  /// Refuses what comes before it is known who it is, in conferences from a guest, and and what
  /// belongs to rooms of another kind than the first one.
  private void requireKnown(Dialect dialect) {
    Principal known = principal;
    if (known == null
        || (dialect.kind() == RoomKind.CONFERENCE && !(known instanceof Principal.Member))
        || (dialect.kind() == RoomKind.PAIR && !(known instanceof Principal.Device))) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Socket not authenticated");
    }
    if (known instanceof Principal.Holder && dialect.kind() != RoomKind.CONFERENCE) {
      throw Failure.forbidden("A pass is good for its room only");
    }
    Dialect own = spoken;
    if (own != null && !own.equals(dialect)) {
      throw Failure.invalid("This connection is used for rooms of another kind");
    }
  }

  /// The socket is gone: leaves every room, after all commands that came before.
  Future<?> close() {
    return lane.close(() -> {
      for (Membership membership : List.copyOf(memberships.all())) {
        String roomId = membership.roomId();
        try {
          if (isStandby()) {
            shared.views().detach(roomId, this);
          } else {
            shared.commands().door().leave(this, roomId, LeaveReason.DISCONNECTED);
          }
        } catch (Throwable t) {
          log.error("leaving failed room={} socket={}", roomId, socketId(), t);
        }
      }
      for (String roomId : List.copyOf(waiting.keySet())) {
        try {
          shared.lobby().stopWaiting(roomId, this);
        } catch (Throwable t) {
          log.error("not taken out of those who wait room={} socket={}", roomId, socketId(), t);
        }
      }
      Principal known = principal;
      if (known instanceof Principal.Device device) {
        shared.commands().match().gone(this, device);
      }
      if (known != null && !isStandby()) {
        shared.standbys().closed(this);
      }
      if (known instanceof Principal.Member && !isStandby()) {
        shared.directory().forget(socketId(), known.id()).await();
      }
    });
  }
}
