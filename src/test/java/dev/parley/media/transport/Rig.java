package dev.parley.media.transport;

import dev.parley.contract.TransportParameters;
import dev.parley.kernel.Config;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// One worker's port on a real socket, with a clock that only the test moves.
final class Rig implements AutoCloseable {

  static final Duration CONSENT = Duration.ofSeconds(30);

  private static final Certificate CERTIFICATE = Certificate.create();

  static {
    SelfCheck.run(CERTIFICATE);
  }

  /// What the inlet was told.
  sealed interface Told {
    record Rtp(String hex) implements Told {}

    record Rtcp(String hex) implements Told {}

    record Connected() implements Told {}

    record Disconnected() implements Told {}

    record Closed(String reason) implements Told {}
  }

  final AtomicLong clock = new AtomicLong(TimeUnit.HOURS.toNanos(1));
  final AtomicInteger batches = new AtomicInteger();
  final EventLoop loop;
  final UdpPort port;
  final Config.Media config;
  private final Vertx vertx;

  Rig(boolean isNative, List<SrtpProfile> profiles) {
    vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(isNative).setEventLoopPoolSize(1));
    loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
    config =
        new Config.Media(
            "127.0.0.1", "", 0, 0, 1, CONSENT, profiles.stream().map(SrtpProfile::name).toList());
    port = UdpPort.open(loop, config, clock::get, _ -> batches.incrementAndGet()).await();
  }

  Rig() {
    this(true, List.of(SrtpProfile.AEAD_AES_128_GCM));
  }

  /// A transport with what its inlet was told.
  final class Peer {
    final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    final WebRtcTransport transport;
    final TransportParameters parameters;

    Peer(String id) {
      transport =
          call(() -> new WebRtcTransport(id, port, CERTIFICATE, config, _ -> new Recorder(told)));
      parameters = call(transport::parameters);
    }

    /// What came next; fails the test when nothing does.
    Told next() {
      try {
        Told next = told.poll(Browser.PATIENCE_MS, TimeUnit.MILLISECONDS);
        if (next == null) {
          throw new AssertionError("nothing was told, " + call(transport::dump));
        }
        return next;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void connect(Browser browser) {
      run(() -> transport.connect(browser.dtlsParameters()));
    }

    /// Sends one packet from the event loop.
    void send(byte[] plain) {
      run(() -> {
        System.arraycopy(plain, 0, transport.buffer(), 0, plain.length);
        if (Demux.of(plain, plain.length) == Demux.RTP) {
          transport.sendRtp(plain.length);
        } else {
          transport.sendRtcp(plain.length);
        }
      });
    }

    WebRtcTransport.Dump dump() {
      return call(transport::dump);
    }
  }

  Peer peer(String id) {
    return new Peer(id);
  }

  <T> T call(Callable<T> task) {
    try {
      return loop.submit(task).get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  void run(Runnable task) {
    call(() -> {
      task.run();
      return true;
    });
  }

  @Override
  public void close() {
    port.close().await();
    vertx.close().await();
  }

  /// An inlet that copies what it is told.
  private record Recorder(LinkedBlockingQueue<Told> told) implements Inlet {

    @Override
    public void onRtp(byte[] data, int offset, int length, long nowNs) {
      told.add(new Told.Rtp(hex(data, offset, length)));
    }

    @Override
    public void onRtcp(byte[] data, int offset, int length, long nowNs) {
      told.add(new Told.Rtcp(hex(data, offset, length)));
    }

    @Override
    public void onConnected(long nowNs) {
      told.add(new Told.Connected());
    }

    @Override
    public void onDisconnected() {
      told.add(new Told.Disconnected());
    }

    @Override
    public void onClosed(String reason) {
      told.add(new Told.Closed(reason));
    }
  }

  static String hex(byte[] data, int offset, int length) {
    return java.util.HexFormat.of().formatHex(Arrays.copyOfRange(data, offset, offset + length));
  }

  static String hex(byte[] data) {
    return hex(data, 0, data.length);
  }
}
