package dev.parley.media.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The DTLS association of one transport: BouncyCastle's blocking server on a virtual thread that
/// lives as long as the association, to hear `close_notify`.
///
/// Datagrams come in through a bounded queue and everything that happens is posted to the worker's
/// event loop. `offer` and `close` are called there; both return at once.
final class DtlsHandshake {

  private static final Logger LOG = LoggerFactory.getLogger(DtlsHandshake.class);

  /// What happens, told on the worker's event loop.
  interface Events {
    /// A datagram for the browser.
    void onDtlsSend(byte[] datagram);

    /// The browser is who it was said to be, and these are the keys.
    void onDtlsUp(SrtpKeys keys);

    /// It is over, once: the handshake failed or timed out (`wasUp` is false), or the browser
    /// closed. Also after `close`.
    void onDtlsClosed(boolean wasUp);
  }

  /// Longest handshake.
  static final int TIMEOUT_MS = 20_000;

  /// Datagrams that wait for the thread; more are dropped, DTLS sends them again.
  static final int MAX_QUEUED = 32;

  /// Longest DTLS datagram taken and sent: what fits every path.
  static final int MAX_RECEIVED = 1500;

  private static final int MAX_SENT = 1200;
  private static final int RECORD_HEADER = 13;

  /// Explicit nonce and tag of AES-GCM (RFC 5288 §3), and one byte.
  private static final int SHORTEST_ENCRYPTED = 8 + 16 + 1;

  private static final byte[] WAKE_UP = {};

  private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(MAX_QUEUED + 1);
  private final Executor loop;
  private final Events events;
  private final DtlsServer server;
  private volatile boolean isClosing;
  private volatile boolean isUp;

  private DtlsHandshake(DtlsServer server, Executor loop, Events events) {
    this.server = server;
    this.loop = loop;
    this.events = events;
  }

  /// Starts the thread.
  static DtlsHandshake start(
      Certificate certificate,
      Fingerprints expected,
      List<SrtpProfile> profiles,
      Executor loop,
      Events events) {
    DtlsHandshake handshake =
        new DtlsHandshake(
            new DtlsServer(certificate, expected, profiles, TIMEOUT_MS), loop, events);
    Thread.ofVirtual().name("dtls").start(handshake::run);
    return handshake;
  }

  /// Whether a datagram is made of whole DTLS records (RFC 6347 §4.1) that the library can be
  /// shown.
  ///
  /// A record too short for the cipher would make it end the association, although RFC 6347
  /// §4.1.2.7 wants such records dropped: anyone who can forge the browser's address could end a
  /// call.
  static boolean isWellFormed(byte[] data, int length) {
    int at = 0;
    while (length - at >= RECORD_HEADER) {
      boolean isEncrypted = data[at + 3] != 0 || data[at + 4] != 0;
      int size = ((data[at + 11] & 0xff) << 8) | (data[at + 12] & 0xff);
      if (isEncrypted && size < SHORTEST_ENCRYPTED) {
        return false;
      }
      at += RECORD_HEADER + size;
    }
    return at == length && length > 0;
  }

  /// Hands over a datagram; the array must not be changed afterwards.
  ///
  /// @return whether there was room
  boolean offer(byte[] datagram) {
    return queue.size() < MAX_QUEUED && datagram.length > 0 && queue.offer(datagram);
  }

  /// Ends the association, with `close_notify` if it was up. Idempotent.
  void close() {
    isClosing = true;
    if (!queue.offer(WAKE_UP)) {
      queue.clear();
      queue.offer(WAKE_UP);
    }
  }

  private void run() {
    try {
      DTLSTransport association = new DTLSServerProtocol().accept(server, new Pipe());
      SrtpKeys keys = server.keys();
      isUp = true;
      loop.execute(() -> events.onDtlsUp(keys));
      drain(association);
    } catch (IOException | RuntimeException e) {
      LOG.debug("dtls association ended up={} cause={}", isUp, String.valueOf(e));
    } finally {
      boolean wasUp = isUp;
      isClosing = true;
      loop.execute(() -> events.onDtlsClosed(wasUp));
    }
  }

  /// Application data (SCTP) is not spoken here: it is read and forgotten.
  private void drain(DTLSTransport association) throws IOException {
    byte[] buffer = new byte[MAX_RECEIVED];
    try {
      while (!isClosing) {
        association.receive(buffer, 0, buffer.length, 0);
      }
    } catch (InterruptedIOException e) {
      // closed, by either side
    }
    association.close();
  }

  private byte @Nullable [] take(int waitMillis) throws InterruptedIOException {
    try {
      return waitMillis == 0 ? queue.take() : queue.poll(waitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  /// The library's view of the path: the queue on one side, the event loop on the other.
  private final class Pipe implements DatagramTransport {

    @Override
    public int getReceiveLimit() {
      return MAX_RECEIVED;
    }

    @Override
    public int getSendLimit() {
      return MAX_SENT;
    }

    /// @throws InterruptedIOException once closed: the one exception that the library passes on
    ///   without sending an alert of its own
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis)
        throws InterruptedIOException {
      byte[] datagram = isClosing ? WAKE_UP : take(waitMillis);
      if (datagram == null) {
        return -1;
      }
      if (datagram.length == 0) {
        throw new InterruptedIOException("closed");
      }
      int count = Math.min(length, datagram.length);
      System.arraycopy(datagram, 0, buffer, offset, count);
      return count;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
      byte[] datagram = Arrays.copyOfRange(buffer, offset, offset + length);
      loop.execute(() -> events.onDtlsSend(datagram));
    }

    /// Called by the library when the association ends, be it by the browser's `close_notify`.
    @Override
    public void close() {
      isClosing = true;
    }
  }
}
