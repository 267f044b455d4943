package dev.parley.media.transport;

import dev.parley.media.transport.Stun.Problem;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.OptionalAttribute;
import org.ice4j.message.Request;
import org.jspecify.annotations.Nullable;

/// The answering half of ICE for one transport (RFC 8445 §2.5, lite implementation): it is always
/// controlled, sends no checks, and goes where the browser nominates.
///
/// Knows no socket and no clock. A check is authenticated before its address is remembered. The
/// first valid check selects its tuple; later ones move the selection when they carry USE-CANDIDATE
/// or a higher nomination, or when the selected tuple's consent has expired. A valid check is the
/// browser's consent to be sent to at that address (RFC 7675 §4.1). For one event loop.
final class IceLite {

  /// What became of a check.
  enum Verdict {
    /// Valid: `reply` is the success response and its address is a tuple now.
    VALID,
    /// Refused: `reply` is the error response.
    REFUSED,
    /// Not a thing to answer.
    IGNORED
  }

  /// Our credentials, and the key form of both.
  static final class Credentials {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int UFRAG_BYTES = 6;
    private static final int PASSWORD_BYTES = 18;

    final String ufrag;
    final String password;
    final long ufragKey;
    private final byte[] passwordKey;

    private Credentials(String ufrag, String password) {
      this.ufrag = ufrag;
      this.password = password;
      ufragKey = StunScan.key(ufrag);
      passwordKey = Stun.keyOf(password);
    }

    static Credentials of(String ufrag, String password) {
      return new Credentials(ufrag, password);
    }

    /// 48 random bits and 144 (RFC 8445 §5.3 asks for 24 and 128), in ice-chars.
    static Credentials random() {
      return new Credentials(text(UFRAG_BYTES), text(PASSWORD_BYTES));
    }

    private static String text(int count) {
      byte[] bytes = new byte[count];
      RANDOM.nextBytes(bytes);
      return Base64.getEncoder().encodeToString(bytes);
    }
  }

  /// Addresses that one browser may hold at a time.
  static final int MAX_TUPLES = 8;

  /// The renomination attribute of libwebrtc (draft-thatcher-ice-renomination).
  private static final char NOMINATION = 0xc001;

  private static final int OPTIONAL_FROM = 0x8000;
  private static final int NO_NOMINATION = -1;

  private final Stun stun;
  private final long consentNs;
  private final List<Tuple> tuples = new ArrayList<>(MAX_TUPLES);
  private Credentials current;
  private @Nullable Credentials former;
  private @Nullable Tuple selected;
  private @Nullable Tuple evicted;
  private byte[] reply = new byte[0];
  private boolean isRestarting;
  private boolean isReached;
  private long nomination = NO_NOMINATION;
  private long checkedNs;

  /// @param consentNs how long consent lasts
  IceLite(Stun stun, Credentials credentials, long consentNs) {
    this.stun = stun;
    this.consentNs = consentNs;
    current = credentials;
  }

  Credentials credentials() {
    return current;
  }

  /// The credentials before a restart, as long as no check has used the new ones.
  @Nullable Credentials formerCredentials() {
    return former;
  }

  /// Where to send, or null before the first valid check.
  @Nullable Tuple selected() {
    return selected;
  }

  List<Tuple> tuples() {
    return tuples;
  }

  /// The response to the last check that was not ignored.
  byte[] reply() {
    return reply;
  }

  /// The tuple that the last valid check pushed out, if any.
  @Nullable Tuple evicted() {
    return evicted;
  }

  @Nullable Tuple tuple(InetSocketAddress address) {
    for (Tuple tuple : tuples) {
      if (tuple.address.equals(address)) {
        return tuple;
      }
    }
    return null;
  }

  /// New credentials; the old ones hold until the first valid check with the new.
  Credentials restart(Credentials next) {
    if (former == null) {
      former = current;
    }
    current = next;
    isRestarting = true;
    return next;
  }

  /// Answers a Binding request in `data` that `scan` has read and whose ufrag is one of ours.
  Verdict check(StunScan scan, byte[] data, InetSocketAddress from, long nowNs) {
    evicted = null;
    Credentials used = scan.ufrag() == current.ufragKey ? current : former;
    if (used == null || scan.ufrag() != used.ufragKey) {
      return Verdict.IGNORED;
    }
    int integrityAt = scan.integrityAt();
    if (integrityAt < 0) {
      return refuse(data, Problem.BAD_REQUEST, null);
    }
    if (!stun.isAuthentic(data, integrityAt, used.passwordKey)) {
      return refuse(data, Problem.UNAUTHENTICATED, null);
    }
    Request request = stun.decode(data, integrityAt);
    if (request == null || !request.containsAttribute(Attribute.PRIORITY)) {
      return refuse(data, Problem.BAD_REQUEST, used);
    }
    char[] unknown = unknownRequired(request);
    if (unknown.length > 0) {
      reply = stun.unknown(data, unknown, used.passwordKey);
      return Verdict.REFUSED;
    }
    if (request.containsAttribute(Attribute.ICE_CONTROLLED)) {
      return refuse(data, Problem.ROLE_CONFLICT, used);
    }
    reply = stun.success(request, from, used.passwordKey);
    select(request, remember(from, nowNs), used, nowNs);
    checkedNs = nowNs;
    isReached = true;
    return Verdict.VALID;
  }

  /// Whether the browser has been silent for longer than consent lasts (RFC 7675 §5.1).
  boolean isSilent(long nowNs) {
    return isReached && nowNs - checkedNs > consentNs;
  }

  /// Whether the selected address may be sent to (RFC 7675 §5.1).
  boolean hasConsent(long nowNs) {
    Tuple to = selected;
    return to != null && nowNs - to.checkedNs <= consentNs;
  }

  /// Whether no check has come from a tuple for so long that another transport may have its
  /// address: a browser checks every 2.5 s.
  static boolean isStale(Tuple tuple, long nowNs) {
    return nowNs - tuple.checkedNs > TimeUnit.SECONDS.toNanos(6);
  }

  /// Whether any valid check has come yet.
  boolean isReached() {
    return isReached;
  }

  /// Gives up a tuple whose address has become another transport's.
  void forget(Tuple tuple) {
    tuples.remove(tuple);
    if (selected == tuple) {
      selected = null;
    }
  }

  private Verdict refuse(byte[] data, Problem problem, @Nullable Credentials used) {
    reply = stun.error(data, problem, used == null ? null : used.passwordKey);
    return Verdict.REFUSED;
  }

  private Tuple remember(InetSocketAddress from, long nowNs) {
    Tuple tuple = tuple(from);
    if (tuple == null) {
      if (tuples.size() == MAX_TUPLES) {
        evicted = leastUseful();
        tuples.remove(evicted);
      }
      tuple = new Tuple(from, nowNs);
      tuples.add(tuple);
    }
    tuple.checkedNs = nowNs;
    return tuple;
  }

  private Tuple leastUseful() {
    Tuple oldest = null;
    for (Tuple tuple : tuples) {
      if (tuple != selected && (oldest == null || tuple.checkedNs - oldest.checkedNs < 0)) {
        oldest = tuple;
      }
    }
    return oldest == null ? tuples.getFirst() : oldest;
  }

  private void select(Request request, Tuple tuple, Credentials used, long nowNs) {
    long offered = nominationOf(request);
    boolean isFirst = !hasConsent(nowNs);
    if (used == current && isRestarting) {
      isRestarting = false;
      former = null;
      nomination = NO_NOMINATION;
      isFirst = true;
    }
    boolean isNominated =
        offered == NO_NOMINATION
            ? request.containsAttribute(Attribute.USE_CANDIDATE) && nomination == NO_NOMINATION
            : offered >= nomination;
    if (isFirst || isNominated) {
      selected = tuple;
      nomination = Math.max(nomination, offered);
    }
  }

  private static long nominationOf(Request request) {
    if (request.getAttribute(NOMINATION) instanceof OptionalAttribute attribute) {
      byte[] body = attribute.getBody();
      if (body.length >= 4) {
        return ((body[0] & 0xffL) << 24)
            | ((body[1] & 0xffL) << 16)
            | ((body[2] & 0xffL) << 8)
            | (body[3] & 0xffL);
      }
    }
    return NO_NOMINATION;
  }

  private static char[] unknownRequired(Request request) {
    StringBuilder types = new StringBuilder();
    for (Attribute attribute : request.getAttributes()) {
      if (attribute instanceof OptionalAttribute && attribute.getAttributeType() < OPTIONAL_FROM) {
        types.append(attribute.getAttributeType());
      }
    }
    return types.toString().toCharArray();
  }
}
