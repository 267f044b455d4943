package dev.parley.media.transport;

import java.security.GeneralSecurityException;
import java.util.logging.Level;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.logging2.Logger;
import org.jitsi.utils.logging2.LoggerImpl;
import org.jspecify.annotations.Nullable;

/// Encryption and decryption of one transport's RTP and RTCP (RFC 3711, RFC 7714), in place.
///
/// Every method returns a verdict and never throws; after `OK`, `length()` is the new length of the
/// packet. Cryptographic state is kept per SSRC, and made only once a tag was right, for only so
/// many SSRCs between two calls of `tick`. Who cannot authenticate costs one check a packet and
/// keeps nobody's SSRC out. For one event loop.
final class Srtp {

  /// How a packet fared.
  enum Verdict {
    /// Done, in place.
    OK,
    /// The authentication tag is wrong.
    UNAUTHENTIC,
    /// Seen before, or older than the replay window (RFC 3711 §3.3.2); on sending, the same number
    /// twice in a row with GCM, whose nonce the JDK refuses to use again.
    REPLAYED,
    /// Too short or with a header that does not parse.
    MALFORMED,
    /// Too many new SSRCs of the other side since the last tick, or too many to send.
    FLOOD
  }

  /// SSRCs whose receiving state is kept; the one silent for longest makes room.
  static final int MAX_REMOTE_SSRCS = 256;

  /// SSRCs that may be sent.
  static final int MAX_LOCAL_SSRCS = 8192;

  /// New SSRCs of the other side between two ticks.
  static final int MAX_NEWCOMERS = 64;

  private static final int RTP_HEADER = 12;
  private static final int RTCP_HEADER = 8;
  private static final int RTCP_INDEX = 4;
  private static final Logger SILENT = new LoggerImpl("dev.parley.srtp", Level.OFF);

  /// The contexts of one SSRC in one direction, made when first needed.
  private static final class Stream {
    final long ssrc;
    @Nullable SrtpCryptoContext rtp;
    @Nullable SrtcpCryptoContext rtcp;
    long lastUse;

    Stream(long ssrc) {
      this.ssrc = ssrc;
    }
  }

  private final int tagLength;
  private final SrtpContextFactory sending;
  private final SrtpContextFactory receiving;
  private final LongTable<Stream> local = new LongTable<>();
  private final LongTable<Stream> remote = new LongTable<>();
  private final PacketView view = new PacketView();
  private final TagCheck newcomer;
  private int newcomers = MAX_NEWCOMERS;
  private long uses;

  /// Chooses the JDK's own AES, which is the quickest and always there. Once per process, before
  /// the first packet; else the library runs a benchmark of nearly a second.
  static void pinCipher() {
    Aes.setFactoryClassName("SunJCE");
  }

  Srtp(SrtpKeys keys) {
    tagLength = keys.profile().tagLength();
    SrtpPolicy policy = keys.profile().policy();
    newcomer = new TagCheck(keys.profile(), keys.receiveKey(), keys.receiveSalt());
    sending =
        new SrtpContextFactory(
            true, keys.sendKey().clone(), keys.sendSalt().clone(), policy, policy, SILENT);
    receiving =
        new SrtpContextFactory(
            false, keys.receiveKey().clone(), keys.receiveSalt().clone(), policy, policy, SILENT);
  }

  /// Length of the last packet that came out `OK`.
  int length() {
    return view.getLength();
  }

  /// Encrypts the RTP packet in `data[offset, offset + length)`; the array has room for the tag.
  Verdict protectRtp(byte[] data, int offset, int length) {
    if (length < RTP_HEADER) {
      return Verdict.MALFORMED;
    }
    long ssrc = ssrc(data, offset + 8);
    try {
      Stream stream = localStream(ssrc);
      if (stream == null) {
        return Verdict.FLOOD;
      }
      SrtpCryptoContext context = stream.rtp;
      if (context == null) {
        context = sending.deriveContext((int) ssrc, 0);
        stream.rtp = context;
      }
      return sent(context.transformPacket(view.over(data, offset, length)), length + tagLength);
    } catch (GeneralSecurityException | RuntimeException e) {
      return Verdict.MALFORMED;
    }
  }

  /// Encrypts the compound RTCP packet in `data[offset, offset + length)`.
  Verdict protectRtcp(byte[] data, int offset, int length) {
    if (length < RTCP_HEADER) {
      return Verdict.MALFORMED;
    }
    long ssrc = ssrc(data, offset + 4);
    try {
      Stream stream = localStream(ssrc);
      if (stream == null) {
        return Verdict.FLOOD;
      }
      SrtcpCryptoContext context = stream.rtcp;
      if (context == null) {
        context = sending.deriveControlContext((int) ssrc);
        stream.rtcp = context;
      }
      return sent(
          context.transformPacket(view.over(data, offset, length)),
          length + tagLength + RTCP_INDEX);
    } catch (GeneralSecurityException | RuntimeException e) {
      return Verdict.MALFORMED;
    }
  }

  /// Checks and decrypts the SRTP packet in `data[offset, offset + length)`.
  Verdict unprotectRtp(byte[] data, int offset, int length) {
    if (length < RTP_HEADER + tagLength || rtpHeader(data, offset) > length - tagLength) {
      return Verdict.MALFORMED;
    }
    long ssrc = ssrc(data, offset + 8);
    Stream stream = remote.get(ssrc);
    SrtpCryptoContext context = stream == null ? null : stream.rtp;
    try {
      if (context == null) {
        if (!newcomer.holdsForRtp(data, offset, length)) {
          return Verdict.UNAUTHENTIC;
        }
        if (newcomers <= 0) {
          return Verdict.FLOOD;
        }
        newcomers--;
        context = receiving.deriveContext((int) ssrc, 0);
      }
      Verdict verdict =
          verdict(context.reverseTransformPacket(view.over(data, offset, length), false));
      if (verdict == Verdict.OK) {
        used(ssrc, stream).rtp = context;
      }
      return verdict;
    } catch (GeneralSecurityException | RuntimeException e) {
      return Verdict.UNAUTHENTIC;
    }
  }

  /// Checks and decrypts the SRTCP packet in `data[offset, offset + length)`.
  Verdict unprotectRtcp(byte[] data, int offset, int length) {
    if (length < RTCP_HEADER + 4 + tagLength) {
      return Verdict.MALFORMED;
    }
    long ssrc = ssrc(data, offset + 4);
    Stream stream = remote.get(ssrc);
    SrtcpCryptoContext context = stream == null ? null : stream.rtcp;
    try {
      if (context == null) {
        if (!newcomer.holdsForRtcp(data, offset, length)) {
          return Verdict.UNAUTHENTIC;
        }
        if (newcomers <= 0) {
          return Verdict.FLOOD;
        }
        newcomers--;
        context = receiving.deriveControlContext((int) ssrc);
      }
      Verdict verdict = verdict(context.reverseTransformPacket(view.over(data, offset, length)));
      if (verdict == Verdict.OK) {
        used(ssrc, stream).rtcp = context;
      }
      return verdict;
    } catch (GeneralSecurityException | RuntimeException e) {
      return Verdict.UNAUTHENTIC;
    }
  }

  /// Lets new SSRCs in again; to be called several times a second.
  void tick() {
    newcomers = MAX_NEWCOMERS;
  }

  /// Frees the sending state of an SSRC, which must never be sent again under these keys.
  void forgetLocal(long ssrc) {
    local.remove(ssrc);
  }

  /// SSRCs with state, sent and received.
  int streams() {
    return local.size() + remote.size();
  }

  /// Wipes the master keys and drops all state.
  void close() {
    sending.close();
    receiving.close();
    local.clear();
    remote.clear();
  }

  private @Nullable Stream localStream(long ssrc) {
    Stream stream = local.get(ssrc);
    if (stream == null && local.size() < MAX_LOCAL_SSRCS) {
      stream = new Stream(ssrc);
      local.put(ssrc, stream);
    }
    return stream;
  }

  private Stream used(long ssrc, @Nullable Stream known) {
    Stream stream = known;
    if (stream == null) {
      if (remote.size() >= MAX_REMOTE_SSRCS) {
        evict();
      }
      stream = new Stream(ssrc);
      remote.put(ssrc, stream);
    }
    stream.lastUse = ++uses;
    return stream;
  }

  private void evict() {
    Stream oldest = null;
    for (Stream stream : remote.values()) {
      if (oldest == null || stream.lastUse < oldest.lastUse) {
        oldest = stream;
      }
    }
    if (oldest != null) {
      remote.remove(oldest.ssrc);
    }
  }

  /// The library reports success when GCM refused to encrypt, with the packet still plain; the
  /// missing tag gives it away.
  private Verdict sent(SrtpErrorStatus status, int expectedLength) {
    Verdict verdict = verdict(status);
    return verdict == Verdict.OK && view.getLength() != expectedLength ? Verdict.REPLAYED : verdict;
  }

  private static Verdict verdict(SrtpErrorStatus status) {
    return switch (status) {
      case OK -> Verdict.OK;
      case REPLAY_FAIL, REPLAY_OLD -> Verdict.REPLAYED;
      case INVALID_PACKET -> Verdict.MALFORMED;
      case FAIL, AUTH_FAIL -> Verdict.UNAUTHENTIC;
    };
  }

  /// Bytes of the RTP header with CSRCs and extension (RFC 3550 §5.1, §5.3.1), as far as the first
  /// twelve tell; the extension's length lies behind the CSRCs.
  private static int rtpHeader(byte[] data, int offset) {
    return RTP_HEADER + 4 * (data[offset] & 0x0f) + ((data[offset] & 0x10) == 0 ? 0 : 4);
  }

  private static long ssrc(byte[] data, int at) {
    return ((data[at] & 0xffL) << 24)
        | ((data[at + 1] & 0xffL) << 16)
        | ((data[at + 2] & 0xffL) << 8)
        | (data[at + 3] & 0xffL);
  }
}
