package dev.parley.media;

import dev.parley.contract.MediaEvent;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.Done;
import dev.parley.contract.TransportParameters;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.media.transport.Certificate;
import dev.parley.media.transport.LivePeer;
import dev.parley.media.transport.SelfCheck;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A worker on a real port, alone on its event loop, and browsers for it.
final class LiveWorker implements AutoCloseable {

  static final String ROOM = "room";

  private static final Certificate CERTIFICATE = Certificate.create();

  static {
    SelfCheck.run(CERTIFICATE);
  }

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final Bus bus = new Bus(vertx);
  private final Worker worker;

  LiveWorker() {
    Config.Media config =
        new Config.Media(
            "127.0.0.1", "", 0, 0, 1, Duration.ofSeconds(30), List.of("AEAD_AES_128_GCM"));
    worker = new Worker(config, CERTIFICATE, bus);
    vertx.deployVerticle(worker).await();
  }

  Record ask(MediaRequest<?> request) {
    return worker.handle(request).await();
  }

  /// What a signaling node is told from now on.
  BlockingQueue<MediaEvent> listen(String node) {
    BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    bus.listen(MediaEvent.address(node), MediaEvent.class, events::add).completion().await();
    return events;
  }

  /// Numbers of this moment.
  Worker.Sample sample() {
    Promise<Worker.Sample> sample = Promise.promise();
    vertx.runOnContext(_ -> sample.complete(worker.takeSample()));
    return sample.future().await();
  }

  /// A browser of an owner, with a transport that is up and of which the node `old` is told.
  LivePeer connect(String owner, Direction direction) throws IOException {
    if (!(ask(new MediaRequest.CreateTransport(ROOM, owner, "old", direction))
        instanceof TransportParameters parameters)) {
      throw new AssertionError("no transport");
    }
    LivePeer peer = new LivePeer(parameters);
    ask(new MediaRequest.ConnectTransport(ROOM, owner, parameters.id(), peer.dtlsParameters()));
    peer.connect();
    for (int i = 0; !state(owner, parameters.id()).equals("connected"); i++) {
      if (i == 500 || peer.check() != 0) {
        throw new AssertionError("not connected");
      }
    }
    return peer;
  }

  private String state(String owner, String transport) {
    return ask(new MediaRequest.GetStats(ROOM, owner, transport))
            instanceof MediaRequest.Stats(var stats)
        ? String.valueOf(stats.getFirst().state())
        : "";
  }

  /// Closes all that an owner has.
  void closeOwner(String owner) {
    if (!(ask(new MediaRequest.CloseOwner(ROOM, owner)) instanceof Done)) {
      throw new AssertionError("not closed");
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
