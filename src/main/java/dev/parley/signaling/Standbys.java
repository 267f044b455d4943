package dev.parley.signaling;

import dev.parley.account.Principal;
import dev.parley.contract.JoinRequest;
import dev.parley.contract.LinkKind;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.Participant;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Frame;
import dev.parley.kernel.Json;
import dev.parley.kernel.Links;
import dev.parley.kernel.Peers;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.Socket;
import dev.parley.signaling.socketio.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sockets that outlive their node: for each connection of this node another node stands by, which
/// hears of everything the socket is told at the same time; and this node stands by for those of
/// others. When an owner is gone, who stands by becomes the owner and waits for the client.
///
/// Frames to the one that stands by: a socket opened, what room it entered, what it was told
/// before, what room it waits in front of, a socket closed. All else it learns as it would for a
/// client of its own. Confined to the signaling context, unless said otherwise.
final class Standbys {

  private static final Logger log = LoggerFactory.getLogger(Standbys.class);

  private static final int OPENED = 1;
  private static final int ENTERED = 2;
  private static final int TOLD = 3;
  private static final int CLOSED = 4;
  private static final int DELIVERED = 5;
  private static final int WAITS = 6;

  private static final long RETRY_MS = 1_000;

  /// Makes and ends what stands by; the signaling service.
  interface Stage {
    /// A connection that stands by for `owner`'s.
    Connection standBy(Opened opened, String owner);

    /// Whether a connection of this socket id is here, of whatever kind.
    @Nullable Connection find(String socketId);

    /// The connections of this node's own clients.
    List<Connection> owned();

    /// The connection is the client's own now.
    void promoted(Connection connection);

    /// A connection of this node has another to stand by for it.
    void moved(Connection connection);

    /// Forgets a connection without its leaving anything.
    void forget(Connection connection);
  }

  /// What is told of a socket when it opens.
  ///
  /// @param pid the secret the client knows it by
  /// @param address IP address of the client
  /// @param entrance where it came in
  record Opened(
      String socketId,
      String pid,
      String namespace,
      String address,
      Principal principal,
      String entrance) {}

  private final String node;
  private final Links links;
  private final Peers peers;
  private final Rooms rooms;
  private final RoomViews views;
  private final Lobby lobby;
  private final MediaNodes mediaNodes;
  private final RoomViews.Scheduler scheduler;
  private final Stage stage;
  private final Map<String, Connection> bySocket = new ConcurrentHashMap<>();
  private final Map<String, Connection> byPid = new ConcurrentHashMap<>();

  Standbys(
      String node,
      Links links,
      Peers peers,
      Rooms rooms,
      RoomViews views,
      Lobby lobby,
      MediaNodes mediaNodes,
      RoomViews.Scheduler scheduler,
      Stage stage) {
    this.node = node;
    this.links = links;
    this.peers = peers;
    this.rooms = rooms;
    this.views = views;
    this.lobby = lobby;
    this.mediaNodes = mediaNodes;
    this.scheduler = scheduler;
    this.stage = stage;
    links.receive(LinkKind.STANDBY, (from, frame) -> receive(from, frame));
    peers.onLeft(this::onNodeLeft);
    peers.onJoined(_ -> onNodeJoined());
  }

  /// The connection that this node stands by with for a socket. From any thread.
  @Nullable Connection ofSocket(String socketId) {
    return bySocket.get(socketId);
  }

  /// The same by the secret its client knows it by. From any thread.
  @Nullable Connection ofPid(String pid) {
    return byPid.get(pid);
  }

  /// Connections of others that this node stands by for. From any thread.
  int count() {
    return bySocket.size();
  }

  /// Who is to stand by for a socket: each node for its share, and the same one whoever asks.
  private String choose(String socketId) {
    Set<String> nodes = peers.withRole(Config.Role.SIGNALING);
    String chosen = "";
    int best = 0;
    for (String each : nodes) {
      int weight = (each + socketId).hashCode() * 0x9E3779B1;
      if (!each.equals(node) && (chosen.isEmpty() || weight > best)) {
        chosen = each;
        best = weight;
      }
    }
    return chosen;
  }

  /// A client has proven who it is: from now on its socket can be taken over.
  void opened(Connection connection) {
    connection.setStandby(choose(connection.socketId()));
    sendOpened(connection);
  }

  private void sendOpened(Connection connection) {
    Socket socket = connection.socket();
    String pid = socket.pid();
    Principal principal = connection.principal();
    if (pid == null || principal == null || connection.standby().isEmpty()) {
      return;
    }
    Opened opened =
        new Opened(
            socket.id(),
            pid,
            socket.namespace(),
            socket.handshake().address(),
            principal,
            connection.entrance().word());
    send(connection, out -> out.octet(OPENED).text(Json.write(opened)));
  }

  /// A connection has joined a room, which is `state` since.
  void entered(Connection connection, RoomState state) {
    if (connection.socket().pid() == null) {
      return;
    }
    Participant participant = state.bySocket(connection.socketId());
    if (participant == null) {
      return;
    }
    String from = participant.node();
    if (!from.equals(node) || !participant.standby().equals(connection.standby())) {
      var _ = connection.later(() -> move(connection, state.roomId(), from));
    } else if (!connection.standby().isEmpty()) {
      sendEntered(connection, state);
    }
  }

  /// Everything the socket was told of late, where the other node cannot have heard of it by
  /// itself.
  void told(Connection connection) {
    if (!connection.standby().isEmpty() && connection.socket().pid() != null) {
      Told told = connection.socket().told();
      send(connection, out -> told.writeTo(out.octet(TOLD).text(connection.socketId())));
    }
  }

  private void sendEntered(Connection connection, RoomState state) {
    send(connection, out -> out.octet(ENTERED).text(connection.socketId()).text(Json.write(state)));
  }

  /// A connection waits in front of a room until a host lets it in.
  void waits(Connection connection, String roomId, JoinRequest request) {
    if (connection.socket().pid() != null && !request.standby().equals(connection.standby())) {
      var _ = connection.later(() -> moveWaiting(connection, roomId, node));
    }
    sendWaits(connection, roomId, request);
  }

  private void sendWaits(Connection connection, String roomId, JoinRequest request) {
    if (connection.socket().pid() != null && !connection.standby().isEmpty()) {
      send(
          connection,
          out ->
              out.octet(WAITS).text(connection.socketId()).text(roomId).text(Json.write(request)));
    }
  }

  private void onWaits(String socketId, String roomId, JoinRequest request) {
    Connection connection = bySocket.get(socketId);
    if (connection != null && connection.isStandby()) {
      lobby.wait(roomId, connection, Waiting.of(roomId, request));
    }
  }

  /// The client of a connection has got what it was told up to an offset. From any thread.
  void delivered(Connection connection, String offset) {
    if (!connection.standby().isEmpty()) {
      send(connection, out -> out.octet(DELIVERED).text(connection.socketId()).text(offset));
    }
  }

  /// A connection has ended for good.
  void closed(Connection connection) {
    if (!connection.standby().isEmpty()) {
      send(connection, out -> out.octet(CLOSED).text(connection.socketId()));
    }
  }

  /// Another node owns a connection, or stands by for it, in this one's place.
  void superseded(Connection connection) {
    forget(connection);
    scheduler.later(0, () -> stage.forget(connection));
  }

  private void forget(Connection connection) {
    bySocket.remove(connection.socketId(), connection);
    String pid = connection.socket().pid();
    if (pid != null) {
      byPid.remove(pid, connection);
    }
  }

  private void send(Connection connection, Frame.Body body) {
    links.send(connection.standby(), LinkKind.STANDBY, body);
  }

  private void receive(String from, Frame frame) {
    switch (frame.octet()) {
      case OPENED -> {
        Opened opened = Json.read(frame.text(), Opened.class);
        scheduler.later(0, () -> onOpened(from, opened));
      }
      case ENTERED -> {
        String socketId = frame.text();
        RoomState state = Json.read(frame.text(), RoomState.class);
        scheduler.later(0, () -> onEntered(socketId, state));
      }
      case TOLD -> {
        String socketId = frame.text();
        Told told = Told.read(frame);
        scheduler.later(0, () -> onTold(socketId, told));
      }
      case DELIVERED -> {
        Connection connection = bySocket.get(frame.text());
        if (connection != null && connection.isStandby()) {
          connection.socket().forget(frame.text());
        }
      }
      case WAITS -> {
        String socketId = frame.text();
        String roomId = frame.text();
        JoinRequest request = Json.read(frame.text(), JoinRequest.class);
        scheduler.later(0, () -> onWaits(socketId, roomId, request));
      }
      case CLOSED -> {
        String socketId = frame.text();
        scheduler.later(0, () -> onClosed(from, socketId));
      }
      default -> log.debug("standby frame of unknown kind node={}", from);
    }
  }

  private void onOpened(String owner, Opened opened) {
    Connection known = stage.find(opened.socketId());
    if (known != null && !known.isStandby()) {
      // Told by an owner who does not know yet that this node has taken over.
      return;
    }
    if (known != null) {
      end(known);
    }
    Connection connection = stage.standBy(opened, owner);
    bySocket.put(opened.socketId(), connection);
    byPid.put(opened.pid(), connection);
  }

  private void onEntered(String socketId, RoomState state) {
    Connection connection = bySocket.get(socketId);
    if (connection != null && connection.isStandby()) {
      views.standIn(connection, state);
    }
  }

  private void onTold(String socketId, Told told) {
    Connection connection = bySocket.get(socketId);
    if (connection != null && connection.isStandby()) {
      connection.socket().fill(told);
    }
  }

  private void onClosed(String from, String socketId) {
    Connection connection = bySocket.get(socketId);
    if (connection != null && connection.isStandby() && connection.owner().equals(from)) {
      end(connection);
    }
  }

  private void end(Connection connection) {
    List.copyOf(connection.waiting().keySet()).forEach(roomId -> lobby.leave(roomId, connection));
    for (Membership membership : List.copyOf(connection.memberships().all())) {
      views.detach(membership.roomId(), connection);
    }
    forget(connection);
    stage.forget(connection);
  }

  private void onNodeLeft(String gone) {
    for (Connection connection : List.copyOf(bySocket.values())) {
      if (connection.owner().equals(gone)) {
        promote(connection);
      }
    }
    List<Connection> bare = new ArrayList<>();
    for (Connection connection : stage.owned()) {
      if (connection.standby().equals(gone)) {
        bare.add(connection);
      }
    }
    arrangeAll(bare);
    links.forget(gone);
  }

  private void onNodeJoined() {
    List<Connection> bare = new ArrayList<>();
    for (Connection connection : stage.owned()) {
      if (connection.standby().isEmpty() && connection.principal() != null) {
        bare.add(connection);
      }
    }
    arrangeAll(bare);
  }

  /// One after the other, so that the store does not get all at once.
  private void arrangeAll(List<Connection> bare) {
    scheduler.later(
        0,
        () -> {
          for (Connection connection : bare) {
            connection.later(() -> arrange(connection, node)).otherwiseEmpty().await();
          }
        });
  }

  /// Makes a connection this node has stood by for its own: the owner is gone. Does nothing when it
  /// was done before.
  void promote(Connection connection) {
    if (!connection.isStandby()) {
      return;
    }
    forget(connection);
    String gone = connection.promote();
    log.info("socket taken over socket={} from={}", connection.socketId(), gone);
    connection.memberships().all().forEach(_ -> views.promoted());
    stage.promoted(connection);
    connection.socket().await(CloseReason.TRANSPORT_CLOSE);
    var _ = connection.later(() -> arrange(connection, gone));
  }

  /// Finds another to stand by for a connection and tells it everything. Waits; on the connection's
  /// lane.
  ///
  /// @param from node that the rooms know the socket on
  private void arrange(Connection connection, String from) {
    if (connection.isStandby()) {
      return;
    }
    connection.setStandby(choose(connection.socketId()));
    sendOpened(connection);
    stage.moved(connection);
    for (Map.Entry<String, Waiting> each : Map.copyOf(connection.waiting()).entrySet()) {
      sendWaits(connection, each.getKey(), each.getValue().request());
      moveWaiting(connection, each.getKey(), from);
    }
    for (Membership membership : List.copyOf(connection.memberships().all())) {
      move(connection, membership.roomId(), from);
    }
    told(connection);
  }

  /// Tells a room where a participant is now, and who stands by. Tried until the store answers. On
  /// the connection's lane.
  private void move(Connection connection, String roomId, String from) {
    if (connection.memberships().get(roomId) == null) {
      return;
    }
    RoomState state;
    try {
      state = rooms.move(connection.callerIn(roomId), roomId, from, connection.standby());
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.UNAVAILABLE) {
        scheduler.later(RETRY_MS, () -> connection.later(() -> move(connection, roomId, from)));
      }
      return;
    }
    if (state == null) {
      return;
    }
    if (!connection.standby().isEmpty()) {
      sendEntered(connection, state);
    }
    String mediaNode = state.mediaNode();
    Membership membership = connection.memberships().get(roomId);
    if (membership != null && mediaNode != null && membership.mediaNode().isEmpty()) {
      // The room may have needed one only after this node got to know it.
      connection.memberships().replace(membership.on(mediaNode));
    }
    if (!from.equals(node) && mediaNode != null) {
      adopt(connection, roomId, mediaNode);
    }
  }

  /// The same for a room that the connection waits in front of.
  private void moveWaiting(Connection connection, String roomId, String from) {
    Waiting waiter = connection.waiting().get(roomId);
    if (waiter == null) {
      return;
    }
    try {
      var _ = rooms.move(waiter.caller(connection), roomId, from, connection.standby());
    } catch (Failure failure) {
      if (failure.code() == Failure.Code.UNAVAILABLE) {
        scheduler.later(
            RETRY_MS, () -> connection.later(() -> moveWaiting(connection, roomId, from)));
      }
    }
  }

  /// Lets the media node know who owns the socket now, and learns what the client has there.
  private void adopt(Connection connection, String roomId, String mediaNode) {
    try {
      MediaRequest.OwnerAdopted owned =
          mediaNodes.ask(
              mediaNode, new MediaRequest.AdoptOwner(roomId, connection.socketId(), node));
      connection.media().adopt(roomId, owned);
    } catch (Failure failure) {
      log.warn(
          "media of a socket not adopted socket={} room={} error={}",
          connection.socketId(),
          roomId,
          failure.text());
    }
  }
}
