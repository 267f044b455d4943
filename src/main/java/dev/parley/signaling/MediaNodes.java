package dev.parley.signaling;

import dev.parley.contract.MediaLoad;
import dev.parley.contract.MediaRequest;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The media nodes that are alive, by what they publish, and the way to ask them. Confined to the
/// node's signaling context.
final class MediaNodes {

  private static final Logger log = LoggerFactory.getLogger(MediaNodes.class);

  /// A node that has not been heard of for so long is not chosen.
  private static final long STALE_MS = 3_500;

  /// Making a transport or a producer may have to wait behind a handshake of packets; more than
  /// this means that the node is gone.
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /// A node publishes itself once a second; a signaling node that has just started waits for it.
  private static final long FIRST_MS = 1_500;

  private record Seen(MediaLoad load, long atMs) {}

  private final Bus bus;
  private final LongSupplier clockMs;
  private final Map<String, Seen> nodes = new HashMap<>();
  private final Promise<Void> first = Promise.promise();

  /// @param clockMs monotonic milliseconds
  MediaNodes(Bus bus, LongSupplier clockMs) {
    this.bus = bus.register(MediaRequest.class);
    this.clockMs = clockMs;
  }

  /// Begins to listen; on the signaling context.
  Future<?> open() {
    return bus.listen(
            MediaLoad.ADDRESS,
            MediaLoad.class,
            load -> {
              nodes.put(load.node(), new Seen(load, clockMs.getAsLong()));
              first.tryComplete();
            })
        .completion();
  }

  /// The node with the fewest transports. Waits a moment while none was ever heard of.
  ///
  /// @throws Failure UNAVAILABLE when none is alive
  String choose() {
    if (!first.future().isComplete()) {
      first.future().timeout(FIRST_MS, TimeUnit.MILLISECONDS).otherwiseEmpty().await();
    }
    long now = clockMs.getAsLong();
    nodes.values().removeIf(seen -> now - seen.atMs() > STALE_MS);
    return nodes.values().stream()
        .min(
            Comparator.<Seen>comparingInt(seen -> seen.load().transports())
                .thenComparing(seen -> seen.load().node()))
        .map(seen -> seen.load().node())
        .orElseThrow(() -> Failure.unavailable("No media node is available"));
  }

  /// Asks a node and waits.
  ///
  /// @throws Failure its answer, or UNAVAILABLE
  <R extends Record> R ask(String node, MediaRequest<R> request) {
    return bus.ask(MediaRequest.address(node), request, PATIENCE);
  }

  /// Asks for something whose answer nobody waits for.
  void tell(String node, MediaRequest<?> request) {
    bus.request(MediaRequest.address(node), request, PATIENCE)
        .onFailure(e ->
            log.debug(
                "media node did not do it request={} error={}",
                request.getClass().getSimpleName(),
                e.getMessage()));
  }
}
