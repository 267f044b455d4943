package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaStat;
import dev.parley.kernel.Failure;
import dev.parley.media.congestion.TwccFeedback;
import dev.parley.media.rtp.Bytes;
import dev.parley.media.rtp.Drop;
import dev.parley.media.rtp.ExtensionIds;
import dev.parley.media.rtp.HeaderExtensions;
import dev.parley.media.rtp.RateMeter;
import dev.parley.media.rtp.RtcpWriter;
import dev.parley.media.rtp.RtpPacket;
import dev.parley.media.rtp.Traffic;
import dev.parley.media.transport.Inlet;
import dev.parley.media.transport.Outlet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// All RTP and RTCP of one WebRTC transport: finds the producer each received packet belongs to,
/// and sends what its consumers forward.
///
/// A packet's ssrc is either signalled or learnt from its MID, RID and repaired RID (RFC 9143, RFC
/// 8852). One ssrc is learnt per encoding and kind; a later one replaces it, so that no flood of
/// ssrcs fills memory.
public final class RtpSession implements Inlet {

  /// Producers, and consumers, that one session may have.
  public static final int MAX_STREAMS = 256;

  /// What an ssrc leads to.
  private record Route(Encoding encoding, boolean rtx) {}

  private final String id;
  private final Router router;
  private final Outlet outlet;
  private final long localSsrc;
  private final Traffic traffic;

  private final ArrayList<Producer> producers = new ArrayList<>();
  private final ArrayList<Consumer> consumers = new ArrayList<>();
  private final SsrcTable<Route> routes = new SsrcTable<>();
  private final SsrcTable<Consumer> consumersBySsrc = new SsrcTable<>();

  private final RtpPacket packet = new RtpPacket();
  private final RtcpWriter writer = new RtcpWriter();
  private final TwccFeedback twcc = new TwccFeedback();
  private final SessionReports reports;
  private final SessionFeedback feedback;
  private final RateMeter rateIn = new RateMeter();

  private int transportCcId;
  private boolean twccAgreed;
  private int transportSeq;
  private long packetsIn;
  private long bytesIn;
  private long rembBps;
  private boolean wasConnected;
  private boolean closed;

  /// @param id of the transport, for statistics
  /// @param outlet of the same transport, whose inlet this session is
  public RtpSession(String id, Router router, Outlet outlet) {
    this(id, router, outlet, ThreadLocalRandom.current().nextLong(1, 0x1_0000_0000L));
  }

  RtpSession(String id, Router router, Outlet outlet, long localSsrc) {
    this.id = id;
    this.router = router;
    this.outlet = outlet;
    this.localSsrc = localSsrc;
    this.traffic = router.traffic();
    this.reports = new SessionReports(this, localSsrc);
    this.feedback = new SessionFeedback(this);
  }

  public String id() {
    return id;
  }

  public Router router() {
    return router;
  }

  /// Its producers now; not to be changed.
  public List<Producer> producers() {
    return producers;
  }

  /// Its consumers now; not to be changed.
  public List<Consumer> consumers() {
    return consumers;
  }

  public boolean isClosed() {
    return closed;
  }

  /// Takes a track this session's browser sends.
  ///
  /// @throws Failure CONFLICT when an ssrc is taken or the session is closed, INVALID without
  ///   encodings, RATE_LIMITED above `MAX_STREAMS`
  public Producer addProducer(ProducerSpec spec) {
    checkOpen(producers.size());
    if (spec.encodings().isEmpty() || spec.encodings().size() > 8) {
      throw new Failure(Failure.Code.INVALID, "a producer has 1 to 8 encodings");
    }
    Producer producer = new Producer(spec, this);
    for (Encoding encoding : producer.encodings()) {
      if (!register(encoding, encoding.ssrc(), false)
          || !register(encoding, encoding.rtxSsrc(), true)) {
        unregister(producer);
        throw new Failure(Failure.Code.CONFLICT, "ssrc in use: " + encoding.ssrc());
      }
    }
    producers.add(producer);
    if (spec.extensions().transportCc() > 0) {
      transportCcId = spec.extensions().transportCc();
      twccAgreed |= spec.transportCc();
    }
    return producer;
  }

  /// Forwards `producer`, of any session of the same router, to this session's browser. Paused
  /// until `Consumer.resume`.
  ///
  /// @throws Failure CONFLICT when the ssrc is taken or the session or producer is closed,
  ///   RATE_LIMITED above `MAX_STREAMS`
  public Consumer addConsumer(ConsumerSpec spec, Producer producer) {
    checkOpen(consumers.size());
    if (producer.isClosed()) {
      throw new Failure(Failure.Code.CONFLICT, "producer is closed");
    }
    Consumer consumer = new Consumer(spec, producer, this);
    if (!consumersBySsrc.put(spec.ssrc(), consumer)) {
      throw new Failure(Failure.Code.CONFLICT, "ssrc in use: " + spec.ssrc());
    }
    consumers.add(consumer);
    producer.add(consumer);
    return consumer;
  }

  private void checkOpen(int streams) {
    if (closed) {
      throw new Failure(Failure.Code.CONFLICT, "transport is closed");
    }
    if (streams >= MAX_STREAMS) {
      throw new Failure(Failure.Code.RATE_LIMITED, "at most " + MAX_STREAMS + " on a transport");
    }
  }

  private boolean register(Encoding encoding, long ssrc, boolean rtx) {
    return ssrc == 0 || routes.put(ssrc, new Route(encoding, rtx));
  }

  private void unregister(Producer producer) {
    for (Encoding encoding : producer.encodings()) {
      unregister(encoding, encoding.ssrc());
      unregister(encoding, encoding.rtxSsrc());
    }
  }

  private void unregister(Encoding encoding, long ssrc) {
    Route route = ssrc == 0 ? null : routes.get(ssrc);
    if (route != null && route.encoding() == encoding) {
      routes.remove(ssrc);
    }
  }

  @Override
  public void onRtp(byte[] data, int offset, int length, long nowNs) {
    if (closed) {
      return;
    }
    traffic.in(length);
    packetsIn++;
    bytesIn += length;
    rateIn.add(length, nowNs);
    if (!packet.parse(data, offset, length)) {
      traffic.drop(Drop.MALFORMED);
      return;
    }
    int transportNumber = packet.extensions().find(transportCcId, 2);
    if (transportNumber >= 0) {
      twcc.received(Bytes.u16(data, transportNumber), packet.ssrc(), nowNs);
    }
    Route route = routes.get(packet.ssrc());
    if (route == null) {
      route = learn();
      if (route == null) {
        traffic.drop(Drop.UNKNOWN_SSRC);
        return;
      }
    }
    if (route.rtx()) {
      route.encoding().receiveRtx(packet, nowNs);
    } else {
      route.encoding().receive(packet, nowNs);
    }
  }

  /// Finds whose the packet of an unknown ssrc is, and remembers it.
  private @Nullable Route learn() {
    for (int i = 0; i < producers.size(); i++) {
      Producer producer = producers.get(i);
      ExtensionIds ids = producer.spec().extensions();
      HeaderExtensions extensions = packet.extensions();
      int mid = extensions.find(ids.mid(), 1);
      if (mid >= 0 && !producer.hasMid(packet.data(), mid, extensions.length(ids.mid()))) {
        continue;
      }
      Route route = match(producer, mid >= 0);
      if (route != null) {
        return remember(route);
      }
    }
    return null;
  }

  private @Nullable Route match(Producer producer, boolean midMatches) {
    ProducerSpec spec = producer.spec();
    boolean rtx = spec.rtxPayloadType() >= 0 && packet.payloadType() == spec.rtxPayloadType();
    if (!rtx && packet.payloadType() != spec.payloadType()) {
      return null;
    }
    HeaderExtensions extensions = packet.extensions();
    int ridId = spec.extensions().rid();
    if (rtx && extensions.find(spec.extensions().repairedRid(), 1) >= 0) {
      ridId = spec.extensions().repairedRid();
    }
    int rid = extensions.find(ridId, 1);
    List<Encoding> encodings = producer.encodings();
    for (int i = 0; i < encodings.size(); i++) {
      Encoding encoding = encodings.get(i);
      boolean named = rid >= 0 && encoding.hasRid(packet.data(), rid, extensions.length(ridId));
      // Without MID the first stream of this payload type is taken, once (RFC 8843 §9.2).
      boolean only =
          rid < 0
              && encodings.size() == 1
              && (midMatches || (rtx ? encoding.rtxSsrc() : encoding.ssrc()) == 0);
      boolean free = rtx ? encoding.learnsRtxSsrc() : encoding.learnsSsrc();
      if ((named || only) && free) {
        return new Route(encoding, rtx);
      }
    }
    return null;
  }

  private @Nullable Route remember(Route route) {
    Encoding encoding = route.encoding();
    unregister(encoding, route.rtx() ? encoding.rtxSsrc() : encoding.ssrc());
    if (!routes.put(packet.ssrc(), route)) {
      return null;
    }
    if (route.rtx()) {
      encoding.rtxSsrc(packet.ssrc());
    } else {
      encoding.ssrc(packet.ssrc());
    }
    return route;
  }

  @Override
  public void onRtcp(byte[] data, int offset, int length, long nowNs) {
    if (!closed) {
      traffic.rtcpIn();
      feedback.handle(data, offset, length, nowNs);
    }
  }

  @Override
  public void onConnected(long nowNs) {
    wasConnected = true;
    for (Consumer consumer : consumers) {
      consumer.seek(nowNs);
    }
  }

  /// What is forwarded when it connects again is no continuation of what was.
  @Override
  public void onDisconnected() {
    for (Consumer consumer : consumers) {
      consumer.desync();
    }
  }

  @Override
  public void onClosed(String reason) {
    close();
    router.events().sessionClosed(this, reason);
  }

  /// Every 20 ms: loss lists, feedback, reports and keyframe requests.
  public void tick(long nowNs) {
    if (!closed) {
      reports.tick(nowNs);
    }
  }

  /// Ends it with all its consumers, then its producers, each of which is reported by
  /// `Router.Events`. The transport is left to its owner. Idempotent.
  public void close() {
    if (closed) {
      return;
    }
    for (Consumer consumer : List.copyOf(consumers)) {
      consumer.close();
    }
    closed = true;
    for (Producer producer : List.copyOf(producers)) {
      producer.close();
      router.events().producerClosed(producer);
    }
  }

  void removed(Producer producer) {
    producers.remove(producer);
    unregister(producer);
  }

  void removed(Consumer consumer, boolean sayGoodbye) {
    consumers.remove(consumer);
    consumersBySsrc.remove(consumer.spec().ssrc());
    if (sayGoodbye && isConnected()) {
      RtcpWriter goodbye = rtcp();
      goodbye.receiverReport(localSsrc, 0);
      goodbye.cname(consumer.spec().ssrc(), consumer.spec().cname());
      goodbye.bye(consumer.spec().ssrc());
      sendRtcp();
    }
  }

  /// Sends a PLI or FIR for this encoding if one is due.
  void askForKeyframe(Encoding encoding, long nowNs) {
    ProducerSpec spec = encoding.producer().spec();
    if (spec.kind() != MediaKind.VIDEO || encoding.ssrc() == 0 || !isConnected()) {
      return;
    }
    if ((spec.pli() || spec.fir()) && encoding.keyframes().takeDue(nowNs)) {
      encoding.countKeyframeRequest();
      if (spec.pli()) {
        rtcp().pli(localSsrc, encoding.ssrc());
      } else {
        rtcp().fir(localSsrc, encoding.ssrc(), encoding.nextFirSeq());
      }
      sendRtcp();
    }
  }

  @Nullable Consumer consumer(long ssrc) {
    return consumersBySsrc.get(ssrc);
  }

  /// The encoding whose media stream this ssrc is.
  @Nullable Encoding encoding(long ssrc) {
    Route route = routes.get(ssrc);
    return route == null || route.rtx() ? null : route.encoding();
  }

  /// The receiver's estimate of what may be sent to it.
  void remb(long bitrateBps) {
    rembBps = bitrateBps;
  }

  /// What the browser last said it can receive in all, in bits per second; 0 when it never did.
  public long rembBps() {
    return rembBps;
  }

  boolean twccAgreed() {
    return twccAgreed;
  }

  TwccFeedback twcc() {
    return twcc;
  }

  Traffic traffic() {
    return traffic;
  }

  boolean isConnected() {
    return outlet.isConnected();
  }

  byte[] buffer() {
    return outlet.buffer();
  }

  /// The 16-bit number of the next packet that carries one.
  int nextTransportSeq() {
    return transportSeq++ & 0xffff;
  }

  void sendRtp(int length) {
    traffic.out(length);
    outlet.sendRtp(length);
  }

  /// Begins a compound RTCP packet in the outlet's buffer.
  RtcpWriter rtcp() {
    writer.start(outlet.buffer());
    return writer;
  }

  /// Sends what was written since `rtcp`.
  void sendRtcp() {
    sendRtcp(writer.length());
  }

  void sendRtcp(int length) {
    traffic.rtcpOut();
    outlet.sendRtcp(length);
  }

  /// What arrived on this transport.
  public MediaStat stat(long nowNs) {
    return new MediaStat(
        "transport",
        id,
        null,
        null,
        null,
        packetsIn,
        bytesIn,
        rateIn.bitrateBps(nowNs),
        null,
        null,
        null,
        null,
        null,
        null,
        state());
  }

  private String state() {
    if (closed) {
      return "closed";
    }
    if (isConnected()) {
      return "connected";
    }
    return wasConnected ? "disconnected" : "new";
  }

  /// What it is doing, for people.
  public Dump dump() {
    return new Dump(
        id,
        isConnected(),
        closed,
        producers.stream().map(Producer::dump).toList(),
        consumers.stream().map(Consumer::dump).toList());
  }

  /// State of a session.
  public record Dump(
      String id,
      boolean connected,
      boolean closed,
      List<Producer.Dump> producers,
      List<Consumer.Dump> consumers) {}
}
