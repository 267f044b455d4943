package dev.parley.media;

import dev.parley.contract.MediaEvent;
import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.Done;
import dev.parley.contract.MediaStat;
import dev.parley.contract.TransportParameters;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Ids;
import dev.parley.media.rtp.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One room on a worker: its router, and the transports, producers and consumers by their ids.
/// Answers the requests about them. On the worker's event loop.
///
/// What belongs to another owner is answered as if it did not exist.
final class MediaRoom implements Router.Events {

  /// Transports of one participant: two are usual, more only while he rebuilds them.
  private static final int MAX_TRANSPORTS = 8;

  /// Longest time that an owner is waited for.
  private static final long MAX_SUSPENSION_MS = TimeUnit.MINUTES.toMillis(10);

  private static final Done DONE = new Done();

  private final String roomId;
  private final Router router;
  private final Transports transports;
  private final BiConsumer<String, Record> tell;
  private final Map<String, Link> links = new LinkedHashMap<>();
  private final Map<String, Consumable> consumables = new HashMap<>();
  private final Map<String, Producer> producers = new HashMap<>();
  private final Map<String, Consumer> consumers = new HashMap<>();
  private long emptySinceNs;

  /// Makes transports on the worker's port.
  interface Transports {
    Link open(Router router, String owner, String signalingNode, Direction direction);
  }

  /// @param tell sends an event to an address of the bus
  /// @param onDirty told when packets begin to wait for the router's `flush`
  MediaRoom(
      String roomId,
      Traffic traffic,
      Transports transports,
      BiConsumer<String, Record> tell,
      java.util.function.Consumer<Router> onDirty,
      long nowNs) {
    this.roomId = roomId;
    this.router = new Router(traffic, this, onDirty);
    this.transports = transports;
    this.tell = tell;
    this.emptySinceNs = nowNs;
  }

  Router router() {
    return router;
  }

  int transportCount() {
    return links.size();
  }

  int producerCount() {
    return producers.size();
  }

  int consumerCount() {
    return consumers.size();
  }

  /// Whether it has had no transport for so long.
  boolean isEmptyFor(long ns, long nowNs) {
    return links.isEmpty() && nowNs - emptySinceNs > ns;
  }

  /// Drives RTCP of all sessions; every 20 ms.
  void tick(long nowNs) {
    for (Link link : links.values()) {
      link.session().tick(nowNs);
    }
  }

  /// Drives ICE consent and DTLS timeouts; a few times a second.
  void tickTransports(long nowNs) {
    if (!links.isEmpty()) {
      emptySinceNs = nowNs;
    }
    for (Link link : List.copyOf(links.values())) {
      link.transport().tick(nowNs);
    }
  }

  /// Answers one request.
  ///
  /// @throws Failure to be told to the one who asked
  Record handle(MediaRequest<?> request, long nowNs) {
    return switch (request) {
      case MediaRequest.OpenRouter _ ->
          new MediaRequest.RouterOpened(Negotiation.routerCapabilities());
      case MediaRequest.CreateTransport r -> createTransport(r);
      case MediaRequest.ConnectTransport r -> connect(r);
      case MediaRequest.RestartIce r ->
          new MediaRequest.IceRestarted(link(r.transportId(), r.owner()).transport().restartIce());
      case MediaRequest.Produce r -> produce(r);
      case MediaRequest.Consume r -> consume(r, nowNs);
      case MediaRequest.ControlProducer r -> control(r, nowNs);
      case MediaRequest.ControlConsumer r -> control(r, nowNs);
      case MediaRequest.SetPreferredLayers r -> preferLayers(r, nowNs);
      case MediaRequest.GetStats r -> new MediaRequest.Stats(stats(r, nowNs));
      case MediaRequest.AdoptOwner r -> adopt(r);
      case MediaRequest.SuspendOwner r -> suspend(r, nowNs);
      case MediaRequest.ResumeOwner r -> resume(r.owner(), nowNs);
      case MediaRequest.CloseOwner r -> closeOwner(r.owner());
      case MediaRequest.CloseRouter _ -> close();
    };
  }

  /// Answers a request about a room that does not exist and is not opened by it.
  ///
  /// @throws Failure NOT_FOUND for one that needs the room
  static Record answerWithoutRoom(MediaRequest<?> request) {
    return switch (request) {
      case MediaRequest.AdoptOwner _ ->
          new MediaRequest.OwnerAdopted(List.of(), List.of(), List.of());
      case MediaRequest.SuspendOwner _,
          MediaRequest.ResumeOwner _,
          MediaRequest.CloseOwner _,
          MediaRequest.CloseRouter _ ->
          DONE;
      default -> throw Failure.notFound("Router not found");
    };
  }

  private List<Link> linksOf(String owner) {
    return links.values().stream().filter(link -> link.owner().equals(owner)).toList();
  }

  private MediaRequest.OwnerAdopted adopt(MediaRequest.AdoptOwner request) {
    List<MediaRequest.OwnedTransport> own = new ArrayList<>();
    List<String> produced = new ArrayList<>();
    List<MediaRequest.OwnedConsumer> consumed = new ArrayList<>();
    for (Link link : linksOf(request.owner())) {
      link.adoptedBy(request.node());
      own.add(new MediaRequest.OwnedTransport(link.id(), link.direction()));
      for (Producer producer : link.session().producers()) {
        produced.add(producer.id());
      }
      for (Consumer consumer : link.session().consumers()) {
        consumed.add(
            new MediaRequest.OwnedConsumer(consumer.id(), link.id(), consumer.producer().id()));
      }
    }
    return new MediaRequest.OwnerAdopted(own, produced, consumed);
  }

  private Done suspend(MediaRequest.SuspendOwner request, long nowNs) {
    long ms = Math.clamp(request.forMs(), 0, MAX_SUSPENSION_MS);
    for (Link link : linksOf(request.owner())) {
      link.transport().suspend(nowNs + TimeUnit.MILLISECONDS.toNanos(ms));
    }
    return DONE;
  }

  private Done resume(String owner, long nowNs) {
    for (Link link : linksOf(owner)) {
      link.transport().resume(nowNs);
    }
    return DONE;
  }

  private TransportParameters createTransport(MediaRequest.CreateTransport request) {
    if (linksOf(request.owner()).size() >= MAX_TRANSPORTS) {
      throw new Failure(
          Failure.Code.RATE_LIMITED, "A participant has at most " + MAX_TRANSPORTS + " transports");
    }
    Link link =
        transports.open(router, request.owner(), request.signalingNode(), request.direction());
    links.put(link.id(), link);
    return link.transport().parameters();
  }

  private Done connect(MediaRequest.ConnectTransport request) {
    link(request.transportId(), request.owner()).transport().connect(request.dtlsParameters());
    return DONE;
  }

  private MediaRequest.Produced produce(MediaRequest.Produce request) {
    Link link = link(request.transportId(), request.owner());
    if (link.direction() != Direction.SEND) {
      throw Failure.invalid("Cannot produce on a recv transport");
    }
    String id = Ids.uuid();
    Consumable consumable =
        Negotiation.produce(id, request.kind(), request.rtpParameters(), link.cname());
    String mid = consumable.spec().mid();
    if (mid != null && link.hasMid(mid)) {
      throw Failure.invalid("rtpParameters.mid: is taken by another producer of the transport");
    }
    Producer producer = link.session().addProducer(consumable.spec());
    if (request.paused()) {
      producer.pause();
    }
    producers.put(id, producer);
    consumables.put(id, consumable);
    return new MediaRequest.Produced(id);
  }

  private MediaRequest.Consumed consume(MediaRequest.Consume request, long nowNs) {
    Link link = link(request.transportId(), request.owner());
    if (link.direction() != Direction.RECV) {
      throw Failure.invalid("Cannot consume on a send transport");
    }
    Producer producer = producers.get(request.producerId());
    Consumable consumable = consumables.get(request.producerId());
    if (producer == null || consumable == null) {
      throw Failure.notFound(Negotiation.CANNOT_CONSUME);
    }
    String id = Ids.uuid();
    Consumption consumption =
        Negotiation.consume(
            consumable, request.rtpCapabilities(), id, link.nextMid(), link.ssrcs());
    Consumer consumer = link.session().addConsumer(consumption.spec(), producer);
    consumers.put(id, consumer);
    if (!request.paused()) {
      consumer.resume(nowNs);
    }
    MediaKind kind = consumable.spec().kind();
    return new MediaRequest.Consumed(
        id, request.producerId(), kind, consumption.rtpParameters(), producer.isPaused());
  }

  private Done control(MediaRequest.ControlProducer request, long nowNs) {
    Producer producer = producer(request.producerId(), request.owner());
    switch (request.action()) {
      case PAUSE -> producer.pause();
      case RESUME -> producer.resume(nowNs);
      case CLOSE -> {
        producer.close();
        forget(producer);
      }
    }
    return DONE;
  }

  private Done control(MediaRequest.ControlConsumer request, long nowNs) {
    Consumer consumer = consumer(request.consumerId(), request.owner());
    switch (request.action()) {
      case PAUSE -> consumer.pause();
      case RESUME -> consumer.resume(nowNs);
      case REQUEST_KEY_FRAME -> consumer.requestKeyFrame(nowNs);
      case CLOSE -> {
        consumer.close();
        forget(consumer);
      }
    }
    return DONE;
  }

  private Done preferLayers(MediaRequest.SetPreferredLayers request, long nowNs) {
    consumer(request.consumerId(), request.owner()).preferLayer(request.spatialLayer(), nowNs);
    return DONE;
  }

  private List<MediaStat> stats(MediaRequest.GetStats request, long nowNs) {
    List<MediaStat> stats = new ArrayList<>();
    String id = request.id();
    for (Link link : links.values()) {
      if (!link.owner().equals(request.owner())) {
        continue;
      }
      if (id == null || link.id().equals(id)) {
        stats.add(link.session().stat(nowNs));
      }
      for (Producer producer : link.session().producers()) {
        if (id == null || producer.id().equals(id)) {
          stats.addAll(producer.stats(nowNs));
        }
      }
      for (Consumer consumer : link.session().consumers()) {
        if (id == null || consumer.id().equals(id)) {
          stats.add(consumer.stat(nowNs));
        }
      }
    }
    return stats;
  }

  private Done closeOwner(String owner) {
    linksOf(owner).forEach(Link::close);
    return DONE;
  }

  /// Closes every transport, and with them all producers and consumers.
  Done close() {
    for (Link link : List.copyOf(links.values())) {
      link.close();
    }
    return DONE;
  }

  private Link link(String transportId, String owner) {
    Link link = links.get(transportId);
    if (link == null || !link.owner().equals(owner)) {
      throw Failure.notFound("Transport not found");
    }
    return link;
  }

  private Producer producer(String producerId, String owner) {
    Producer producer = producers.get(producerId);
    if (producer == null || !isOwn(producer.session(), owner)) {
      throw Failure.notFound("Producer not found");
    }
    return producer;
  }

  private Consumer consumer(String consumerId, String owner) {
    Consumer consumer = consumers.get(consumerId);
    if (consumer == null || !isOwn(consumer.session(), owner)) {
      throw Failure.notFound("Consumer not found");
    }
    return consumer;
  }

  private boolean isOwn(RtpSession session, String owner) {
    Link link = links.get(session.id());
    return link != null && link.owner().equals(owner);
  }

  private void forget(Producer producer) {
    producers.remove(producer.id());
    consumables.remove(producer.id());
  }

  private void forget(Consumer consumer) {
    consumers.remove(consumer.id());
    Link link = links.get(consumer.session().id());
    if (link != null) {
      link.transport().forgetSsrc(consumer.spec().ssrc());
      link.transport().forgetSsrc(consumer.spec().rtxSsrc());
    }
  }

  @Override
  public void producerClosed(Producer producer) {
    forget(producer);
    Link link = links.get(producer.session().id());
    if (link != null && !link.isClosing()) {
      emit(link, new MediaEvent.ProducerClosed(roomId, link.owner(), producer.id()));
    }
  }

  @Override
  public void consumerClosed(Consumer consumer) {
    forget(consumer);
  }

  @Override
  public void layersChanged(Consumer consumer) {
    Link link = links.get(consumer.session().id());
    if (link != null && consumer.producer().encodings().size() > 1) {
      @Nullable Integer layer = consumer.currentLayer();
      emit(
          link,
          new MediaEvent.ConsumerLayersChanged(
              roomId, link.owner(), consumer.id(), layer, layer == null ? null : 0));
    }
  }

  @Override
  public void sessionClosed(RtpSession session, String reason) {
    Link link = links.remove(session.id());
    consumers.values().removeIf(consumer -> consumer.session() == session);
    if (link != null && !link.isClosing()) {
      emit(link, new MediaEvent.TransportClosed(roomId, link.owner(), link.id(), reason));
    }
  }

  private <E extends Record & MediaEvent> void emit(Link link, E event) {
    tell.accept(MediaEvent.address(link.signalingNode()), event);
  }
}
