package dev.parley.it;

import dev.parley.account.Pass;
import dev.parley.account.Principal;
import dev.parley.account.Tokens;
import dev.parley.audit.AuditLog;
import dev.parley.contract.Occupancy;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Journal;
import dev.parley.kernel.Postgres;
import dev.parley.kernel.Redis;
import dev.parley.room.PairRooms;
import dev.parley.room.PassRooms;
import dev.parley.room.Rooms;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A member of a cluster that makes rooms and passes for them, and hears which rooms are occupied.
final class PassOffice implements AutoCloseable {

  private final Vertx vertx;
  private final Control control;
  private final Bus bus;
  private final Redis redis;
  private final Postgres postgres;
  private final Journal journal;
  private final AuditLog audit;
  private final Config config;
  private final Tokens tokens;
  private final BlockingQueue<Occupancy> told = new LinkedBlockingQueue<>();

  /// @param cluster its name
  /// @param port its own
  /// @param ports of all members
  PassOffice(Stores stores, String cluster, int port, int[] ports) {
    vertx = BusIT.clustered(cluster, port, ports);
    control = SocketClient.await(Control.create(vertx));
    bus = new Bus(vertx);
    config = ConfigFile.of("{\"mode\":\"development\"}", new HashMap<>(stores.env()));
    redis = new Redis(vertx, config.redis());
    postgres = new Postgres(vertx, config.postgres());
    journal = new Journal(vertx, postgres, _ -> {});
    audit = new AuditLog(journal, postgres);
    tokens = new Tokens(vertx, TestNode.JWT_SECRET, Duration.ofHours(1));
    SocketClient.await(
        bus.listen(Occupancy.ADDRESS, Occupancy.class, told::add).completion().mapEmpty());
  }

  /// Another one that makes rooms, as on another node.
  PassRooms rooms() {
    return new PassRooms(redis, audit, bus, config.rooms(), config.meetings());
  }

  /// Rooms of which all tell whether they are occupied.
  Rooms watchedRooms() {
    PairRooms pairs =
        new PairRooms(
            redis, bus, config.rooms(), config.meetings(), Duration.ofMinutes(1), (_, _) -> {});
    return new Rooms(
        redis, postgres, journal, audit, bus, pairs, config.rooms(), config.meetings(), true);
  }

  /// Runs what waits, and waits for it.
  <T> T waiting(Supplier<T> task) {
    return begin(task).join();
  }

  <T> CompletableFuture<T> begin(Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    control.run(() -> {
      try {
        result.complete(task.get());
      } catch (Throwable t) {
        result.completeExceptionally(t);
      }
    });
    return result;
  }

  /// Makes the room of a name, and returns its id.
  String open(String name) {
    return waiting(() -> rooms().open(name, "A call", 10, Duration.ofHours(1))).roomId();
  }

  /// A pass of a user of a chat.
  String pass(String user, String room, boolean owner, boolean publish) {
    return pass(user, room, owner, publish, Duration.ofMinutes(5));
  }

  String pass(String user, String room, boolean owner, boolean publish, Duration lifetime) {
    return tokens.pass(
        Principal.Holder.of("chat", user, user, new Pass(room, owner, publish)), lifetime);
  }

  /// What is heard next of the rooms, `occupied` or `vacated` and the name.
  String next() throws InterruptedException {
    Occupancy next = told.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was heard");
    }
    return words(next);
  }

  /// What else has been heard by now.
  List<String> rest() {
    List<Occupancy> rest = new ArrayList<>();
    told.drainTo(rest);
    return rest.stream().map(PassOffice::words).toList();
  }

  private static String words(Occupancy occupancy) {
    return switch (occupancy) {
      case Occupancy.Occupied it -> "occupied " + it.roomName();
      case Occupancy.Vacated it -> "vacated " + it.roomName();
    };
  }

  @Override
  public void close() {
    SocketClient.await(journal.drained());
    SocketClient.await(vertx.close());
  }
}
