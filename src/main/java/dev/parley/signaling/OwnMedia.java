package dev.parley.signaling;

import dev.parley.contract.MediaRequest;
import dev.parley.contract.MediaRequest.Direction;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a connection has on media nodes: ids of its transports, producers and consumers, each with
/// its room. Confined to the connection's lane.
///
/// @param transports by id
/// @param producers producer id to room id
/// @param consumers by id
record OwnMedia(
    Map<String, Transport> transports,
    Map<String, String> producers,
    Map<String, Consumer> consumers) {

  OwnMedia() {
    this(new HashMap<>(), new HashMap<>(), new HashMap<>());
  }

  record Transport(String roomId, Direction direction) {}

  /// @param producerId of the producer it receives
  record Consumer(String roomId, String transportId, String producerId) {}

  /// Takes what the media node says that the client has in a room, made by way of another node.
  void adopt(String roomId, MediaRequest.OwnerAdopted owned) {
    owned.transports().forEach(t -> transports.put(t.id(), new Transport(roomId, t.direction())));
    owned.producers().forEach(id -> producers.put(id, roomId));
    owned
        .consumers()
        .forEach(c -> consumers.put(c.id(), new Consumer(roomId, c.transportId(), c.producerId())));
  }

  /// The room of a consumer, or null when this connection has none of that id.
  @Nullable String roomOfConsumer(String consumerId) {
    Consumer consumer = consumers.get(consumerId);
    return consumer == null ? null : consumer.roomId();
  }

  /// Forgets the consumers of a producer that is gone: they are closed with it.
  void producerGone(String producerId) {
    consumers.values().removeIf(consumer -> consumer.producerId().equals(producerId));
  }

  /// Forgets a transport, with the consumers it had; false when there is none of that id.
  boolean transportGone(String transportId) {
    consumers.values().removeIf(consumer -> consumer.transportId().equals(transportId));
    return transports.remove(transportId) != null;
  }

  /// The room that a transport, producer or consumer of this connection is in.
  @Nullable String roomOf(String id) {
    Transport transport = transports.get(id);
    if (transport != null) {
      return transport.roomId();
    }
    String room = producers.get(id);
    return room != null ? room : roomOfConsumer(id);
  }

  /// Forgets all that is in a room.
  void forget(String roomId) {
    transports.values().removeIf(transport -> transport.roomId().equals(roomId));
    producers.values().removeIf(roomId::equals);
    consumers.values().removeIf(consumer -> consumer.roomId().equals(roomId));
  }
}
