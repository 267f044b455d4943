package dev.parley.media.transport;

import dev.parley.contract.TransportParameters.DtlsParameters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;
import org.jitsi.srtp.crypto.Aes;
import org.jspecify.annotations.Nullable;

/// What a media node proves to itself before it takes the first browser: that SRTP gives the known
/// answers with the pinned cipher, that DTLS agrees on keys, and that the STUN codec works. It also
/// makes the first real handshake quick, since all classes are loaded.
///
/// Takes about a second when cold. Call it once per process, from a thread that may wait, before
/// the first port is opened.
public final class SelfCheck {

  private static final HexFormat HEX = HexFormat.of();
  private static final int TAG_ROOM = 32;
  private static final long HANDSHAKE_LIMIT_S = 20;

  /// Answers for the packet below, computed with an independent implementation.
  private record KnownAnswer(
      SrtpProfile profile, String keyHex, String saltHex, String answerHex) {}

  private static final List<KnownAnswer> KNOWN_ANSWERS =
      List.of(
          new KnownAnswer(
              SrtpProfile.AES_CM_128_HMAC_SHA1_80,
              "e1f97a0d3e018be0d64fa32c06de4139",
              "0ec675ad498afeebb6960b3aabe6",
              "4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"),
          new KnownAnswer(
              SrtpProfile.AEAD_AES_128_GCM,
              "000102030405060708090a0b0c0d0e0f",
              "a0a1a2a3a4a5a6a7a8a9aaab",
              "c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392"));

  private static final byte[] HEADER = HEX.parseHex("800f1234decafbadcafebabe");
  private static final byte[] PAYLOAD = HEX.parseHex("abababababababababababababababab");

  private SelfCheck() {}

  /// Runs all checks.
  ///
  /// @throws IllegalStateException if one fails; the node must not serve media then
  public static void run(Certificate certificate) {
    System.setProperty("ice4j.harvest.mapping.aws.enabled", "false");
    System.setProperty("ice4j.harvest.mapping.stun.enabled", "false");
    Srtp.pinCipher();
    for (String transformation : List.of("AES/CTR/NoPadding", "AES/GCM/NoPadding")) {
      require(
          Aes.createCipher(transformation).getProvider().getName().equals("SunJCE"),
          "SRTP uses the JDK's " + transformation);
    }
    for (KnownAnswer known : KNOWN_ANSWERS) {
      checkSrtp(known);
    }
    checkStun();
    for (SrtpProfile profile : SrtpProfile.values()) {
      checkDtls(certificate, profile);
    }
  }

  private static void checkSrtp(KnownAnswer known) {
    byte[] key = HEX.parseHex(known.keyHex);
    byte[] salt = HEX.parseHex(known.saltHex);
    byte[] answer = HEX.parseHex(known.answerHex);
    SrtpKeys keys = new SrtpKeys(known.profile, key, salt, key, salt);
    byte[] packet = Arrays.copyOf(HEADER, HEADER.length + PAYLOAD.length + TAG_ROOM);
    System.arraycopy(PAYLOAD, 0, packet, HEADER.length, PAYLOAD.length);
    Srtp srtp = new Srtp(keys);
    require(
        srtp.protectRtp(packet, 0, HEADER.length + PAYLOAD.length) == Srtp.Verdict.OK,
        "SRTP encrypts with " + known.profile);
    require(
        Arrays.equals(packet, HEADER.length, srtp.length(), answer, 0, answer.length),
        "SRTP gives the known answer with " + known.profile);
    require(
        srtp.unprotectRtp(packet, 0, srtp.length()) == Srtp.Verdict.OK
            && Arrays.equals(packet, HEADER.length, srtp.length(), PAYLOAD, 0, PAYLOAD.length),
        "SRTP decrypts with " + known.profile);
    srtp.close();
  }

  /// The sample request of RFC 5769 §2.1.
  private static void checkStun() {
    byte[] request =
        HEX.parseHex(
            """
            000100582112a442b7e7a701bc34d686fa87dfae\
            802200105354554e207465737420636c69656e74\
            002400046e0001ff80290008932ff9b151263b36\
            000600096576746a3a68367659202020\
            000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2\
            80280004e57a3bcf\
            """);
    Stun stun = new Stun();
    StunScan scan = new StunScan();
    byte[] password = Stun.keyOf("VOkJxbRl1RmTxUk/WvJxBt");
    require(scan.scan(request, request.length), "STUN reads a known request");
    require(
        stun.isAuthentic(request, scan.integrityAt(), password),
        "STUN verifies a known request's integrity");
    var decoded = stun.decode(request, scan.integrityAt());
    require(decoded != null, "STUN decodes a known request");
    if (decoded != null) {
      stun.success(decoded, new InetSocketAddress("192.0.2.1", 32853), password);
    }
    stun.close();
  }

  private static void checkDtls(Certificate certificate, SrtpProfile profile) {
    DtlsParameters parameters = new DtlsParameters("client", List.of(certificate.fingerprint()));
    Fingerprints expected = Fingerprints.signalled(parameters);
    List<SrtpProfile> profiles = List.of(profile);
    CompletableFuture<SrtpKeys> serverKeys = new CompletableFuture<>();
    ClientPipe pipe = new ClientPipe();
    DtlsHandshake server =
        DtlsHandshake.start(
            certificate, expected, profiles, Runnable::run, new Outcome(serverKeys, pipe));
    pipe.server = server;
    CompletableFuture<SrtpKeys> clientKeys = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("dtls-check")
        .start(() -> {
          DtlsClient client = new DtlsClient(certificate, expected, profiles);
          try {
            var association = new DTLSClientProtocol().connect(client, pipe);
            clientKeys.complete(client.keys());
            association.close();
          } catch (IOException | RuntimeException e) {
            clientKeys.completeExceptionally(e);
          }
        });
    try {
      SrtpKeys ours = serverKeys.get(HANDSHAKE_LIMIT_S, TimeUnit.SECONDS);
      SrtpKeys theirs = clientKeys.get(HANDSHAKE_LIMIT_S, TimeUnit.SECONDS);
      require(
          ours.profile() == profile && Arrays.equals(ours.sendKey(), theirs.receiveKey()),
          "DTLS agrees on keys for " + profile);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("self check failed: DTLS handshake with " + profile, e);
    } finally {
      server.close();
    }
  }

  private static void require(boolean holds, String claim) {
    if (!holds) {
      throw new IllegalStateException("self check failed: " + claim);
    }
  }

  /// The server's side of the in-memory handshake.
  private record Outcome(CompletableFuture<SrtpKeys> keys, ClientPipe client)
      implements DtlsHandshake.Events {

    @Override
    public void onDtlsSend(byte[] datagram) {
      client.offer(datagram);
    }

    @Override
    public void onDtlsUp(SrtpKeys agreed) {
      keys.complete(agreed);
    }

    @Override
    public void onDtlsClosed(boolean wasUp) {
      keys.completeExceptionally(new IOException("the server gave up"));
    }
  }

  /// The client's side of the in-memory path.
  private static final class ClientPipe implements DatagramTransport {
    private final ArrayBlockingQueue<byte[]> inbound = new ArrayBlockingQueue<>(64);
    private volatile @Nullable DtlsHandshake server;

    void offer(byte[] datagram) {
      inbound.offer(datagram);
    }

    @Override
    public int getReceiveLimit() {
      return DtlsHandshake.MAX_RECEIVED;
    }

    @Override
    public int getSendLimit() {
      return DtlsHandshake.MAX_RECEIVED;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
      try {
        byte[] datagram =
            waitMillis == 0 ? inbound.take() : inbound.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (datagram == null) {
          return -1;
        }
        int count = Math.min(length, datagram.length);
        System.arraycopy(datagram, 0, buffer, offset, count);
        return count;
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
      DtlsHandshake peer = server;
      if (peer != null) {
        peer.offer(Arrays.copyOfRange(buffer, offset, offset + length));
      }
    }

    @Override
    public void close() {}
  }
}
