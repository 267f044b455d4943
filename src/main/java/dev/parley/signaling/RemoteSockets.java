package dev.parley.signaling;

import dev.parley.contract.LinkKind;
import dev.parley.contract.SocketRequest;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Frame;
import dev.parley.kernel.Ids;
import dev.parley.kernel.Links;
import dev.parley.kernel.Peers;
import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.Elsewhere;
import dev.parley.signaling.socketio.Inbox;
import dev.parley.signaling.socketio.Socket;
import dev.parley.signaling.socketio.SocketServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Clients that are connected to one node while their socket is owned by another, since they came
/// back to wherever they were sent: finds the owner, and carries packets between the two.
///
/// From any thread, unless said otherwise.
final class RemoteSockets implements Elsewhere {

  /// To the node that has the client's connection.
  static final int TO_CLIENT = 1;

  /// To the node that owns the socket.
  private static final int TO_OWNER = 2;

  private static final int EVENT = 1;
  private static final int ACK = 2;
  private static final int GONE = 3;

  /// A node that does not answer in this time is not waited for.
  private static final Duration CLAIM_PATIENCE = Duration.ofMillis(1_500);

  /// An owner that does not answer in this time is taken for dead.
  private static final Duration PING_PATIENCE = Duration.ofMillis(500);

  private record Visitor(Elsewhere.Client client, String owner) {}

  private final String node;
  private final Bus bus;
  private final Links links;
  private final Peers peers;
  private final Standbys standbys;
  private final SocketServer sockets;
  private final RoomViews.Scheduler scheduler;
  private volatile boolean isClosed;
  private final Map<String, Visitor> visitors = new ConcurrentHashMap<>();
  private final Map<String, RemoteCarrier> carriers = new ConcurrentHashMap<>();

  RemoteSockets(
      String node,
      Bus bus,
      Links links,
      Peers peers,
      Standbys standbys,
      SocketServer sockets,
      RoomViews.Scheduler scheduler) {
    this.node = node;
    this.bus = bus.register(SocketRequest.class);
    this.links = links;
    this.peers = peers;
    this.standbys = standbys;
    this.sockets = sockets;
    this.scheduler = scheduler;
    links.receive(LinkKind.CARRIER, this::receive);
    peers.onLeft(this::onNodeLeft);
  }

  /// Begins to answer; on the signaling context.
  Future<?> open() {
    return bus.serve(SocketRequest.address(node), SocketRequest.class, this::answer).completion();
  }

  private Record answer(SocketRequest<?> request) {
    return switch (request) {
      case SocketRequest.Ping _ -> pong();
      case SocketRequest.Claim claim -> new SocketRequest.Claimed(give(claim));
    };
  }

  private SocketRequest.Pong pong() {
    if (isClosed) {
      throw Failure.unavailable("the node is closing");
    }
    return new SocketRequest.Pong();
  }

  /// Gives a socket to a client of another node, if it is owned here, or its owner is no more.
  /// Waits.
  private boolean give(SocketRequest.Claim claim) {
    if (isClosed) {
      return false;
    }
    Connection standby = standbys.ofPid(claim.pid());
    if (standby != null && standby.isStandby()) {
      if (isThere(standby.owner())) {
        // The owner was asked as well.
        return false;
      }
      standbys.promote(standby);
    }
    RemoteCarrier carrier =
        new RemoteCarrier(
            links,
            claim.node(),
            claim.carrierId(),
            claim.address(),
            claim.channelName(),
            ended -> carriers.remove(ended.id(), ended));
    carriers.put(carrier.id(), carrier);
    Socket socket = sockets.give(claim.namespace(), claim.pid(), claim.offset(), carrier);
    if (socket == null) {
      carriers.remove(carrier.id());
      return false;
    }
    carrier.setSocket(socket);
    return true;
  }

  private boolean isThere(String owner) {
    try {
      bus.ask(SocketRequest.address(owner), new SocketRequest.Ping(), PING_PATIENCE);
      return true;
    } catch (Failure _) {
      return false;
    }
  }

  @Override
  public Future<@Nullable Owner> find(Elsewhere.Claim claim) {
    Connection standby = standbys.ofPid(claim.pid());
    if (standby == null || !standby.isStandby()) {
      return claimOfOthers(claim);
    }
    Promise<@Nullable Owner> found = Promise.promise();
    bus.request(SocketRequest.address(standby.owner()), new SocketRequest.Ping(), PING_PATIENCE)
        .onComplete(pong -> {
          if (pong.succeeded()) {
            claimOfOthers(claim).onComplete(found);
          } else {
            // Afterwards it is found here.
            scheduler.later(
                0,
                () -> {
                  standbys.promote(standby);
                  found.complete(null);
                });
          }
        });
    return found.future();
  }

  private Future<@Nullable Owner> claimOfOthers(Elsewhere.Claim claim) {
    List<String> others = new ArrayList<>(peers.withRole(Config.Role.SIGNALING));
    others.remove(node);
    if (others.isEmpty()) {
      return Future.succeededFuture(null);
    }
    Promise<@Nullable Owner> found = Promise.promise();
    String carrierId = Ids.shortId();
    visitors.put(carrierId, new Visitor(claim.client(), ""));
    SocketRequest.Claim asked =
        new SocketRequest.Claim(
            node,
            carrierId,
            claim.namespace(),
            claim.pid(),
            claim.offset(),
            claim.handshake().address(),
            claim.channelName());
    AtomicInteger left = new AtomicInteger(others.size());
    for (String each : others) {
      bus.request(SocketRequest.address(each), asked, CLAIM_PATIENCE)
          .onComplete(result -> {
            if (result.succeeded() && result.result().isOwner()) {
              visitors.put(carrierId, new Visitor(claim.client(), each));
              found.tryComplete(new OwnerLink(each, carrierId));
            }
            if (left.decrementAndGet() == 0 && found.tryComplete(null)) {
              visitors.remove(carrierId);
            }
          });
    }
    return found.future();
  }

  /// The owner's end for the client's connection.
  private final class OwnerLink implements Owner {
    private final String owner;
    private final String carrierId;

    OwnerLink(String owner, String carrierId) {
      this.owner = owner;
      this.carrierId = carrierId;
    }

    private void send(int operation, Frame.Body body) {
      links.send(
          owner,
          LinkKind.CARRIER,
          out -> body.writeTo(out.octet(TO_OWNER).text(carrierId).octet(operation)));
    }

    @Override
    public void event(String name, Args args, long ackId) {
      send(
          EVENT,
          out -> {
            out.text(name).int64(ackId);
            RemoteCarrier.writeArgs(out, args);
          });
    }

    @Override
    public void ack(long ackId, Args args) {
      send(
          ACK,
          out -> {
            out.int64(ackId);
            RemoteCarrier.writeArgs(out, args);
          });
    }

    @Override
    public void gone(CloseReason reason) {
      visitors.remove(carrierId);
      send(GONE, out -> out.text(reason.name()));
    }
  }

  /// Sockets of this node whose client is connected to another.
  int count() {
    return carriers.size();
  }

  private void receive(String from, Frame frame) {
    int direction = frame.octet();
    String carrierId = frame.text();
    if (direction == TO_CLIENT) {
      Visitor visitor = visitors.get(carrierId);
      if (visitor != null) {
        toClient(carrierId, visitor.client(), frame);
      } else {
        // The client is gone, or was not waited for.
        new OwnerLink(from, carrierId).gone(CloseReason.TRANSPORT_CLOSE);
      }
    } else {
      RemoteCarrier carrier = carriers.get(carrierId);
      if (carrier != null && carrier.node().equals(from)) {
        toSocket(carrier, frame);
      }
    }
  }

  private void toClient(String carrierId, Elsewhere.Client client, Frame frame) {
    switch (frame.octet()) {
      case RemoteCarrier.EVENT -> {
        String name = frame.text();
        long ackId = frame.int64();
        String offset = frame.text();
        client.event(name, RemoteCarrier.readArgs(frame), ackId, offset.isEmpty() ? null : offset);
      }
      case RemoteCarrier.ACK -> {
        long ackId = frame.int64();
        client.ack(ackId, RemoteCarrier.readArgs(frame));
      }
      case RemoteCarrier.FAILURE -> {
        long ackId = frame.int64();
        Failure failure =
            new Failure(Failure.Code.valueOf(frame.text()), frame.text(), frame.int64());
        client.failure(ackId, RemoteCarrier.readArgs(frame), failure);
      }
      case RemoteCarrier.RESUMED -> client.resumed(frame.text());
      case RemoteCarrier.DISMISSED -> {
        visitors.remove(carrierId);
        client.dismissed(frame.octet() == 1);
      }
      case RemoteCarrier.ABANDONED -> {
        visitors.remove(carrierId);
        client.abandoned();
      }
      default -> client.close(CloseReason.valueOf(frame.text()));
    }
  }

  private void toSocket(RemoteCarrier carrier, Frame frame) {
    Socket socket = carrier.socket();
    if (socket == null) {
      // Only what was sent before the owner had answered; nothing a client does.
      return;
    }
    Inbox inbox = new Inbox(socket, carrier);
    switch (frame.octet()) {
      case EVENT -> {
        String name = frame.text();
        long ackId = frame.int64();
        inbox.event(name, RemoteCarrier.readArgs(frame), ackId);
      }
      case ACK -> {
        long ackId = frame.int64();
        inbox.answer(ackId, RemoteCarrier.readArgs(frame));
      }
      default -> lose(carrier, socket, CloseReason.valueOf(frame.text()));
    }
  }

  private void lose(RemoteCarrier carrier, Socket socket, CloseReason reason) {
    carrier.end();
    new Inbox(socket, carrier).gone(reason);
  }

  /// Clients behind a node that is gone are lost; so are the owners of clients here.
  private void onNodeLeft(String gone) {
    for (RemoteCarrier carrier : List.copyOf(carriers.values())) {
      Socket socket = carrier.socket();
      if (carrier.node().equals(gone) && socket != null) {
        lose(carrier, socket, CloseReason.TRANSPORT_CLOSE);
      }
    }
    visitors.forEach((carrierId, visitor) -> {
      if (visitor.owner().equals(gone)) {
        visitors.remove(carrierId);
        visitor.client().abandoned();
      }
    });
  }

  /// Lets the clients of sockets that are owned here, but connected elsewhere, go, and gives none
  /// from now on.
  void close() {
    isClosed = true;
    for (RemoteCarrier carrier : List.copyOf(carriers.values())) {
      Socket socket = carrier.socket();
      if (socket != null) {
        carrier.abandon(socket);
        lose(carrier, socket, CloseReason.SERVER_SHUTTING_DOWN);
      }
    }
  }
}
