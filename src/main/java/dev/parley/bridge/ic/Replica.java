package dev.parley.bridge.ic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls canisters by way of one replica or gateway, which it does not trust: what it says counts
/// when the canister's subnet has signed it, not long ago.
///
/// Every method waits and checks signatures on the caller's thread, a virtual one or a worker.
///
/// Failures: UNAVAILABLE when the outcome is not known, so that the same call may be made again or
/// asked about; INVALID and FORBIDDEN when the replica does not take the request, will not take the
/// same again, and shows no sign of having taken it before. It then did not run, unless it was sent
/// before and has been forgotten since.
public final class Replica {

  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  /// A URL with this in it leads to the main network.
  private static final String MAIN_NETWORK = "icp-api.io";

  static final byte[] MAIN_NETWORK_KEY =
      HexFormat.of()
          .parseHex(
              "308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100814c0e6e"
                  + "c71fab583b08bd81373c255c3c371b2e84863c98a4f1e08b74235d14fb5d9c0cd546d9685f913a0c"
                  + "0b2cc5341583bf4b4392e467db96d65b9bb4cb717112f8472e0d5a4d14505ffd7484b01291091c5f"
                  + "87b98883463f98091a0baaae");

  /// How long a question about a request stays one; a replica allows five minutes.
  private static final long QUESTION_MS = 240_000;

  private static final long NS_PER_MS = 1_000_000;
  private static final double BACKOFF = 1.2;
  private static final int MAX_QUOTED = 500;

  /// How patient it is.
  ///
  /// @param firstPoll between the call and the first question about it; each further pause is a
  ///   fifth longer
  /// @param request from the begin of an HTTP request to the end of its answer
  public record Pace(Duration firstPoll, Duration request) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(20));
  }

  /// What the subnet says of a request.
  private sealed interface State {}

  private record Ended(Reply reply) implements State {}

  private record UnderWay() implements State {}

  /// @param timeNs when it was so, in nanoseconds since 1970
  private record Unknown(long timeNs) implements State {}

  /// The replica does not say, and will not.
  ///
  /// @param status HTTP
  private record Withheld(int status) implements State {}

  private final Vertx vertx;
  private final OperatorKey key;
  private final LongSupplier nowMs;
  private final Pace pace;
  private final ReplicaHttp http;
  private final AtomicReference<byte @Nullable []> rootKey = new AtomicReference<>();

  /// @param url of the replica or gateway. When it has `icp-api.io` in it the root key is that of
  ///   the main network; otherwise the replica is asked for it once, and believed
  /// @param key whose signature the calls bear
  /// @param nowMs milliseconds since 1970
  public Replica(Vertx vertx, URI url, OperatorKey key, LongSupplier nowMs) {
    this(vertx, url, key, nowMs, Pace.USUAL);
  }

  public Replica(Vertx vertx, URI url, OperatorKey key, LongSupplier nowMs, Pace pace) {
    this.vertx = vertx;
    this.key = key;
    this.nowMs = nowMs;
    this.pace = pace;
    this.http = new ReplicaHttp(vertx, url, pace.request());
    if (url.toString().contains(MAIN_NETWORK)) {
      rootKey.set(MAIN_NETWORK_KEY);
    }
  }

  /// Makes a call, or the same again, and waits for its end.
  ///
  /// @param within how long to ask for it, roughly
  public Reply call(Ingress ingress, Duration within) {
    long deadlineNs = System.nanoTime() + within.toNanos();
    switch (submit(ingress)) {
      case Taken _ -> {}
      // The replica may have taken the same before.
      case NotTaken refused -> {
        switch (state(ingress)) {
          case Ended(Reply reply) -> {
            return reply;
          }
          case UnderWay _ -> {}
          case Unknown _, Withheld _ -> {
            return refused.reply();
          }
        }
      }
    }
    return poll(ingress, deadlineNs);
  }

  private Reply poll(Ingress ingress, long deadlineNs) {
    double pauseMs = Math.max(1, pace.firstPoll().toMillis());
    while (true) {
      long leftMs = (deadlineNs - System.nanoTime()) / NS_PER_MS;
      if (leftMs <= 0) {
        throw Failure.unavailable("a call has not ended in time");
      }
      vertx.timer(Math.min((long) pauseMs, leftMs), TimeUnit.MILLISECONDS).await();
      switch (state(ingress)) {
        case Ended(Reply reply) -> {
          return reply;
        }
        case Unknown(long timeNs) when timeNs > ingress.ingressExpiryNs() ->
            throw Failure.invalid("a call expired before it was executed");
        case Withheld _ -> throw Failure.unavailable("a replica does not tell of a call");
        case UnderWay _, Unknown _ -> pauseMs *= BACKOFF;
      }
    }
  }

  /// How an earlier call ended, asking once and making none. Empty when the canister's subnet knows
  /// nothing of it: it did not come, is on its way, or is long forgotten. UNAVAILABLE also while it
  /// is being executed.
  public Optional<Reply> status(Ingress ingress) {
    return switch (state(ingress)) {
      case Ended(Reply reply) -> Optional.of(reply);
      case UnderWay _ -> throw Failure.unavailable("a call has not ended yet");
      case Unknown _ -> Optional.empty();
      case Withheld(int status) -> throw refused(status);
    };
  }

  /// Ends its connections.
  public void close() {
    http.close();
  }

  private sealed interface Submission {}

  private record Taken() implements Submission {}

  /// @param rejection what the replica says; null when it says so by its status
  /// @param status HTTP
  private record NotTaken(Reply.@Nullable Rejected rejection, int status) implements Submission {

    Reply reply() {
      if (rejection == null) {
        throw refused(status);
      }
      return rejection;
    }
  }

  private Submission submit(Ingress ingress) {
    byte[] body = Envelope.seal(key, ingress.content(key.principal()));
    ReplicaHttp.Answer answer = http.post(path(ingress, "call"), body);
    if (answer.status() == 202) {
      return new Taken();
    }
    if (answer.status() == 200) {
      return new NotTaken(rejection(answer.body()), 200);
    }
    failIfPassing(answer);
    return new NotTaken(null, answer.status());
  }

  private static Reply.Rejected rejection(byte[] body) {
    JsonNode rejection = Cbor.read(body);
    JsonNode code = rejection.path("reject_code");
    if (!code.isIntegralNumber()) {
      throw Cbor.malformed();
    }
    return new Reply.Rejected(
        code.asInt(), quoted(Wire.utf8(rejection.path("reject_message").asText())), true);
  }

  /// Of a replica that does not say yes: fails when it may do so the next time.
  private static void failIfPassing(ReplicaHttp.Answer answer) {
    boolean isFinal =
        answer.status() / 100 == 4 && answer.status() != 429 && answer.status() != 408;
    LOG.atWarn()
        .addKeyValue("status", answer.status())
        .addKeyValue("text", quoted(answer.body()))
        .log("A replica refuses a request");
    if (!isFinal) {
      throw Failure.unavailable("a replica answers with status " + answer.status());
    }
  }

  private static Failure refused(int status) {
    String text = "a replica refuses a request with status " + status;
    return status == 401 || status == 403 ? Failure.forbidden(text) : Failure.invalid(text);
  }

  /// The begin of somebody's words, without what might garble a log.
  private static String quoted(byte[] body) {
    return new String(body, 0, Math.min(body.length, MAX_QUOTED), StandardCharsets.UTF_8)
        .replaceAll("[^\\x20-\\x7e]", ".");
  }

  private State state(Ingress ingress) {
    byte[] id = Envelope.id(ingress.content(key.principal()));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("request_type", "read_state");
    content.put("sender", key.principal().bytes());
    content.put("ingress_expiry", (nowMs.getAsLong() + QUESTION_MS) * NS_PER_MS);
    content.put("paths", List.of(List.of(Wire.utf8("request_status"), id)));
    byte[] root = rootKey();
    ReplicaHttp.Answer answer = http.post(path(ingress, "read_state"), Envelope.seal(key, content));
    if (answer.status() != 200) {
      failIfPassing(answer);
      return new Withheld(answer.status());
    }
    byte[] certificate = Cbor.bytes(Cbor.read(answer.body()), "certificate");
    return state(
        Certificate.verified(certificate, root, ingress.canister(), nowMs.getAsLong()), id);
  }

  private static State state(Certificate certificate, byte[] id) {
    return switch (certificate.state().find(Wire.utf8("request_status"), id)) {
      case HashTree.Found(HashTree request) -> state(request);
      case HashTree.Missing.ABSENT -> new Unknown(certificate.timeNs());
      case HashTree.Missing.UNTOLD ->
          throw Failure.unavailable("a replica's certificate is not about the request");
    };
  }

  private static State state(HashTree request) {
    return switch (text(request, "status")) {
      case "received", "processing" -> new UnderWay();
      case "replied" -> new Ended(new Reply.Replied(leaf(request, "reply")));
      case "rejected" ->
          new Ended(
              new Reply.Rejected(
                  (int) Certificate.number(leaf(request, "reject_code")),
                  quoted(leaf(request, "reject_message")),
                  false));
      case "done" -> new Ended(new Reply.Forgotten());
      default -> throw Cbor.malformed();
    };
  }

  private static byte[] leaf(HashTree request, String name) {
    return Certificate.value(request.find(Wire.utf8(name)));
  }

  private static String text(HashTree request, String name) {
    return new String(leaf(request, name), StandardCharsets.UTF_8);
  }

  private byte[] rootKey() {
    byte[] known = rootKey.get();
    if (known != null) {
      return known;
    }
    ReplicaHttp.Answer answer = http.get("/api/v2/status");
    if (answer.status() != 200) {
      throw Failure.unavailable("a replica answers with status " + answer.status());
    }
    byte[] fetched = Cbor.bytes(Cbor.read(answer.body()), "root_key");
    if (!Bls.isKey(fetched)) {
      throw Cbor.malformed();
    }
    // The first that came counts.
    byte[] first = rootKey.compareAndExchange(null, fetched);
    if (first != null) {
      return first;
    }
    LOG.info("A replica's own root key is believed");
    return fetched;
  }

  private static String path(Ingress ingress, String what) {
    return "/api/v2/canister/" + ingress.canister().text() + "/" + what;
  }
}
