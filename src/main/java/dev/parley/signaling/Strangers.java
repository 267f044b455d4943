package dev.parley.signaling;

import dev.parley.contract.Ban;
import dev.parley.contract.DeviceCame;
import dev.parley.kernel.Bus;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of devices on this node. The newest of a device in the whole cluster is the one
/// that counts; those of a device, or an address, that is shut out are cut off.
///
/// Confined to the signaling context, but for what says otherwise.
final class Strangers {

  private static final Logger log = LoggerFactory.getLogger(Strangers.class);

  private final Bus bus;
  private final Consumer<Connection> displace;
  private final Map<String, Set<Connection>> byDevice = new ConcurrentHashMap<>();

  /// @param displace called with each connection that a newer one takes the place of
  Strangers(Bus bus, Consumer<Connection> displace) {
    this.bus = bus.register(DeviceCame.class);
    this.displace = displace;
  }

  /// Begins to listen; complete when all nodes know.
  Future<?> open() {
    return Future.join(
        bus.listen(DeviceCame.ADDRESS, DeviceCame.class, this::onCame).completion(),
        bus.listen(Ban.ADDRESS, Ban.class, this::onBan).completion());
  }

  /// A device has come by a connection.
  void came(Connection connection, String deviceId) {
    add(connection, deviceId);
    bus.publish(DeviceCame.ADDRESS, new DeviceCame(deviceId, connection.socketId()));
  }

  /// A connection is of this node now.
  void add(Connection connection, String deviceId) {
    byDevice.computeIfAbsent(deviceId, _ -> ConcurrentHashMap.newKeySet()).add(connection);
  }

  void gone(Connection connection, String deviceId) {
    byDevice.computeIfPresent(
        deviceId,
        (_, all) -> {
          all.remove(connection);
          return all.isEmpty() ? null : all;
        });
  }

  /// From any thread.
  int count() {
    return byDevice.size();
  }

  private void onCame(DeviceCame came) {
    for (Connection connection : byDevice.getOrDefault(came.deviceId(), Set.of())) {
      if (!connection.socketId().equals(came.socketId())) {
        displace.accept(connection);
      }
    }
  }

  private void onBan(Ban ban) {
    if (ban.isLifted()) {
      return;
    }
    for (Connection connection : List.copyOf(concerned(ban))) {
      log.info("device cut off socket={} kind={}", connection.socketId(), ban.kind());
      connection.tell(new Event.ShutOut("You have been blocked"));
      connection.socket().disconnect(true);
    }
  }

  private List<Connection> concerned(Ban ban) {
    return switch (ban.kind()) {
      case DEVICE -> List.copyOf(byDevice.getOrDefault(ban.value(), Set.of()));
      case IP ->
          byDevice.values().stream()
              .flatMap(Set::stream)
              .filter(each -> canonical(each).equals(ban.value()))
              .toList();
    };
  }

  /// The address of a client in the one form that bans have: there are several ways to write one.
  private static String canonical(Connection connection) {
    String address = connection.socket().handshake().address();
    try {
      return address.isEmpty() ? address : InetAddress.ofLiteral(address).getHostAddress();
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}
