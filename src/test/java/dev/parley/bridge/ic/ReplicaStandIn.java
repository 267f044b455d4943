package dev.parley.bridge.ic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.jspecify.annotations.Nullable;

/// A replica of the Internet Computer, with canisters that have video calls, in the place of the
/// real one: over HTTP, with real signatures, and with mishaps on demand.
///
/// It takes requests for any canister, below any path. Each request id is executed once, whatever
/// else goes wrong.
public final class ReplicaStandIn {

  /// What becomes of requests.
  public enum Mishap {
    NONE(0),
    STATUS_400(400),
    STATUS_403(403),
    STATUS_429(429),
    STATUS_500(500),
    /// Status 200 and bytes that are nothing.
    GARBAGE(200),
    /// More bytes than anybody wants.
    FLOOD(200),
    /// No answer, and the request without effect.
    SILENCE(0),
    /// The request has its effect, but the connection ends without an answer.
    LOST_ANSWER(0);

    private final int status;

    Mishap(int status) {
      this.status = status;
    }
  }

  /// What its certificates say that is not so, or does not hold.
  public enum Lie {
    NONE,
    BAD_SIGNATURE,
    /// The subnet's key is not vouched for by the root; only with delegation.
    BAD_DELEGATION,
    /// Only with delegation.
    DELEGATED_TWICE,
    /// Of a subnet that the canister is not on; only with delegation.
    OUT_OF_RANGE,
    /// Six minutes old.
    STALE,
    /// Six minutes ahead.
    OF_THE_FUTURE,
    /// Tells of a request that nobody asked about.
    OTHER_REQUEST
  }

  /// A call that a canister executed.
  ///
  /// @param code of the error that it answered; 0 for success
  @SuppressWarnings("ArrayRecordComponent")
  public record Executed(
      IcPrincipal canister, String method, long messageId, byte[] arg, int code) {}

  private static final long NS_PER_MS = 1_000_000;
  private static final long MAX_EXPIRY_NS = 300_000_000_000L;
  private static final long SIX_MINUTES_NS = 360_000_000_000L;

  /// What is known of a request.
  private static final class Known {
    final IcPrincipal sender;
    final Map<String, HashTree> outcome = new HashMap<>();
    int processing;

    Known(IcPrincipal sender) {
      this.sender = sender;
    }
  }

  private final Vertx vertx;
  private final LongSupplier nowMs;
  private final IcPrincipal operator;
  private final StandInSubnet.Ranges ranges;
  private final StandInSubnet subnet = new StandInSubnet();
  private final StandInCanisters canisters = new StandInCanisters();
  private final Map<String, Known> requests = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<IcPrincipal> trapping = new HashSet<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger keys = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final HttpServer server;

  private volatile Mishap ofCalls = Mishap.NONE;
  private volatile Mishap ofReads = Mishap.NONE;
  private volatile Lie lie = Lie.NONE;
  private volatile int slowness;
  private volatile boolean traps;

  /// @param nowMs milliseconds since 1970
  /// @param operator whom the canisters obey
  /// @param delegated whether the canisters are on another subnet than the root
  public ReplicaStandIn(Vertx vertx, LongSupplier nowMs, IcPrincipal operator, boolean delegated)
      throws Exception {
    this(
        vertx,
        nowMs,
        operator,
        delegated ? StandInSubnet.Ranges.IN_ONE_LEAF : StandInSubnet.Ranges.ROOT);
  }

  ReplicaStandIn(Vertx vertx, LongSupplier nowMs, IcPrincipal operator, StandInSubnet.Ranges ranges)
      throws Exception {
    this.vertx = vertx;
    this.nowMs = nowMs;
    this.operator = operator;
    this.ranges = ranges;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> serve(request, body)))
            .listen(0, "localhost")
            .await(20, TimeUnit.SECONDS);
  }

  public URI url() {
    return URI.create("http://localhost:" + server.actualPort());
  }

  /// Listens no longer.
  public void close() throws Exception {
    server.close().await(20, TimeUnit.SECONDS);
  }

  /// What becomes of calls from now on.
  public void calls(Mishap mishap) {
    ofCalls = mishap;
  }

  /// What becomes of questions about calls from now on.
  public void reads(Mishap mishap) {
    ofReads = mishap;
  }

  /// What its certificates are like from now on.
  public void lies(Lie next) {
    lie = next;
  }

  /// Calls that come from now on are told to be under way to so many questions first; they have had
  /// their effect by then.
  public void isSlow(int questions) {
    slowness = questions;
  }

  /// Whether canisters fail at the calls that come from now on.
  public void traps(boolean next) {
    traps = next;
  }

  /// A canister fails at the next call that comes to it.
  public synchronized void trapsOnce(IcPrincipal canister) {
    trapping.add(canister);
  }

  /// Forgets outcomes, but not what has been executed.
  public synchronized void losesOutcomes() {
    requests
        .values()
        .forEach(request -> {
          request.outcome.clear();
          request.outcome.put("status", StandInSubnet.text("done"));
        });
  }

  /// Knows nothing any more of requests that came, but does not execute them again.
  public synchronized void forgetsRequests() {
    requests.clear();
  }

  /// How often a call with this message has begun.
  public synchronized int starts(IcPrincipal canister, long messageId) {
    return canisters.starts(canister, messageId);
  }

  /// How often a call with this message has ended.
  public synchronized int ends(IcPrincipal canister, long messageId) {
    return canisters.ends(canister, messageId);
  }

  /// What canisters executed, in order, with or without success.
  public synchronized List<Executed> executed() {
    return canisters.executed();
  }

  /// How many calls came, whatever became of them.
  public int callsSeen() {
    return calls.get();
  }

  /// How many questions about calls came, whatever became of them.
  public int readsSeen() {
    return reads.get();
  }

  /// How often somebody asked for the root key.
  public int keysGiven() {
    return keys.get();
  }

  private void serve(HttpServerRequest request, Buffer body) {
    String whole = Objects.requireNonNull(request.path());
    String path = whole.substring(Math.max(0, whole.indexOf("/api/v2/")));
    if (path.equals("/api/v2/status")) {
      keys.incrementAndGet();
      request.response().end(Buffer.buffer(Cbor.write(Map.of("root_key", subnet.rootKey()))));
      return;
    }
    boolean isCall = path.endsWith("/call");
    (isCall ? calls : reads).incrementAndGet();
    Mishap mishap = isCall ? ofCalls : ofReads;
    if (mishap == Mishap.SILENCE) {
      return;
    }
    if (mishap.status != 0) {
      Buffer answer =
          mishap == Mishap.FLOOD
              ? Buffer.buffer(new byte[3 << 20])
              : Buffer.buffer("nothing\u0000 to read");
      request.response().setStatusCode(mishap.status).end(answer);
      return;
    }
    vertx
        .executeBlocking(() -> answer(path, body.getBytes()))
        .onSuccess(answer -> {
          if (mishap == Mishap.LOST_ANSWER) {
            request.connection().close();
          } else {
            request.response().setStatusCode(answer.status()).end(Buffer.buffer(answer.body()));
          }
        })
        .onFailure(_ -> request.response().setStatusCode(500).end());
  }

  private synchronized ReplicaHttp.Answer answer(String path, byte[] body) {
    String[] parts = path.split("/", -1);
    if (parts.length != 6 || !path.startsWith("/api/v2/canister/")) {
      return status(404);
    }
    JsonNode envelope;
    byte[] id;
    IcPrincipal canister;
    try {
      canister = IcPrincipal.parse(parts[4]);
      envelope = Cbor.read(body);
      id = Envelope.id(content(envelope.path("content")));
    } catch (Failure _) {
      return status(400);
    }
    JsonNode content = envelope.path("content");
    long expiryNs = content.path("ingress_expiry").asLong();
    long nowNs = nowMs.getAsLong() * NS_PER_MS;
    if (expiryNs < nowNs || expiryNs > nowNs + MAX_EXPIRY_NS) {
      return status(400);
    }
    if (!isSigned(envelope, id)) {
      return status(403);
    }
    IcPrincipal sender = IcPrincipal.of(Cbor.bytes(content, "sender"));
    String type = content.path("request_type").asText();
    if (parts[5].equals("call") && type.equals("call")) {
      return Arrays.equals(canister.bytes(), Cbor.bytes(content, "canister_id"))
          ? call(canister, sender, content, id)
          : status(400);
    }
    if (parts[5].equals("read_state") && type.equals("read_state")) {
      return read(sender, content);
    }
    return status(400);
  }

  private static ReplicaHttp.Answer status(int status) {
    return new ReplicaHttp.Answer(status, new byte[0]);
  }

  /// A content as it was before it was CBOR.
  private static Map<String, Object> content(JsonNode content) {
    Map<String, Object> fields = new LinkedHashMap<>();
    content.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
    return fields;
  }

  private static Object value(JsonNode node) {
    if (node.isTextual()) {
      return node.asText();
    }
    if (node.isIntegralNumber()) {
      return node.asLong();
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    return Cbor.bytes(node);
  }

  /// Whether the sender's own key has signed the request.
  private static boolean isSigned(JsonNode envelope, byte[] id) {
    byte[] der = Cbor.bytes(envelope, "sender_pubkey");
    byte[] signature = Cbor.bytes(envelope, "sender_sig");
    byte[] self = Wire.concat(Wire.digest("SHA-224", der), new byte[] {2});
    if (der.length != 88
        || signature.length != 64
        || !Arrays.equals(self, Cbor.bytes(envelope.path("content"), "sender"))) {
      return false;
    }
    var verifier = new ECDSASigner();
    verifier.init(
        false,
        new ECPublicKeyParameters(
            OperatorKey.CURVE.getCurve().decodePoint(Arrays.copyOfRange(der, 23, der.length)),
            OperatorKey.CURVE));
    return verifier.verifySignature(
        Wire.sha256(Envelope.signedBytes(id)),
        new BigInteger(1, Arrays.copyOf(signature, 32)),
        new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)));
  }

  private ReplicaHttp.Answer call(
      IcPrincipal canister, IcPrincipal sender, JsonNode content, byte[] id) {
    // As `inspect_message` of the canisters has it.
    if (!sender.equals(operator)) {
      return new ReplicaHttp.Answer(
          200,
          Cbor.write(
              Map.of(
                  "status", "non_replicated_rejection",
                  "reject_code", 4,
                  "reject_message", "Canister rejected the message",
                  "error_code", "IC0406")));
    }
    String name = HexFormat.of().formatHex(id);
    if (taken.add(name)) {
      requests.put(name, execute(canister, sender, content));
    }
    return status(202);
  }

  private Known execute(IcPrincipal canister, IcPrincipal sender, JsonNode content) {
    var known = new Known(sender);
    known.processing = slowness;
    byte @Nullable [] reply =
        traps || trapping.remove(canister)
            ? null
            : canisters.execute(
                canister, content.path("method_name").asText(), Cbor.bytes(content, "arg"));
    if (reply == null) {
      known.outcome.put("status", StandInSubnet.text("rejected"));
      known.outcome.put("reject_code", StandInSubnet.time(5));
      known.outcome.put("reject_message", StandInSubnet.text("Canister trapped"));
    } else {
      known.outcome.put("status", StandInSubnet.text("replied"));
      known.outcome.put("reply", new HashTree.Leaf(reply));
    }
    return known;
  }

  private ReplicaHttp.Answer read(IcPrincipal sender, JsonNode content) {
    JsonNode path = content.path("paths").path(0);
    if (content.path("paths").size() != 1
        || path.size() != 2
        || !Arrays.equals(Wire.utf8("request_status"), Cbor.bytes(path.path(0)))) {
      return status(400);
    }
    byte[] id = Cbor.bytes(path.path(1));
    Known known = requests.get(HexFormat.of().formatHex(id));
    if (known != null && !known.sender.equals(sender)) {
      return status(403);
    }
    byte[] certificate = subnet.certify(state(id, known), ranges, flaw());
    return new ReplicaHttp.Answer(200, Cbor.write(Map.of("certificate", certificate)));
  }

  /// The part of its state that is about a request, with what lies beside it pruned.
  private HashTree state(byte[] id, @Nullable Known known) {
    var before = new HashTree.Labeled(new byte[32], new HashTree.Pruned(new byte[32]));
    byte[] last = new byte[32];
    Arrays.fill(last, (byte) -1);
    var after = new HashTree.Labeled(last, new HashTree.Pruned(new byte[32]));
    List<HashTree> shown = new ArrayList<>(List.of(before));
    if (lie == Lie.OTHER_REQUEST) {
      shown.add(new HashTree.Pruned(new byte[32]));
    } else if (known != null) {
      shown.add(new HashTree.Labeled(id, outcome(known)));
    }
    shown.add(after);
    return StandInSubnet.tree(
        Map.of(
            "request_status", StandInSubnet.join(shown),
            "time", StandInSubnet.time(timeNs())));
  }

  private static HashTree outcome(Known known) {
    if (known.processing > 0) {
      known.processing--;
      return StandInSubnet.tree(Map.of("status", StandInSubnet.text("processing")));
    }
    return StandInSubnet.tree(known.outcome);
  }

  private long timeNs() {
    long nowNs = nowMs.getAsLong() * NS_PER_MS;
    return switch (lie) {
      case STALE -> nowNs - SIX_MINUTES_NS;
      case OF_THE_FUTURE -> nowNs + SIX_MINUTES_NS;
      default -> nowNs;
    };
  }

  private StandInSubnet.Flaw flaw() {
    return switch (lie) {
      case BAD_SIGNATURE -> StandInSubnet.Flaw.BAD_SIGNATURE;
      case BAD_DELEGATION -> StandInSubnet.Flaw.BAD_DELEGATION;
      case DELEGATED_TWICE -> StandInSubnet.Flaw.DELEGATED_TWICE;
      case OUT_OF_RANGE -> StandInSubnet.Flaw.OUT_OF_RANGE;
      default -> StandInSubnet.Flaw.NONE;
    };
  }
}
