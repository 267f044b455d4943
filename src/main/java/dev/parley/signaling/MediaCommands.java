package dev.parley.signaling;

import dev.parley.account.Principal;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.MediaRequest.ConsumerAction;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.ProducerAction;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomKind;
import dev.parley.contract.TransportParameters;
import dev.parley.kernel.Failure;
import dev.parley.room.RoomState;
import dev.parley.room.Rooms;
import dev.parley.turn.IceServers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Runs the commands about media: asks the room's media node, and records producers in the room.
/// Each waits; on the lane of the connection that asks.
///
/// Ids of transports, producers and consumers are looked up among the connection's own, so that
/// those of others are as good as unknown.
final class MediaCommands {

  private final Rooms rooms;
  private final RoomViews views;
  private final MediaNodes mediaNodes;
  private final IceServers iceServers;
  private final String node;

  MediaCommands(
      Rooms rooms, RoomViews views, MediaNodes mediaNodes, IceServers iceServers, String node) {
    this.rooms = rooms;
    this.views = views;
    this.mediaNodes = mediaNodes;
    this.iceServers = iceServers;
    this.node = node;
  }

  Reply capabilities(Connection connection, Command.GetCapabilities command) {
    Membership membership = pinned(connection, command.roomId());
    return new Reply.Capabilities(
        mediaNodes
            .ask(membership.mediaNode(), new MediaRequest.OpenRouter(membership.roomId()))
            .rtpCapabilities());
  }

  Reply createTransport(Connection connection, Command.CreateTransport command) {
    // Before the room's being on a media node is looked at: it may wait.
    String userId = membership(connection, command.roomId()).userId();
    List<Object> servers = new ArrayList<>(iceServers.forUser(userId, Instant.now()));
    Membership membership = pinned(connection, command.roomId());
    TransportParameters parameters =
        mediaNodes.ask(
            membership.mediaNode(),
            new MediaRequest.CreateTransport(
                membership.roomId(), connection.socketId(), node, command.direction()));
    connection
        .media()
        .transports()
        .put(parameters.id(), new OwnMedia.Transport(membership.roomId(), command.direction()));
    if (command.direction() == Direction.RECV) {
      connection.later(() -> announceMissed(connection, membership));
    }
    return new Reply.TransportCreated(
        parameters.id(),
        parameters.iceParameters(),
        parameters.iceCandidates(),
        parameters.dtlsParameters(),
        servers);
  }

  /// Tells again of producers that came up while the client was not yet listening.
  private void announceMissed(Connection connection, Membership membership) {
    RoomState state = views.state(membership.roomId());
    if (state == null || connection.memberships().get(membership.roomId()) == null) {
      return;
    }
    for (ProducerInfo producer : state.producers().values()) {
      if (!producer.socketId().equals(connection.socketId())
          && !membership.toldProducers().contains(producer.producerId())) {
        connection.tell(
            membership.kind(), new Event.ProducerAdded(producer, nameOf(state, producer)));
      }
    }
  }

  static String nameOf(RoomState room, ProducerInfo producer) {
    Participant sender = room.byUser(producer.userId());
    return sender == null ? "" : sender.displayName();
  }

  Reply connectTransport(Connection connection, Command.ConnectTransport command) {
    try {
      OwnMedia.Transport transport = transport(connection, command.transportId());
      mediaNodes.ask(
          membership(connection, transport.roomId()).mediaNode(),
          new MediaRequest.ConnectTransport(
              transport.roomId(),
              connection.socketId(),
              command.transportId(),
              command.dtlsParameters()));
      return new Reply.Connected(true);
    } catch (Failure failure) {
      throw prefixed("Transport connection failed: ", failure);
    }
  }

  Reply restartIce(Connection connection, Command.RestartIce command) {
    OwnMedia.Transport transport = transport(connection, command.transportId());
    return new Reply.IceRestarted(
        mediaNodes
            .ask(
                membership(connection, transport.roomId()).mediaNode(),
                new MediaRequest.RestartIce(
                    transport.roomId(), connection.socketId(), command.transportId()))
            .iceParameters());
  }

  Reply produce(Connection connection, Command.Produce command) {
    Membership membership = membership(connection, command.roomId());
    if (connection.principal() instanceof Principal.Holder holder && !holder.pass().publish()) {
      throw Failure.forbidden("The pass is for watching only");
    }
    OwnMedia.Transport transport = transport(connection, command.transportId());
    if (transport.direction() != Direction.SEND) {
      throw Failure.invalid("Cannot produce on a recv transport");
    }
    checkScreenShare(connection, membership.roomId(), command);
    String producerId;
    try {
      producerId =
          mediaNodes
              .ask(
                  membership.mediaNode(),
                  new MediaRequest.Produce(
                      transport.roomId(),
                      connection.socketId(),
                      command.transportId(),
                      command.kind(),
                      command.rtpParameters(),
                      command.paused()))
              .producerId();
    } catch (Failure failure) {
      throw failure.code() == Failure.Code.INVALID
          ? prefixed("Produce failed: ", failure)
          : failure;
    }
    try {
      rooms.addProducer(
          connection.callerIn(membership.roomId()),
          membership.roomId(),
          producerId,
          command.kind(),
          command.label());
    } catch (Failure failure) {
      mediaNodes.tell(membership.mediaNode(), control(connection, membership.roomId(), producerId));
      throw failure;
    }
    connection.media().producers().put(producerId, membership.roomId());
    return new Reply.Produced(producerId);
  }

  private static MediaRequest<?> control(Connection connection, String roomId, String producerId) {
    return new MediaRequest.ControlProducer(
        roomId, connection.socketId(), producerId, ProducerAction.CLOSE);
  }

  private void checkScreenShare(Connection connection, String roomId, Command.Produce command) {
    RoomState state = views.state(roomId);
    if (state == null || state.settings().screenShare() || !command.label().equals("screen")) {
      return;
    }
    var participant = state.bySocket(connection.socketId());
    if (participant == null || participant.role() == Role.PARTICIPANT) {
      throw Failure.forbidden("Screen sharing is disabled");
    }
  }

  Reply consume(Connection connection, Command.Consume command) {
    Membership membership = membership(connection, command.roomId());
    OwnMedia.Transport transport = transport(connection, command.transportId());
    if (transport.direction() != Direction.RECV) {
      throw Failure.invalid("Cannot consume on a send transport");
    }
    MediaRequest.Consumed consumed;
    try {
      consumed =
          mediaNodes.ask(
              membership.mediaNode(),
              new MediaRequest.Consume(
                  transport.roomId(),
                  connection.socketId(),
                  command.transportId(),
                  command.producerId(),
                  command.rtpCapabilities(),
                  command.isPaused()));
    } catch (Failure failure) {
      boolean known = failure.text().startsWith("Cannot consume");
      throw failure.code() == Failure.Code.INVALID && !known
          ? prefixed("Consume failed: ", failure)
          : failure;
    }
    membership.toldProducers().add(command.producerId());
    connection
        .media()
        .consumers()
        .put(
            consumed.consumerId(),
            new OwnMedia.Consumer(
                membership.roomId(), command.transportId(), command.producerId()));
    rooms.consumed(
        connection.callerIn(membership.roomId()),
        membership.roomId(),
        consumed.consumerId(),
        command.producerId());
    return new Reply.Consumed(
        consumed.consumerId(),
        consumed.producerId(),
        consumed.kind(),
        consumed.rtpParameters(),
        consumed.producerPaused(),
        new Reply.AppData(label(membership.roomId(), command.producerId())));
  }

  private String label(String roomId, String producerId) {
    RoomState state = views.state(roomId);
    ProducerInfo producer = state == null ? null : state.producers().get(producerId);
    return producer == null ? "" : producer.label();
  }

  Reply controlProducer(Connection connection, Command.ControlProducer command) {
    String roomId = connection.media().producers().get(command.producerId());
    if (roomId == null) {
      if (command.action() == ProducerAction.CLOSE) {
        return new Reply.Closed(true);
      }
      throw Failure.notFound("Producer not found");
    }
    mediaNodes.ask(
        membership(connection, roomId).mediaNode(),
        new MediaRequest.ControlProducer(
            roomId, connection.socketId(), command.producerId(), command.action()));
    return switch (command.action()) {
      case CLOSE -> {
        connection.media().producers().remove(command.producerId());
        rooms.removeProducer(connection.callerIn(roomId), roomId, command.producerId());
        yield new Reply.Closed(true);
      }
      case PAUSE -> {
        rooms.pauseProducer(connection.callerIn(roomId), roomId, command.producerId(), true);
        yield new Reply.Paused(true);
      }
      case RESUME -> {
        rooms.pauseProducer(connection.callerIn(roomId), roomId, command.producerId(), false);
        yield new Reply.Resumed(true);
      }
    };
  }

  Reply controlConsumer(Connection connection, Command.ControlConsumer command) {
    String roomId = connection.media().roomOfConsumer(command.consumerId());
    if (roomId == null) {
      if (command.action() == ConsumerAction.CLOSE) {
        return new Reply.Closed(true);
      }
      throw Failure.notFound("Consumer not found");
    }
    mediaNodes.ask(
        membership(connection, roomId).mediaNode(),
        new MediaRequest.ControlConsumer(
            roomId, connection.socketId(), command.consumerId(), command.action()));
    return switch (command.action()) {
      case CLOSE -> {
        connection.media().consumers().remove(command.consumerId());
        yield new Reply.Closed(true);
      }
      case PAUSE -> new Reply.Paused(true);
      case RESUME -> new Reply.Resumed(true);
      case REQUEST_KEY_FRAME -> Reply.SUCCESS;
    };
  }

  Reply setPreferredLayers(Connection connection, Command.SetPreferredLayers command) {
    String roomId = connection.media().roomOfConsumer(command.consumerId());
    if (roomId == null) {
      throw Failure.notFound("Consumer not found");
    }
    mediaNodes.ask(
        membership(connection, roomId).mediaNode(),
        new MediaRequest.SetPreferredLayers(
            roomId,
            connection.socketId(),
            command.consumerId(),
            command.spatialLayer(),
            command.temporalLayer()));
    return Reply.SUCCESS;
  }

  Reply stats(Connection connection, Command.GetStats command) {
    String roomId = connection.media().roomOf(command.id());
    if (roomId == null) {
      throw Failure.notFound("Transport, producer or consumer not found");
    }
    return new Reply.Stats(
        mediaNodes
            .ask(
                membership(connection, roomId).mediaNode(),
                new MediaRequest.GetStats(roomId, connection.socketId(), command.id()))
            .stats());
  }

  /// A transport is gone on the media node.
  void transportClosed(Connection connection, String transportId, String reason) {
    if (connection.media().transportGone(transportId)) {
      connection.tell(new Event.TransportClosed(transportId, reason));
    }
  }

  /// A producer ended with its transport.
  void producerClosed(Connection connection, String producerId) {
    String roomId = connection.media().producers().remove(producerId);
    if (roomId != null) {
      rooms.removeProducer(connection.callerIn(roomId), roomId, producerId);
    }
  }

  private static OwnMedia.Transport transport(Connection connection, String transportId) {
    OwnMedia.Transport transport = connection.media().transports().get(transportId);
    if (transport == null) {
      throw Failure.notFound("Transport not found");
    }
    return transport;
  }

  /// The connection's membership, with the room on a media node: meetings need one only now.
  private Membership pinned(Connection connection, String roomId) {
    Membership membership = membership(connection, roomId);
    if (!membership.mediaNode().isEmpty()) {
      return membership;
    }
    String mediaNode =
        rooms.pin(
            connection.callerIn(membership.roomId()), membership.roomId(), mediaNodes.choose());
    mediaNodes.ask(mediaNode, new MediaRequest.OpenRouter(membership.roomId()));
    Membership pinned = membership.on(mediaNode);
    connection.memberships().replace(pinned);
    return pinned;
  }

  /// @param roomId empty for the meeting that the connection is in
  private Membership membership(Connection connection, String roomId) {
    Membership membership =
        roomId.isEmpty()
            ? connection.memberships().of(RoomKind.MEETING)
            : connection.memberships().get(roomId);
    if (membership != null) {
      return membership;
    }
    if (roomId.isEmpty()) {
      throw Failure.forbidden("Not in a meeting");
    }
    try {
      rooms.read(roomId);
    } catch (Failure failure) {
      throw failure.code() == Failure.Code.NOT_FOUND
          ? Failure.notFound("Router not found")
          : failure;
    }
    throw Failure.forbidden("Not a participant in this room");
  }

  private static Failure prefixed(String prefix, Failure failure) {
    return new Failure(failure.code(), prefix + failure.text());
  }
}
