package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.Identities;
import dev.parley.account.Principal;
import dev.parley.contract.MediaEvent;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config.DialectName;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Json;
import dev.parley.kernel.Links;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Metrics.Level;
import dev.parley.kernel.Metrics.Total;
import dev.parley.kernel.Peers;
import dev.parley.kernel.Redis;
import dev.parley.room.MeetingRooms;
import dev.parley.room.PairRooms;
import dev.parley.room.PassRooms;
import dev.parley.room.Rooms;
import dev.parley.signaling.socketio.Ack;
import dev.parley.signaling.socketio.Admission;
import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.ConnectRefused;
import dev.parley.signaling.socketio.EngineServer;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.Handshake;
import dev.parley.signaling.socketio.Lease;
import dev.parley.signaling.socketio.Recovery;
import dev.parley.signaling.socketio.Socket;
import dev.parley.signaling.socketio.SocketCounters;
import dev.parley.signaling.socketio.SocketHandler;
import dev.parley.signaling.socketio.SocketLimits;
import dev.parley.signaling.socketio.SocketServer;
import dev.parley.signaling.socketio.WebSocketDeflate;
import dev.parley.signaling.tunnel.Tunnels;
import dev.parley.turn.IceServers;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The signaling role of a node: takes sockets from the listeners and events from the bus, and
/// brings both to the connections.
public final class SignalingService {

  private static final Logger log = LoggerFactory.getLogger(SignalingService.class);

  private static final String PATH = "/socket.io/";
  private static final String PLAIN_PATH = "/ws";

  private static final int RENEWAL_SLICES = 180;

  private static final long SWEEP_MS = 2_000;

  private final Vertx vertx;
  private final String node;
  private final Control control;
  private final Bus bus;
  private final Links links;
  private final RoomViews views;
  private final Standbys standbys;
  private final RemoteSockets remote;
  private final Peers peers;
  private final Duration window;
  private final Edge edge = new Edge(null);
  private final SignIn signIn;
  private final MediaNodes mediaNodes;
  private final Absentees absentees;
  private final Commands commands;
  private final Services shared;
  private final EngineSettings settings;
  private final @Nullable WebSocketDeflate deflate;
  private final SocketServer sockets;
  private final Tunnels tunnels;
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();
  private final Set<Future<?>> leaving = ConcurrentHashMap.newKeySet();
  private final MeetingRooms meetings;
  private final PassRooms passRooms;
  private final PairRooms pairs;
  private final Duration sessionTtl;
  private final Rooms rooms;
  private final Duration meetingTtl;
  private int renewals;
  private boolean isSweeping;
  private volatile long sweeps = -1;

  public SignalingService(
      Vertx vertx,
      String node,
      Control control,
      Bus bus,
      Metrics metrics,
      Features.Signaling config,
      Features.Rooms roomConfig,
      Features.Meetings meetingConfig,
      Identities identities,
      Rooms rooms,
      MeetingRooms meetings,
      PassRooms passRooms,
      Redis redis,
      IceServers iceServers,
      Peers peers,
      Links links,
      ForStrangers forStrangers) {
    this.vertx = vertx;
    this.node = node;
    this.control = control;
    this.bus = bus;
    this.links = links;
    this.peers = peers;
    this.meetings = meetings;
    this.passRooms = passRooms;
    this.rooms = rooms;
    this.meetingTtl = meetingConfig.ttl();
    this.pairs = forStrangers.pairs();
    this.sessionTtl = forStrangers.sessionTtl();
    this.signIn =
        new SignIn(
            identities,
            forStrangers.tokens(),
            forStrangers.isBanned(),
            meetingConfig.auth(),
            roomConfig.auth());
    Lobby lobby = new Lobby(rooms, this::later, meetingConfig.approvalTimeout());
    this.views =
        new RoomViews(
            node,
            rooms::read,
            this::later,
            () -> metrics.count(Total.ROOM_REREADS),
            this::standbyOf,
            links,
            meetingConfig.sfuFrom(),
            lobby);
    this.mediaNodes = new MediaNodes(bus, () -> System.nanoTime() / 1_000_000);
    this.window = config.resume().window();
    this.standbys =
        new Standbys(node, links, peers, rooms, views, lobby, mediaNodes, this::later, new Stage());
    this.absentees =
        new Absentees(node, peers, rooms, views, this::later, connections::containsKey);
    RoomDoor door = new RoomDoor(rooms, views, mediaNodes, absentees, this::later);
    this.commands =
        new Commands(
            new RoomCommands(rooms, views, mediaNodes, standbys, door),
            new MeetingCommands(
                rooms,
                meetings,
                door,
                views,
                lobby,
                standbys,
                iceServers,
                meetingConfig.auth(),
                roomConfig.auth()),
            new MatchCommands(
                node, bus, peers, rooms, door, views, standbys, metrics, forStrangers),
            new MediaCommands(rooms, views, mediaNodes, iceServers, node),
            door);
    this.shared =
        new Services(
            node,
            control,
            signIn,
            lobby,
            commands,
            rooms,
            views,
            standbys,
            new SocketDirectory(redis),
            mediaNodes,
            metrics,
            roomConfig.rateLimit(),
            config.eventLimit());
    this.settings =
        new EngineSettings(
                PATH,
                config.pingInterval(),
                config.pingTimeout(),
                config.maxPayload(),
                config.maxQueueBytes())
            .withIdPrefix(Tunnels.prefix(node));
    this.deflate =
        config.deflate().enabled()
            ? new WebSocketDeflate(config.deflate().minBytes(), config.maxPayload())
            : null;
    SocketLimits limits = SocketLimits.defaults().withConnectTimeout(config.connectTimeout());
    Recovery recovery =
        new Recovery(
            window,
            window.plus(config.pingInterval()).plus(config.pingTimeout()),
            config.resume().maxEvents(),
            config.resume().maxBytes(),
            config.resume().maxTotalBytes());
    // Each listener brings its own rules.
    this.sockets =
        new SocketServer(vertx, settings, limits, Admission.open(), recovery)
            .of("/", this::admit)
            .of(MatchDialect.NAMESPACE, this::admit);
    this.tunnels =
        new Tunnels(
            vertx,
            node,
            peers,
            links,
            config.pingInterval().plus(config.pingTimeout()),
            sockets.engine()::session);
    this.remote = new RemoteSockets(node, bus, links, peers, standbys, sockets, this::later);
    var _ = sockets.withElsewhere(remote);
    publish(metrics);
  }

  /// Finds out who a socket is before it joins, where one who is refused must not; else afterwards.
  private Future<SocketHandler> admit(Socket socket) {
    Entrance entrance = Entrance.of(socket);
    if (entrance.dialects().isEmpty()) {
      return Future.failedFuture(new ConnectRefused("Invalid namespace"));
    }
    if (!signIn.refusesConnect(entrance, socket)) {
      return Future.succeededFuture(edge);
    }
    Promise<SocketHandler> admitted = Promise.promise();
    control.run(() -> {
      try {
        admitted.complete(new Edge(signIn.identify(entrance, socket)));
      } catch (Failure failure) {
        if (failure.code() != Failure.Code.UNAUTHENTICATED) {
          // Let in, and cut off when it still cannot be told who it is: so that the client comes
          // back.
          admitted.complete(edge);
          return;
        }
        JsonNode data = Json.MAPPER.createObjectNode().put("code", failure.code().name());
        admitted.fail(new ConnectRefused(failure.text(), data));
      } catch (Throwable t) {
        log.error("authentication failed socket={}", socket.id(), t);
        admitted.fail(new ConnectRefused("Internal error"));
      }
    });
    return admitted.future();
  }

  private @Nullable Connection standbyOf(String socketId) {
    return standbys.ofSocket(socketId);
  }

  private void publish(Metrics metrics) {
    SocketCounters counters = sockets.counters();
    metrics.level(Level.CONNECTIONS, counters::sessionsOpen);
    metrics.level(Level.ROOMS, views::roomCount);
    metrics.level(Level.CARRIED, remote::count);
    metrics.level(Level.STANDBYS, standbys::count);
    metrics.level(Level.PARTICIPANTS, views::participantCount);
    metrics.total(Total.CONNECTIONS, counters::sessionsTotal);
    for (CloseReason reason : CloseReason.values()) {
      metrics.total(
          Total.CONNECTIONS_CLOSED,
          () -> counters.sessionsClosed(reason),
          "reason",
          reason.label());
    }
    metrics.total(Total.EVENTS, counters::eventsIn, "direction", "in");
    metrics.total(Total.EVENTS, counters::eventsOut, "direction", "out");
    metrics.total(Total.SOCKET_BYTES, counters::bytesIn, "direction", "in");
    metrics.total(Total.SOCKET_BYTES, counters::bytesOut, "direction", "out");
  }

  /// Publishes what only concerns strangers, where they are served.
  public void publishStrangers(Metrics metrics) {
    metrics.level(Level.VIDEO_CONNECTIONS, () -> commands.match().count());
    metrics.level(Level.VIDEO_SESSIONS, () -> views.count(RoomKind.PAIR));
  }

  private void later(long delayMs, Runnable task) {
    if (delayMs == 0) {
      control.run(task);
    } else {
      vertx.setTimer(delayMs, _ -> control.run(task));
    }
  }

  /// Begins to listen on the bus; complete when all nodes know.
  public Future<?> open() {
    Promise<@Nullable Void> opened = Promise.promise();
    control.run(() -> {
      Future<?> load = mediaNodes.open();
      Future<?> events =
          bus.listen(RoomEvent.address(node), RoomEvent.class, views::onEvent).completion();
      Future<?> media =
          bus.listen(MediaEvent.address(node), MediaEvent.class, this::onMediaEvent).completion();
      sweeps = vertx.setPeriodic(SWEEP_MS, _ -> control.run(this::sweep));
      if (meetingTtl.compareTo(SocketDirectory.RENEWAL.multipliedBy(2)) < 0) {
        // What each connection renews would come too late.
        vertx.setPeriodic(meetingTtl.toMillis() / 3, _ -> views.roomIds().forEach(rooms::touch));
      }
      vertx.setPeriodic(sessionTtl.toMillis() / 4, _ -> views.each(RoomKind.PAIR, pairs::touch));
      vertx.setPeriodic(QueueNews.EVERY_MS, _ -> control.run(() -> commands.match().tellNews()));
      vertx.setPeriodic(SocketDirectory.RENEWAL.toMillis() / RENEWAL_SLICES, _ -> renew());
      absentees.open();
      Future<?> strangers = commands.match().open(connections::get);
      Future.join(load, events, media, strangers, links.open(), remote.open())
          .<@Nullable Void>mapEmpty()
          .onComplete(opened);
    });
    return opened.future();
  }

  /// Renews one slice of the connections, so that the store does not get all at once.
  private void renew() {
    int slice = renewals++ % RENEWAL_SLICES;
    connections.forEach((id, connection) -> {
      if (Math.floorMod(id.hashCode(), RENEWAL_SLICES) == slice) {
        connection.renew();
      }
    });
  }

  /// Ends the meetings and the rooms for passes that everyone has gone from.
  private void sweep() {
    if (!isSweeping) {
      isSweeping = true;
      try {
        meetings.sweep().forEach(absentees::doubt);
        passRooms.sweep().forEach(absentees::doubt);
      } catch (Throwable t) {
        log.debug("rooms not looked at error={}", t.toString());
      } finally {
        isSweeping = false;
      }
    }
  }

  private void onMediaEvent(MediaEvent event) {
    Connection connection = connections.get(event.owner());
    if (connection == null) {
      return;
    }
    switch (event) {
      case MediaEvent.TransportClosed e ->
          connection.later(
              () -> commands.media().transportClosed(connection, e.transportId(), e.reason()));
      case MediaEvent.ProducerClosed e ->
          connection.later(() -> commands.media().producerClosed(connection, e.producerId()));
      case MediaEvent.ConsumerLayersChanged e ->
          connection.tell(
              new Event.LayersChanged(e.consumerId(), e.spatialLayer(), e.temporalLayer()));
    }
  }

  /// Sets what a listener's HTTP server needs.
  public void prepare(HttpServerOptions options) {
    var _ = EngineServer.prepare(options, settings);
    if (deflate != null) {
      var _ = deflate.prepare(options);
    }
  }

  /// Takes a new connection of a listener; from its server's connection handler.
  public void accept(HttpConnection connection) {
    if (deflate != null) {
      deflate.install(connection);
    }
  }

  /// Whether a request is for this role.
  ///
  /// @param basePath put before every path of the listener
  public boolean takes(HttpServerRequest request, String basePath) {
    String path = request.path();
    return path != null
        && path.startsWith(basePath)
        && (path.startsWith(PATH, basePath.length()) || isPlain(path, basePath));
  }

  private static boolean isPlain(String path, String basePath) {
    return path.length() == basePath.length() + PLAIN_PATH.length() && path.endsWith(PLAIN_PATH);
  }

  /// Whether a request that `takes` has claimed is of a plain client, whose sessions have no ids.
  public boolean isPlain(HttpServerRequest request) {
    String path = request.path();
    return path != null && path.endsWith(PLAIN_PATH) && !path.contains(PATH);
  }

  /// Answers a request that `takes` has claimed.
  ///
  /// @param dialects that are spoken on the listener
  /// @param origins whether a page of an `Origin` may make the request
  /// @param address IP address of the client
  /// @param lease the place of the session that comes of it
  public void handle(
      HttpServerRequest request,
      List<DialectName> dialects,
      BiPredicate<HttpServerRequest, @Nullable String> origins,
      String address,
      Lease lease) {
    Admission rules =
        new Admission(
            origin -> origins.test(request, origin), _ -> null, lease, Entrance.word(dialects));
    if (isPlain(request)) {
      sockets.plain().handle(request, rules, address);
    } else {
      sockets.engine().handle(request, rules, address, tunnels);
    }
  }

  /// Closes all connections; complete when those whom no other node stands by for have left their
  /// rooms.
  public Future<?> close() {
    vertx.cancelTimer(sweeps);
    return sockets
        .close()
        .compose(_ -> {
          List<Future<?>> ends = new ArrayList<>();
          remote.close();
          // In this order: a connection is among the leaving before it is none of these any more.
          connections
              .values()
              .forEach(connection -> {
                if (!connection.isStandby() && !peers.isAlive(connection.standby())) {
                  ends.add(connection.close());
                }
              });
          ends.addAll(leaving);
          // Whom others stand by for is theirs: what ends here later must not leave any room.
          connections.clear();
          peers.leave();
          return ends.isEmpty() ? Future.succeededFuture() : Future.join(ends);
        });
  }

  /// What stands by for sockets of other nodes.
  private final class Stage implements Standbys.Stage {

    @Override
    public Connection standBy(Standbys.Opened opened, String owner) {
      MultiMap none = MultiMap.caseInsensitiveMultiMap();
      Handshake handshake =
          new Handshake("", none, none, opened.address(), false, opened.entrance());
      Socket socket =
          sockets.standBy(edge, handshake, opened.namespace(), opened.socketId(), opened.pid());
      Connection connection = new Connection(shared, socket, opened.principal(), owner);
      connections.put(socket.id(), connection);
      return connection;
    }

    @Override
    public @Nullable Connection find(String socketId) {
      return connections.get(socketId);
    }

    @Override
    public List<Connection> owned() {
      return connections.values().stream().filter(c -> !c.isStandby()).toList();
    }

    @Override
    public void promoted(Connection connection) {
      connection.suspended(window);
      if (connection.principal() instanceof Principal.Device device) {
        commands.match().promoted(connection, device);
      }
    }

    @Override
    public void moved(Connection connection) {
      if (connection.principal() instanceof Principal.Device device) {
        commands.match().moved(connection, device);
      }
    }

    @Override
    public void forget(Connection connection) {
      connections.remove(connection.socketId(), connection);
      if (connection.principal() instanceof Principal.Device device) {
        commands.match().forget(connection, device);
      }
      connection.socket().cede();
    }
  }

  /// Connections of the default namespace.
  private final class Edge implements SocketHandler {

    private final @Nullable Principal known;

    /// @param known who the socket is; null when that has to be found out
    Edge(@Nullable Principal known) {
      this.known = known;
    }

    @Override
    public Future<Void> onConnected(Socket socket) {
      Connection connection =
          known == null
              ? new Connection(shared, socket)
              : new Connection(shared, socket, known, "");
      connections.put(socket.id(), connection);
      connection.open();
      return Future.succeededFuture();
    }

    @Override
    public void onEvent(Socket socket, String name, Args args, @Nullable Ack ack) {
      Connection connection = connections.get(socket.id());
      if (connection != null) {
        connection.onEvent(name, args, ack);
      }
    }

    @Override
    public void onDelivered(Socket socket, String offset) {
      Connection connection = connections.get(socket.id());
      if (connection != null) {
        standbys.delivered(connection, offset);
      }
    }

    @Override
    public void onSuspended(Socket socket, CloseReason reason) {
      Connection connection = connections.get(socket.id());
      if (connection != null && !socket.isConnected()) {
        connection.suspended(window);
      }
    }

    @Override
    public void onResumed(Socket socket) {
      Connection connection = connections.get(socket.id());
      if (connection != null) {
        connection.resumed();
      }
    }

    @Override
    public void onDisconnect(Socket socket, CloseReason reason) {
      Connection connection = connections.get(socket.id());
      if (connection != null) {
        Future<?> left = connection.close();
        leaving.add(left);
        left.onComplete(_ -> leaving.remove(left));
        connections.remove(socket.id());
      }
    }
  }
}
