package dev.parley.media.transport;

import dev.parley.contract.TransportParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import dev.parley.contract.TransportParameters.IceCandidate;
import dev.parley.contract.TransportParameters.IceParameters;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The secured path to one browser: ICE-lite proves the address, DTLS the identity, SRTP carries
/// media both ways.
///
/// Everything runs on the event loop of the port it was made with, and so must every call. Nothing
/// a browser sends can make it throw; what cannot be used is counted by reason.
public final class WebRtcTransport implements Outlet {

  /// How far the path is.
  public enum State {
    /// Waits for `connect`; the browser may already check the address.
    NEW,
    /// Knows whom to expect; ICE and DTLS go on.
    CONNECTING,
    /// Media flows.
    CONNECTED,
    /// Over for good.
    CLOSED
  }

  /// DTLS datagrams kept until `connect` tells whom to expect.
  static final int MAX_EARLY = 8;

  /// From the moment that both ICE and `connect` are done.
  static final long DTLS_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

  private static final Logger LOG = LoggerFactory.getLogger(WebRtcTransport.class);

  private final String id;
  private final UdpPort port;
  private final Certificate certificate;
  private final List<SrtpProfile> profiles;
  private final List<IceCandidate> candidates;
  private final long consentNs;
  private final IceLite ice;
  private final Inlet inlet;
  private final Drop.Counts drops = new Drop.Counts();
  private final ArrayDeque<byte[]> early = new ArrayDeque<>();
  private State state = State.NEW;
  private @Nullable Fingerprints expected;
  private @Nullable DtlsHandshake dtls;
  private @Nullable Srtp srtp;
  private @Nullable SrtpProfile profile;
  private long connectNs;
  private long dtlsSinceNs;
  private boolean isDtlsTimed;
  private boolean hasConsent;
  private boolean isSuspended;
  private long suspendedUntilNs;
  private long packetsIn;
  private long bytesIn;
  private long packetsOut;
  private long bytesOut;

  /// Reserves credentials on the port; packets may arrive from now on.
  ///
  /// @param id unique on this node
  /// @param port of the worker
  /// @param certificate of the node
  /// @param config announced addresses, consent timeout and SRTP profiles
  /// @param inlet makes the taker of what arrives; called once, before this returns
  public WebRtcTransport(
      String id,
      UdpPort port,
      Certificate certificate,
      Config.Media config,
      Function<Outlet, Inlet> inlet) {
    this.id = id;
    this.port = port;
    this.certificate = certificate;
    profiles = SrtpProfile.named(config.srtpProfiles());
    candidates = HostCandidates.of(config, port.port());
    consentNs = config.iceConsentTimeout().toNanos();
    ice = new IceLite(port.stun(), freshCredentials(), consentNs);
    this.inlet = inlet.apply(this);
    port.addUfrag(ice.credentials(), this);
  }

  public String id() {
    return id;
  }

  public State state() {
    return state;
  }

  /// What the browser needs to reach this transport now.
  public TransportParameters parameters() {
    return new TransportParameters(
        id,
        iceParameters(),
        candidates,
        new DtlsParameters("auto", List.of(certificate.fingerprint())));
  }

  /// Says which certificate the browser will come with.
  ///
  /// @throws Failure INVALID for parameters that do not hold, CONFLICT the second time, NOT_FOUND
  ///   when the transport is closed
  public void connect(DtlsParameters parameters) {
    if (state == State.CLOSED) {
      throw Failure.notFound("the transport is closed");
    }
    if (state != State.NEW) {
      throw new Failure(Failure.Code.CONFLICT, "the transport is connected already");
    }
    expected = Fingerprints.signalled(parameters);
    connectNs = port.nowNs();
    state(State.CONNECTING, "connect");
    timeDtls(connectNs);
    for (byte[] datagram = early.poll(); datagram != null; datagram = early.poll()) {
      offerDtls(datagram);
    }
  }

  /// Gives new ICE credentials; the path keeps working under the old ones until the browser uses
  /// the new.
  ///
  /// @throws Failure NOT_FOUND when the transport is closed
  public IceParameters restartIce() {
    if (state == State.CLOSED) {
      throw Failure.notFound("the transport is closed");
    }
    if (ice.formerCredentials() != null) {
      port.removeUfrag(ice.credentials());
    }
    port.addUfrag(ice.restart(freshCredentials()), this);
    return iceParameters();
  }

  /// Watches the clock; to be called several times a second.
  public void tick(long nowNs) {
    if (state == State.CLOSED) {
      return;
    }
    Srtp media = srtp;
    if (media != null) {
      media.tick();
    }
    isSuspended = isSuspended && nowNs - suspendedUntilNs < 0;
    if (!isSuspended && (isUnreached(nowNs) || ice.isSilent(nowNs))) {
      hasConsent = false;
      closeFor("ice-timeout");
    } else if (isDtlsTimed && state == State.CONNECTING && nowNs - dtlsSinceNs > DTLS_TIMEOUT_NS) {
      closeFor("dtls-failed");
    } else {
      lookAtConsent(nowNs);
    }
  }

  /// Keeps it from being closed for the browser's silence until a time. Keys and addresses are
  /// kept; nothing is sent once consent has expired.
  public void suspend(long untilNs) {
    isSuspended = true;
    suspendedUntilNs = untilNs;
  }

  /// Lets silence count again; the browser has the time of a consent to check anew.
  public void resume(long nowNs) {
    if (isSuspended) {
      suspendedUntilNs = nowNs + consentNs;
    }
  }

  /// Ends the path, telling the browser by `close_notify` if DTLS is up. Idempotent.
  public void close() {
    closeFor("closed");
  }

  /// Frees the encryption state of an SSRC that was sent. It must never be sent again on this
  /// transport, or its key stream would repeat.
  public void forgetSsrc(long ssrc) {
    Srtp media = srtp;
    if (media != null) {
      media.forgetLocal(ssrc);
    }
  }

  @Override
  public byte[] buffer() {
    return port.scratch();
  }

  @Override
  public void sendRtp(int length) {
    send(length, true);
  }

  @Override
  public void sendRtcp(int length) {
    send(length, false);
  }

  @Override
  public boolean isConnected() {
    return state == State.CONNECTED && hasConsent;
  }

  /// A view for the debugger and for statistics.
  ///
  /// @param tuples remote addresses that are proved
  /// @param hasSelected whether one of them is sent to
  /// @param srtpProfile agreed on, or null
  /// @param packetsIn media packets that were authentic
  /// @param bytesIn their datagrams' bytes
  /// @param packetsOut media packets given to the socket
  /// @param bytesOut their datagrams' bytes
  /// @param drops by reason, only those that occurred
  public record Dump(
      String id,
      State state,
      int tuples,
      boolean hasSelected,
      @Nullable SrtpProfile srtpProfile,
      long packetsIn,
      long bytesIn,
      long packetsOut,
      long bytesOut,
      Map<Drop, Long> drops) {}

  public Dump dump() {
    return new Dump(
        id,
        state,
        ice.tuples().size(),
        ice.selected() != null,
        profile,
        packetsIn,
        bytesIn,
        packetsOut,
        bytesOut,
        drops.snapshot());
  }

  /// DTLS datagrams that wait for `connect`.
  int earlyDatagrams() {
    return early.size();
  }

  /// A Binding request whose ufrag is ours; `data` is a copy that may be kept.
  void onCheck(StunScan scan, byte[] data, InetSocketAddress from, long nowNs) {
    WebRtcTransport holder = port.at(from);
    if (holder != null && holder != this && !holder.gaveUp(from, nowNs)) {
      drop(Drop.ADDRESS_TAKEN);
      return;
    }
    boolean wasRestarting = ice.formerCredentials() != null;
    IceLite.Credentials former = ice.formerCredentials();
    switch (ice.check(scan, data, from, nowNs)) {
      case IGNORED -> drop(Drop.UNKNOWN_UFRAG);
      case REFUSED -> {
        drop(Drop.REFUSED_STUN);
        reply(from, nowNs);
      }
      case VALID -> {
        onValidCheck(from, holder, nowNs);
        if (wasRestarting && former != null && ice.formerCredentials() == null) {
          port.removeUfrag(former);
          // Consent to the path as it was: the inlet is told that there is another.
          hasConsent = hasConsent && state != State.CONNECTED;
        }
        lookAtConsent(nowNs);
      }
    }
  }

  /// A datagram of the DTLS kind from one of our tuples.
  void onDtls(byte[] data, int length) {
    if (length > DtlsHandshake.MAX_RECEIVED || !DtlsHandshake.isWellFormed(data, length)) {
      drop(Drop.MALFORMED_DTLS);
      return;
    }
    byte[] datagram = Arrays.copyOf(data, length);
    if (expected != null) {
      offerDtls(datagram);
    } else if (early.size() < MAX_EARLY) {
      early.add(datagram);
    } else {
      drop(Drop.DTLS_OVERFLOW);
    }
  }

  /// An SRTP packet from one of our tuples, in `data[0, length)`.
  void onRtp(byte[] data, int length, long nowNs) {
    Srtp media = srtp;
    if (media == null) {
      drop(Drop.NOT_CONNECTED);
    } else if (isAccepted(media.unprotectRtp(data, 0, length), length)) {
      inlet.onRtp(data, 0, media.length(), nowNs);
    }
  }

  /// An SRTCP packet from one of our tuples, in `data[0, length)`.
  void onRtcp(byte[] data, int length, long nowNs) {
    Srtp media = srtp;
    if (media == null) {
      drop(Drop.NOT_CONNECTED);
    } else if (isAccepted(media.unprotectRtcp(data, 0, length), length)) {
      inlet.onRtcp(data, 0, media.length(), nowNs);
    }
  }

  /// Counts for this transport and for the port, whose counts outlive it.
  private void drop(Drop reason) {
    drops.add(reason);
    port.drop(reason);
  }

  private boolean isAccepted(Srtp.Verdict verdict, int length) {
    if (verdict != Srtp.Verdict.OK) {
      drop(reason(verdict));
      return false;
    }
    packetsIn++;
    bytesIn += length;
    return true;
  }

  private void send(int length, boolean isRtp) {
    Srtp media = srtp;
    Tuple to = ice.selected();
    if (!isConnected() || media == null || to == null) {
      drop(Drop.NOT_CONNECTED);
      return;
    }
    if (length <= 0 || length > MAX_PACKET) {
      drop(Drop.BAD_LENGTH);
      return;
    }
    byte[] scratch = port.scratch();
    Srtp.Verdict verdict =
        isRtp ? media.protectRtp(scratch, 0, length) : media.protectRtcp(scratch, 0, length);
    if (verdict != Srtp.Verdict.OK) {
      drop(reason(verdict));
      return;
    }
    int protectedLength = media.length();
    if (port.send(to, scratch, 0, protectedLength)) {
      packetsOut++;
      bytesOut += protectedLength;
    } else {
      drop(Drop.SEND_OVERFLOW);
    }
  }

  private void onValidCheck(InetSocketAddress from, @Nullable WebRtcTransport holder, long nowNs) {
    if (holder != null && holder != this) {
      holder.lose(from);
    }
    Tuple evicted = ice.evicted();
    if (evicted != null) {
      port.removeAddress(evicted.address, this);
    }
    if (holder != this) {
      port.addAddress(from, this);
    }
    timeDtls(nowNs);
    reply(from, nowNs);
  }

  /// Tells when consent expires, and when it is given again.
  private void lookAtConsent(long nowNs) {
    boolean had = hasConsent;
    hasConsent = ice.hasConsent(nowNs);
    if (state != State.CONNECTED || had == hasConsent) {
      return;
    }
    LOG.debug("transport={} consent={}", id, hasConsent);
    if (hasConsent) {
      inlet.onConnected(nowNs);
    } else {
      inlet.onDisconnected();
    }
  }

  /// Whether no check at all has come in the time that a browser has for it.
  private boolean isUnreached(long nowNs) {
    return state == State.CONNECTING
        && !ice.isReached()
        && nowNs - connectNs > Math.max(2 * consentNs, DTLS_TIMEOUT_NS);
  }

  private void reply(InetSocketAddress to, long nowNs) {
    Tuple tuple = ice.tuple(to);
    byte[] reply = ice.reply();
    port.send(tuple == null ? new Tuple(to, nowNs) : tuple, reply, 0, reply.length);
  }

  /// Whether the browser at `address` has not been heard of lately, so that another may have it.
  private boolean gaveUp(InetSocketAddress address, long nowNs) {
    Tuple tuple = ice.tuple(address);
    return tuple == null || IceLite.isStale(tuple, nowNs);
  }

  private void lose(InetSocketAddress address) {
    Tuple tuple = ice.tuple(address);
    if (tuple != null) {
      ice.forget(tuple);
    }
  }

  private void timeDtls(long nowNs) {
    if (!isDtlsTimed && state == State.CONNECTING && ice.isReached()) {
      isDtlsTimed = true;
      dtlsSinceNs = nowNs;
    }
  }

  private void offerDtls(byte[] datagram) {
    Fingerprints trusted = expected;
    DtlsHandshake handshake = dtls;
    if (handshake == null && trusted != null) {
      handshake =
          DtlsHandshake.start(certificate, trusted, profiles, port.loop(), new Association());
      dtls = handshake;
    }
    if (handshake == null || !handshake.offer(datagram)) {
      drop(Drop.DTLS_OVERFLOW);
    }
  }

  private void closeFor(String reason) {
    if (state == State.CLOSED) {
      return;
    }
    state(State.CLOSED, reason);
    DtlsHandshake handshake = dtls;
    if (handshake != null) {
      handshake.close();
    }
    Srtp media = srtp;
    if (media != null) {
      media.close();
    }
    srtp = null;
    early.clear();
    port.removeUfrag(ice.credentials());
    IceLite.Credentials former = ice.formerCredentials();
    if (former != null) {
      port.removeUfrag(former);
    }
    for (Tuple tuple : ice.tuples()) {
      port.removeAddress(tuple.address, this);
    }
    inlet.onClosed(reason);
  }

  private void state(State next, String reason) {
    LOG.debug("transport={} state={} was={} reason={}", id, next, state, reason);
    state = next;
  }

  private IceParameters iceParameters() {
    IceLite.Credentials credentials = ice.credentials();
    return new IceParameters(credentials.ufrag, credentials.password, true);
  }

  private IceLite.Credentials freshCredentials() {
    IceLite.Credentials credentials = IceLite.Credentials.random();
    while (port.hasUfrag(credentials)) {
      credentials = IceLite.Credentials.random();
    }
    return credentials;
  }

  private static Drop reason(Srtp.Verdict verdict) {
    return switch (verdict) {
      case OK -> throw new IllegalArgumentException("nothing was dropped");
      case UNAUTHENTIC -> Drop.UNAUTHENTIC;
      case REPLAYED -> Drop.REPLAYED;
      case MALFORMED -> Drop.MALFORMED_MEDIA;
      case FLOOD -> Drop.SSRC_FLOOD;
    };
  }

  /// What the DTLS thread tells, on the event loop.
  private final class Association implements DtlsHandshake.Events {

    /// Also after the close: the alert that ends the association must still leave.
    @Override
    public void onDtlsSend(byte[] datagram) {
      Tuple to = ice.selected();
      if (to != null && hasConsent) {
        port.send(to, datagram, 0, datagram.length);
      }
    }

    @Override
    public void onDtlsUp(SrtpKeys keys) {
      if (state != State.CONNECTING) {
        return;
      }
      srtp = new Srtp(keys);
      profile = keys.profile();
      state(State.CONNECTED, "dtls");
      inlet.onConnected(port.nowNs());
    }

    @Override
    public void onDtlsClosed(boolean wasUp) {
      closeFor(wasUp ? "dtls-closed" : "dtls-failed");
    }
  }
}
