package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/// A loopback socket with a thread that takes what arrives and counts it. It looks every so often
/// instead of waiting, so that the sender does not pay for waking it.
final class UdpSink implements AutoCloseable {

  private static final int BUFFER = 4 * 1024 * 1024;
  private static final long PAUSE_NS = 50_000;

  private final DatagramChannel channel;
  private final InetSocketAddress address;
  private volatile long received;

  UdpSink() throws IOException {
    channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
    channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    address = (InetSocketAddress) channel.getLocalAddress();
    Thread.ofPlatform().daemon().name("sink").start(this::run);
  }

  InetSocketAddress address() {
    return address;
  }

  /// Datagrams that arrived so far; what finds the socket's buffer full is lost.
  long received() {
    return received;
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
    long count = 0;
    try {
      while (true) {
        if (channel.receive(buffer) == null) {
          LockSupport.parkNanos(PAUSE_NS);
        } else {
          received = ++count;
          buffer.clear();
        }
      }
    } catch (ClosedChannelException e) {
      // The end of the benchmark.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
