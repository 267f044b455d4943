package dev.parley.media;

import dev.parley.contract.MediaLoad;
import dev.parley.contract.MediaRequest;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Metrics.Level;
import dev.parley.kernel.Metrics.Total;
import dev.parley.media.transport.Certificate;
import dev.parley.media.transport.SelfCheck;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The media role of a node: takes requests from the bus and hands each to the worker its room
/// lives on. A room stays on the worker it was opened on, the one with the fewest transports at
/// that time.
public final class MediaVerticle extends VerticleBase {

  private static final Logger log = LoggerFactory.getLogger(MediaVerticle.class);

  private static final long PUBLISH_MS = 1_000;

  /// A router without transports is closed after so long; it is opened again when asked for.
  private static final long EMPTY_NS = TimeUnit.MINUTES.toNanos(2);

  private static final long SWEEP_MS = 30_000;

  /// Where a room lives.
  private static final class Placement {
    private final Worker worker;
    private long requests;
    private long lastNs;

    Placement(Worker worker) {
      this.worker = worker;
    }
  }

  private final String node;
  private final Config.Media config;
  private final Bus bus;
  private final Metrics metrics;
  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, Placement> byRoom = new HashMap<>();

  /// @param node id of this node
  public MediaVerticle(String node, Config.Media config, Bus bus, Metrics metrics) {
    this.node = node;
    this.config = config;
    this.bus = bus;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    Worker.register(bus);
    bus.register(MediaLoad.class);
    return vertx
        .executeBlocking(() -> {
          Certificate certificate = Certificate.create();
          SelfCheck.run(certificate);
          return certificate;
        })
        .compose(certificate -> openWorkers(Objects.requireNonNull(certificate)))
        .onSuccess(_ -> open());
  }

  private Future<?> openWorkers(Certificate certificate) {
    Future<?> opened = Future.succeededFuture();
    for (int i = 0; i < config.eventLoops(); i++) {
      Worker worker = new Worker(config, certificate, bus);
      workers.add(worker);
      // One after the other, so that each finds the next free port.
      opened = opened.compose(_ -> vertx.deployVerticle(worker));
    }
    return opened;
  }

  private void open() {
    bus.serveAsync(MediaRequest.address(node), MediaRequest.class, this::handle);
    publishMetrics();
    vertx.setPeriodic(0, PUBLISH_MS, _ -> publishLoad());
    vertx.setPeriodic(SWEEP_MS, _ -> sweep(System.nanoTime()));
    log.info(
        "media ready node={} ports={}", node, workers.stream().map(Worker::portNumber).toList());
  }

  private Future<? extends Record> handle(MediaRequest<?> request) {
    Placement placement = byRoom.get(request.roomId());
    if (placement == null) {
      switch (request) {
        case MediaRequest.OpenRouter _, MediaRequest.CreateTransport _ -> {
          placement = new Placement(leastBusy());
          byRoom.put(request.roomId(), placement);
        }
        default -> {
          return withoutRoom(request);
        }
      }
    }
    placement.requests++;
    placement.lastNs = System.nanoTime();
    if (request instanceof MediaRequest.CloseRouter) {
      byRoom.remove(request.roomId());
    }
    return placement.worker.handle(request);
  }

  private static Future<? extends Record> withoutRoom(MediaRequest<?> request) {
    try {
      return Future.succeededFuture(MediaRoom.answerWithoutRoom(request));
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
  }

  /// Forgets rooms that nobody uses. A request that came while the worker was asked has opened the
  /// room again, on that worker.
  private void sweep(long nowNs) {
    byRoom.forEach((roomId, placement) -> {
      if (nowNs - placement.lastNs <= EMPTY_NS) {
        return;
      }
      long requests = placement.requests;
      placement
          .worker
          .closeIfEmpty(roomId, EMPTY_NS)
          .onSuccess(gone ->
              context.runOnContext(_ -> {
                if (gone && placement.requests == requests) {
                  byRoom.remove(roomId, placement);
                }
              }));
    });
  }

  private Worker leastBusy() {
    Map<Worker, Long> rooms = new HashMap<>();
    byRoom.values().forEach(placement -> rooms.merge(placement.worker, 1L, Long::sum));
    return workers.stream()
        .min(
            Comparator.<Worker>comparingInt(worker -> worker.sample().transports())
                .thenComparingLong(worker -> rooms.getOrDefault(worker, 0L)))
        .orElseThrow();
  }

  private void publishLoad() {
    bus.publish(
        MediaLoad.ADDRESS,
        new MediaLoad(
            node, (int) sum(Worker.Sample::routers), (int) sum(Worker.Sample::transports)));
  }

  private void publishMetrics() {
    metrics.level(Level.ROUTERS, () -> sum(Worker.Sample::routers));
    metrics.level(Level.TRANSPORTS, () -> sum(Worker.Sample::transports));
    metrics.level(Level.PRODUCERS, () -> sum(Worker.Sample::producers));
    metrics.level(Level.CONSUMERS, () -> sum(Worker.Sample::consumers));
    metrics.total(Total.MEDIA_PACKETS, () -> sum(Worker.Sample::packetsIn), "direction", "in");
    metrics.total(Total.MEDIA_PACKETS, () -> sum(Worker.Sample::packetsOut), "direction", "out");
    metrics.total(Total.MEDIA_BYTES, () -> sum(Worker.Sample::bytesIn), "direction", "in");
    metrics.total(Total.MEDIA_BYTES, () -> sum(Worker.Sample::bytesOut), "direction", "out");
    for (String reason : Worker.dropReasons()) {
      metrics.total(
          Total.MEDIA_DROPS,
          () -> sum(sample -> sample.drops().getOrDefault(reason, 0L)),
          "reason",
          reason);
    }
  }

  private long sum(ToLongFunction<Worker.Sample> number) {
    long sum = 0;
    for (Worker worker : workers) {
      sum += number.applyAsLong(worker.sample());
    }
    return sum;
  }
}
