package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.Accounts;
import dev.parley.account.Principal;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.kernel.Config;
import dev.parley.kernel.Control;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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

  /// What all connections of a node share.
  ///
  /// @param node id of this node
  record Shared(
      String node,
      Control control,
      Accounts accounts,
      Commands commands,
      RoomViews views,
      Standbys standbys,
      SocketDirectory directory,
      MediaNodes mediaNodes,
      Metrics metrics,
      Config.RateLimit rateLimit,
      Config.Bucket eventLimit) {}

  /// What a client that comes back in the last moment has to check its way to its media again.
  private static final long GRACE_MS = 10_000;

  private final Shared shared;
  private final Socket socket;
  private final Dialect dialect;
  private final Lane lane;
  private final RateLimiter limiter;
  private final EventLimit eventLimit;
  private final AtomicInteger waitingLength = new AtomicInteger();
  private final OwnMedia media = new OwnMedia();
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>(2);
  private volatile Principal.@Nullable User user;
  private volatile String owner = "";
  private volatile String standby = "";

  Connection(Shared shared, Socket socket, Dialect dialect) {
    this.shared = shared;
    this.socket = socket;
    this.dialect = dialect;
    this.lane = new Lane(shared.control().context(), MAX_WAITING);
    this.limiter = new RateLimiter(shared.rateLimit());
    this.eventLimit = new EventLimit(shared.eventLimit());
  }

  /// Stands by for a connection of another node.
  Connection(Shared shared, Socket socket, Dialect dialect, Principal.User user, String owner) {
    this(shared, socket, dialect);
    this.user = user;
    this.owner = owner;
  }

  String socketId() {
    return socket.id();
  }

  Socket socket() {
    return socket;
  }

  /// Who it is; null until it has been proven.
  Principal.@Nullable User user() {
    return user;
  }

  /// The node that owns the socket; empty when it is this one.
  String owner() {
    return owner;
  }

  /// Whether another node owns the socket, and this one only keeps up with it.
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

  Collection<Membership> memberships() {
    return memberships.values();
  }

  Dialect dialect() {
    return dialect;
  }

  OwnMedia media() {
    return media;
  }

  /// Proves who it is; commands that come meanwhile wait in the lane.
  void open() {
    run(this::authenticate);
  }

  private void authenticate() {
    try {
      user = shared.accounts().authenticate(token());
    } catch (Failure failure) {
      refuse(failure);
      return;
    } catch (Throwable t) {
      log.error("authentication failed socket={}", socketId(), t);
      refuse(new Failure(Failure.Code.INTERNAL, "Internal error"));
      return;
    }
    Principal.User proven = user;
    shared.directory().register(socketId(), proven.id());
    shared.standbys().opened(this);
    tell(new Event.Authenticated(proven.id()));
  }

  /// A client that the server disconnects stays away for good; one whose connection breaks comes
  /// back by itself, as it should when it was us who could not tell.
  private void refuse(Failure failure) {
    if (failure.code() == Failure.Code.UNAUTHENTICATED) {
      tell(new Event.Refused("Authentication failed", failure.code().name()));
      socket.disconnect(true);
    } else {
      tell(new Event.Refused("Service unavailable", failure.code().name()));
      socket.closeSession();
    }
  }

  private String token() {
    String given = socket.auth().path("token").asText("");
    if (given.isEmpty()) {
      String header = socket.handshake().header("authorization");
      given = header == null ? "" : header;
    }
    return given.startsWith("Bearer ") ? given.substring("Bearer ".length()) : given;
  }

  /// Takes an event of the client; from the socket's event loop.
  void onEvent(String name, Args args, @Nullable Ack ack) {
    EventLimit.Verdict verdict = eventLimit.count(System.nanoTime());
    int length = args.json().length();
    if (verdict != EventLimit.Verdict.PASS) {
      overLimit(name, ack, verdict);
    } else if (length > MAX_LENGTH) {
      drop(name, new Failure(Failure.Code.TOO_LARGE, "The message is too long"), ack);
    } else if (dialect.isRelay(name) && lane.isIdle()) {
      relay(name, args, ack);
    } else if (waitingLength.addAndGet(length) > MAX_WAITING_LENGTH) {
      waitingLength.addAndGet(-length);
      drop(name, new Failure(Failure.Code.RATE_LIMITED, "Too many commands are waiting"), ack);
    } else {
      lane.run(
              () -> {
                handle(name, args, ack);
                return name;
              })
          .onComplete(result -> {
            waitingLength.addAndGet(-length);
            if (result.cause() instanceof Failure failure && !lane.isClosed()) {
              drop(name, failure, ack);
            }
          });
    }
  }

  /// One event too many.
  private void overLimit(String name, @Nullable Ack ack, EventLimit.Verdict verdict) {
    long retryAfterMs = eventLimit.retryAfterMs(System.nanoTime());
    Failure failure =
        new Failure(Failure.Code.RATE_LIMITED, "Too many events", Math.max(1, retryAfterMs));
    if (verdict != EventLimit.Verdict.REFUSE_QUIETLY) {
      drop(name, failure, ack);
    } else {
      count(name, failure.code().name());
      if (ack != null) {
        ack.fail(failure, Args.ofJson(dialect.encode(failure)));
      }
    }
    if (verdict == EventLimit.Verdict.CUT) {
      socket.expel(CloseReason.FLOOD);
    }
  }

  /// Refuses a command that was not even looked at.
  private void drop(String name, Failure failure, @Nullable Ack ack) {
    count(name, failure.code().name());
    fail(failure, ack);
  }

  private void count(String name, String result) {
    String command = dialect.knows(name) ? name : "unknown";
    shared.metrics().count(Metrics.Total.COMMANDS, "command", command, "result", result);
  }

  /// Passes an event on from the socket's event loop: nothing is before it.
  private void relay(String name, Args args, @Nullable Ack ack) {
    String result = "OK";
    try {
      requireUser();
      shared
          .views()
          .relay(
              this,
              dialect.relay(name, args),
              () -> {
                if (ack != null) {
                  ack.reply(Args.ofJson(dialect.encode(Reply.SUCCESS)));
                }
              });
    } catch (Failure failure) {
      result = failure.code().name();
      fail(failure, ack);
    }
    count(name, result);
  }

  private void handle(String name, Args args, @Nullable Ack ack) {
    if (dialect.isRelay(name)) {
      relay(name, args, ack);
      return;
    }
    String result = "OK";
    boolean isKnown = dialect.knows(name);
    try {
      Reply reply = reply(name, isKnown, args.node(0));
      if (ack != null) {
        ack.reply(Args.ofJson(dialect.encode(reply)));
      }
    } catch (Failure failure) {
      result = failure.code().name();
      // What nobody defined is no error of anybody: only he who waits for an answer gets one.
      if (isKnown) {
        fail(failure, ack);
      } else if (ack != null) {
        ack.fail(failure, Args.ofJson(dialect.encode(failure)));
      }
    } catch (Throwable t) {
      result = Failure.Code.INTERNAL.name();
      log.error("command failed command={} socket={}", name, socketId(), t);
      fail(new Failure(Failure.Code.INTERNAL, "Internal error"), ack);
    }
    count(name, result);
  }

  private Reply reply(String name, boolean isKnown, JsonNode payload) {
    if (!isKnown) {
      throw Failure.invalid("Unknown event");
    }
    requireUser();
    long nowMs = System.nanoTime() / 1_000_000;
    if (dialect.isLimited(name) && !limiter.allows(nowMs)) {
      throw new Failure(
          Failure.Code.RATE_LIMITED, "Rate limit exceeded", limiter.retryAfterMs(nowMs));
    }
    return shared.commands().run(this, dialect.decode(name, payload));
  }

  /// Both manners at once: some clients wait for the ack, others for the event.
  private void fail(Failure failure, @Nullable Ack ack) {
    if (ack != null) {
      ack.fail(failure, Args.ofJson(dialect.encode(failure)));
    }
    tell(new Event.Failed(failure.text(), failure.code().name(), failure.retryAfterMs()));
  }

  void tell(Event event) {
    socket.emit(Outgoing.of(dialect, event).encoded());
  }

  /// @param mark of an event that the node which stands by is told as well
  void tell(Outgoing outgoing, Mark mark) {
    socket.emit(outgoing.encoded(), mark);
  }

  /// Runs something after the command that is running and those that wait, however many these are.
  /// Fails when the socket is gone.
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

  /// The identity that acts. Only after it was proven.
  Rooms.Caller caller() {
    Principal.User proven = requireUser();
    String address = socket.handshake().address();
    return new Rooms.Caller(proven, socketId(), shared.node(), address.isEmpty() ? null : address);
  }

  @Nullable Membership membership(String roomId) {
    return memberships.get(roomId);
  }

  void entered(Membership membership) {
    media.forget(membership.roomId());
    memberships.put(membership.roomId(), membership);
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
      shared
          .mediaNodes()
          .tell(membership.mediaNode(), new MediaRequest.CloseOwner(roomId, socketId()));
    }
  }

  /// Keeps the directory's entries from expiring.
  void renew() {
    Principal.User known = user;
    if (known != null && !isStandby()) {
      shared.directory().renew(socketId(), known.id());
    }
  }

  /// The client's connection is lost, or was on a node that is gone: its media waits for it.
  ///
  /// @param window for which the client is waited for
  void suspended(Duration window) {
    var _ =
        later(() -> {
          long forMs = window.toMillis() + GRACE_MS;
          for (Membership membership : memberships.values()) {
            tellMedia(
                membership, new MediaRequest.SuspendOwner(membership.roomId(), socketId(), forMs));
          }
        });
  }

  /// The client has come back.
  void resumed() {
    var _ =
        later(() -> {
          for (Membership membership : memberships.values()) {
            tellMedia(membership, new MediaRequest.ResumeOwner(membership.roomId(), socketId()));
          }
        });
  }

  private void tellMedia(Membership membership, MediaRequest<?> request) {
    if (!membership.mediaNode().isEmpty()) {
      shared.mediaNodes().tell(membership.mediaNode(), request);
    }
  }

  /// Another node has the socket now: forgets it here, without leaving any room.
  void superseded() {
    memberships.clear();
    shared.standbys().superseded(this);
  }

  private Principal.User requireUser() {
    Principal.User proven = user;
    if (proven == null) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Socket not authenticated");
    }
    return proven;
  }

  /// The socket is gone: leaves every room, after all commands that came before.
  Future<?> close() {
    return lane.close(() -> {
      for (String roomId : List.copyOf(memberships.keySet())) {
        try {
          if (isStandby()) {
            shared.views().detach(roomId, this);
          } else {
            shared.commands().rooms().leave(this, roomId, LeaveReason.DISCONNECTED);
          }
        } catch (Throwable t) {
          log.error("leaving failed room={} socket={}", roomId, socketId(), t);
        }
      }
      Principal.User known = user;
      if (known != null && !isStandby()) {
        shared.standbys().closed(this);
        shared.directory().forget(socketId(), known.id()).await();
      }
    });
  }
}
