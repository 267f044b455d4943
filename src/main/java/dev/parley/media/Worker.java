package dev.parley.media;

import dev.parley.contract.MediaEvent;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Ids;
import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.Traffic;
import dev.parley.media.transport.Certificate;
import dev.parley.media.transport.UdpPort;
import dev.parley.media.transport.WebRtcTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop with one UDP port, and the rooms that live on it. Every packet, timer and request
/// of theirs runs there.
final class Worker extends VerticleBase {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private static final long TICK_MS = 20;

  /// Transports look at the clock at every so many ticks.
  private static final int TRANSPORT_TICKS = 10;

  /// Numbers for metrics are taken at every so many ticks.
  private static final int SAMPLE_TICKS = 50;

  private final Config.Media config;
  private final Certificate certificate;
  private final Bus bus;
  private final Traffic traffic = new Traffic();
  private final Map<String, MediaRoom> rooms = new HashMap<>();
  private UdpPort port;
  private final ArrayList<Router> dirty = new ArrayList<>();
  private int ticks;
  private long faults;
  private volatile Sample sample = Sample.NONE;

  /// Numbers of a worker at one moment.
  ///
  /// @param drops by reason of the data plane and of the transports, those that are closed among
  ///   them
  record Sample(
      int routers,
      int transports,
      int producers,
      int consumers,
      long packetsIn,
      long bytesIn,
      long packetsOut,
      long bytesOut,
      Map<String, Long> drops) {
    static final Sample NONE = new Sample(0, 0, 0, 0, 0, 0, 0, 0, Map.of());
  }

  @SuppressWarnings("NullAway.Init") // the port is opened by start, before anything else
  Worker(Config.Media config, Certificate certificate, Bus bus) {
    this.config = config;
    this.certificate = certificate;
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    ContextInternal own = (ContextInternal) context;
    return UdpPort.open(own.nettyEventLoop(), config, System::nanoTime, this::batchEnded)
        .onSuccess(opened -> {
          port = opened;
          vertx.setPeriodic(TICK_MS, _ -> tick(System.nanoTime()));
        });
  }

  int portNumber() {
    return port.port();
  }

  /// The latest numbers; from any thread.
  Sample sample() {
    return sample;
  }

  /// Answers a request on the worker's event loop.
  Future<Record> handle(MediaRequest<?> request) {
    Promise<Record> answer = Promise.promise();
    context.runOnContext(_ -> {
      try {
        answer.complete(handleNow(request, System.nanoTime()));
      } catch (Throwable t) {
        answer.fail(t);
      }
    });
    return answer.future();
  }

  private Record handleNow(MediaRequest<?> request, long nowNs) {
    MediaRoom room = rooms.get(request.roomId());
    if (room == null) {
      switch (request) {
        case MediaRequest.OpenRouter _, MediaRequest.CreateTransport _ ->
            room = open(request.roomId(), nowNs);
        default -> {
          return MediaRoom.answerWithoutRoom(request);
        }
      }
    }
    Record answer = room.handle(request, nowNs);
    if (request instanceof MediaRequest.CloseRouter) {
      rooms.remove(request.roomId());
    }
    return answer;
  }

  /// Closes a room that has had no transport for so long.
  ///
  /// @return whether there is no such room now
  Future<Boolean> closeIfEmpty(String roomId, long emptyNs) {
    Promise<Boolean> gone = Promise.promise();
    context.runOnContext(_ -> {
      MediaRoom room = rooms.get(roomId);
      if (room != null && room.isEmptyFor(emptyNs, System.nanoTime())) {
        rooms.remove(roomId);
        room = null;
      }
      gone.complete(room == null);
    });
    return gone.future();
  }

  private MediaRoom open(String roomId, long nowNs) {
    MediaRoom room = new MediaRoom(roomId, traffic, this::openLink, bus::send, dirty::add, nowNs);
    rooms.put(roomId, room);
    return room;
  }

  private Link openLink(Router router, String owner, String signalingNode, Direction direction) {
    String id = Ids.uuid();
    RtpSession[] session = new RtpSession[1];
    WebRtcTransport transport =
        new WebRtcTransport(
            id,
            port,
            certificate,
            config,
            outlet -> session[0] = new RtpSession(id, router, outlet));
    return new Link(owner, signalingNode, direction, transport, session[0]);
  }

  /// A batch of datagrams has been handled: forwards what they brought.
  private void batchEnded(long nowNs) {
    for (int i = 0; i < dirty.size(); i++) {
      flush(dirty.get(i), nowNs);
    }
    dirty.clear();
  }

  /// A fault in one router must not keep back the packets of the others. Logged ever more seldom.
  private void flush(Router router, long nowNs) {
    try {
      router.flush(nowNs);
    } catch (RuntimeException e) {
      faults++;
      if (Long.bitCount(faults) == 1) {
        log.error("fault while forwarding count={}", faults, e);
      }
    }
  }

  private void tick(long nowNs) {
    ticks++;
    for (MediaRoom room : rooms.values()) {
      room.tick(nowNs);
    }
    if (ticks % TRANSPORT_TICKS == 0) {
      for (MediaRoom room : rooms.values()) {
        room.tickTransports(nowNs);
      }
    }
    batchEnded(nowNs);
    if (ticks % SAMPLE_TICKS == 0) {
      sample = takeSample();
    }
  }

  /// Numbers of this moment; on the worker's event loop.
  Sample takeSample() {
    int transports = 0;
    int producers = 0;
    int consumers = 0;
    for (MediaRoom room : rooms.values()) {
      transports += room.transportCount();
      producers += room.producerCount();
      consumers += room.consumerCount();
    }
    Map<String, Long> drops = new HashMap<>();
    for (Drop reason : Drop.values()) {
      drops.merge(wireName(reason), traffic.drops(reason), Long::sum);
    }
    port.drops().forEach((reason, number) -> drops.merge(wireName(reason), number, Long::sum));
    return new Sample(
        rooms.size(),
        transports,
        producers,
        consumers,
        traffic.packetsIn(),
        traffic.bytesIn(),
        traffic.packetsOut(),
        traffic.bytesOut(),
        Map.copyOf(drops));
  }

  /// All reasons for which something may be dropped, as `Sample.drops` names them.
  static Set<String> dropReasons() {
    Set<String> reasons = new TreeSet<>();
    for (Drop reason : Drop.values()) {
      reasons.add(wireName(reason));
    }
    for (dev.parley.media.transport.Drop reason : dev.parley.media.transport.Drop.values()) {
      reasons.add(wireName(reason));
    }
    return reasons;
  }

  private static String wireName(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  /// Closes all rooms, then the port.
  @Override
  public Future<?> stop() {
    for (MediaRoom room : List.copyOf(rooms.values())) {
      room.close();
    }
    rooms.clear();
    return port.close();
  }

  /// Families of messages that workers send.
  static void register(Bus bus) {
    bus.register(MediaEvent.class);
  }
}
