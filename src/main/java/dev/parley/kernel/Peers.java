package dev.parley.kernel;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The nodes that are alive, by the beats they publish. A node that says goodbye, or whose process
/// the cluster has seen end, is gone at once; one that falls silent, after `SILENCE`.
///
/// Reading is possible from any thread; listeners are called on the context of `control`.
public final class Peers {

  /// Time between two beats of a node.
  public static final Duration BEAT = Duration.ofMillis(500);

  /// Without a beat for so long a node counts as gone. Long enough for a pause of the collector;
  /// who needs to know sooner asks the node.
  public static final Duration SILENCE = Duration.ofSeconds(4);

  private static final Logger log = LoggerFactory.getLogger(Peers.class);

  private static final String ADDRESS = "peers";

  /// @param node id of the sender
  /// @param member its id in the cluster
  /// @param roles by their wire names
  /// @param isLeaving whether it is the last beat
  private record Beat(String node, String member, List<String> roles, boolean isLeaving) {
    Beat {
      roles = List.copyOf(roles);
    }
  }

  private record Seen(Beat beat, long atNs) {}

  private final Vertx vertx;
  private final Bus bus;
  private final Control control;
  private final Beat own;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final List<Consumer<String>> onJoined = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> onLeft = new CopyOnWriteArrayList<>();

  /// @param node id of this node
  /// @param member its id in the cluster; empty without one
  public Peers(
      Vertx vertx, Bus bus, Control control, String node, String member, Set<Config.Role> roles) {
    this.vertx = vertx;
    this.bus = bus.register(Beat.class);
    this.control = control;
    this.own = new Beat(node, member, roles.stream().map(Config.Role::wireName).toList(), false);
  }

  /// Begins to listen and to beat.
  public Future<?> open() {
    Promise<@Nullable Void> opened = Promise.promise();
    seen.put(own.node(), new Seen(own, System.nanoTime()));
    control.run(() -> {
      bus.listen(ADDRESS, Beat.class, this::onBeat)
          .completion()
          .<@Nullable Void>mapEmpty()
          .onSuccess(_ -> beat())
          .onComplete(opened);
      vertx.setPeriodic(BEAT.toMillis(), _ -> beat());
    });
    return opened.future();
  }

  /// Says goodbye: from now on the others take this node for gone.
  public void leave() {
    bus.publish(ADDRESS, new Beat(own.node(), own.member(), own.roles(), true));
  }

  /// Calls `listener` with the id of each node that appears.
  public void onJoined(Consumer<String> listener) {
    onJoined.add(listener);
  }

  /// Calls `listener` with the id of each node that is gone.
  public void onLeft(Consumer<String> listener) {
    onLeft.add(listener);
  }

  /// Whether a node counts as alive; this one does.
  public boolean isAlive(String node) {
    return seen.containsKey(node);
  }

  /// The living nodes with a role, in the order of their ids, this one among them if it has it.
  public Set<String> withRole(Config.Role role) {
    Set<String> nodes = new TreeSet<>();
    seen.forEach((node, last) -> {
      if (last.beat().roles().contains(role.wireName())) {
        nodes.add(node);
      }
    });
    return nodes;
  }

  /// The cluster has seen a process end.
  ///
  /// @param member its id in the cluster
  public void memberLost(String member) {
    control.run(() ->
        List.copyOf(seen.values()).stream()
            .filter(last -> last.beat().member().equals(member))
            .forEach(last -> gone(last.beat().node(), "its process ended")));
  }

  private void beat() {
    bus.publish(ADDRESS, own);
    long now = System.nanoTime();
    for (Seen last : List.copyOf(seen.values())) {
      if (!last.beat().node().equals(own.node()) && now - last.atNs() > SILENCE.toNanos()) {
        gone(last.beat().node(), "it is silent");
      }
    }
  }

  private void onBeat(Beat beat) {
    if (beat.node().equals(own.node())) {
      return;
    }
    if (beat.isLeaving()) {
      gone(beat.node(), "it said goodbye");
    } else if (seen.put(beat.node(), new Seen(beat, System.nanoTime())) == null) {
      log.info("node joined node={} roles={}", beat.node(), beat.roles());
      // Who is new need not wait for our next beat to know us.
      bus.publish(ADDRESS, own);
      tell(onJoined, beat.node());
    }
  }

  private void gone(String node, String why) {
    if (!node.equals(own.node()) && seen.remove(node) != null) {
      log.info("node gone node={} because={}", node, why);
      tell(onLeft, node);
    }
  }

  private static void tell(List<Consumer<String>> listeners, String node) {
    for (Consumer<String> listener : listeners) {
      try {
        listener.accept(node);
      } catch (RuntimeException e) {
        log.error("a listener failed node={}", node, e);
      }
    }
  }
}
