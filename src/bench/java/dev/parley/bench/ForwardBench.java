package dev.parley.bench;

import dev.parley.kernel.Config;
import dev.parley.media.transport.SrtpProfile;
import dev.parley.media.transport.StageOutlet.Stage;
import dev.parley.media.transport.UdpPort;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// What it costs to forward one packet to one consumer, stage by stage, on one event loop.
///
/// Packets of one camera are handed to the publisher's session as if decrypted; what follows is the
/// path of a node. Each stage is run with packets that arrive one by one and with frames of eight
/// that arrive together. Prints one JSON object.
///
/// Arguments: `--consumers 200 --seconds 3 --profile gcm128|gcm256|cm80|all`.
public final class ForwardBench {

  /// Frames that are forwarded before the event loop may turn.
  private static final int FRAMES = 20;

  private static final Map<String, List<SrtpProfile>> PROFILES =
      Map.of(
          "gcm128", List.of(SrtpProfile.AEAD_AES_128_GCM),
          "gcm256", List.of(SrtpProfile.AEAD_AES_256_GCM),
          "cm80", List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80),
          "all", List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES_CM_128_HMAC_SHA1_80));

  private final EventLoop loop;
  private final UdpPort port;
  private final UdpSink sink;
  private final int consumers;
  private final Duration length;

  private ForwardBench(EventLoop loop, UdpPort port, UdpSink sink, int consumers, Duration length) {
    this.loop = loop;
    this.port = port;
    this.sink = sink;
    this.consumers = consumers;
    this.length = length;
  }

  /// Runs it; ends with 64 when the arguments are wrong.
  public static void main(String[] args) throws Exception {
    int consumers = 200;
    int seconds = 3;
    String profile = "all";
    try {
      for (int i = 0; i < args.length; i += 2) {
        switch (args[i]) {
          case "--consumers" -> consumers = Integer.parseInt(args[i + 1]);
          case "--seconds" -> seconds = Integer.parseInt(args[i + 1]);
          case "--profile" -> profile = args[i + 1];
          default -> throw new IllegalArgumentException(args[i]);
        }
      }
      if (consumers < 1 || seconds < 1 || !PROFILES.containsKey(profile)) {
        throw new IllegalArgumentException("out of range");
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
      System.err.println(
          "Usage: bin/bench forward [--consumers 200] [--seconds 3]"
              + " [--profile gcm128|gcm256|cm80|all]");
      System.exit(64);
    }
    System.out.println(run(consumers, seconds, PROFILES.get(profile)).encodePrettily());
    System.exit(0);
  }

  private static JsonObject run(int consumers, int seconds, List<SrtpProfile> profiles)
      throws Exception {
    var handler = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    var group = new MultiThreadIoEventLoopGroup(1, handler);
    EventLoop loop = group.next();
    var config = new Config.Media("127.0.0.1", "", 0, 0, 1, Duration.ofSeconds(30), names());
    JsonArray results = new JsonArray();
    try (UdpSink sink = new UdpSink()) {
      UdpPort port =
          UdpPort.open(loop, config, System::nanoTime, _ -> {})
              .toCompletionStage()
              .toCompletableFuture()
              .get(5, TimeUnit.SECONDS);
      ForwardBench bench =
          new ForwardBench(loop, port, sink, consumers, Duration.ofSeconds(seconds));
      for (SrtpProfile profile : profiles) {
        results.add(bench.measure(profile, "evenly paced", 1));
        results.add(bench.measure(profile, "bursts of 8", Frames.PACKETS));
      }
    }
    return new JsonObject()
        .put("benchmark", "forward")
        .put("at", java.time.Instant.now().toString())
        .put("machine", Machine.describe())
        .put("consumers", consumers)
        .put("secondsPerStage", seconds)
        .put("results", results);
  }

  private static List<String> names() {
    return List.of(SrtpProfile.AEAD_AES_128_GCM.name());
  }

  private JsonObject measure(SrtpProfile profile, String arrival, int together) throws Exception {
    Map<Stage, Double> ns = new EnumMap<>(Stage.class);
    JsonObject stages = new JsonObject();
    for (Stage stage : Stage.values()) {
      JsonObject figures = measure(profile, stage, together);
      ns.put(stage, figures.getDouble("nsPerPacket"));
      stages.put(stage.name(), figures);
    }
    return new JsonObject()
        .put("profile", profile.name())
        .put("arrival", arrival)
        .put("stages", stages)
        .put(
            "ratios",
            new JsonObject()
                .put("srtpToForward", ratio(ns, Stage.SRTP, Stage.FORWARD))
                .put("sendToSrtp", ratio(ns, Stage.SEND, Stage.SRTP))
                .put("sendToSendMerged", ratio(ns, Stage.SEND, Stage.SEND_MERGED)));
  }

  private static double ratio(Map<Stage, Double> ns, Stage over, Stage under) {
    return Math.round(100 * ns.getOrDefault(over, 0.0) / ns.getOrDefault(under, 1.0)) / 100.0;
  }

  private JsonObject measure(SrtpProfile profile, Stage stage, int together) throws Exception {
    Fanout fanout = on(() -> new Fanout(port, stage, profile, sink.address(), consumers));
    repeat(fanout, together, length.dividedBy(2).plusSeconds(1));
    Fanout.Cost before = on(fanout::cost);
    UdpPort.SendStats sentBefore = on(port::sendStats);
    long arrivedBefore = sink.received();
    repeat(fanout, together, length);
    Fanout.Cost cost = on(fanout::cost).since(before);
    UdpPort.SendStats sent = on(port::sendStats);
    long arrived = sink.received() - arrivedBefore;
    on(() -> {
      fanout.close();
      return true;
    });
    double packets = Math.max(1, cost.forwarded());
    JsonObject figures =
        new JsonObject()
            .put("nsPerPacket", Math.round(cost.cpuNs() / packets))
            .put("packetsPerCpuSecond", Math.round(packets * 1e9 / Math.max(1, cost.cpuNs())))
            .put("bytesAllocatedPerPacket", Math.round(cost.allocated() / packets))
            .put("packets", cost.forwarded())
            .put("refused", cost.refused());
    long messages = sent.messages() - sentBefore.messages();
    if (messages > 0) {
      double datagrams = sent.datagrams() - sentBefore.datagrams();
      figures
          .put("datagramsPerMessage", Math.round(100 * datagrams / messages) / 100.0)
          .put("arrivedAtSink", Math.round(100 * arrived / packets) / 100.0);
    }
    return figures;
  }

  /// Lets the event loop turn between rounds, so that a full socket can be waited for.
  private void repeat(Fanout fanout, int together, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      on(() -> {
        fanout.run(FRAMES, together);
        return true;
      });
    }
  }

  private <T> T on(Callable<T> call) throws Exception {
    return loop.submit(call).get();
  }
}
