package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against a stand-in that answers with real signatures, over HTTP.
class ReplicaTest {

  private static final OperatorKey OPERATOR = key("67ca1eeca808209b1176f4efcf4c21d5a2088a59a352da");
  private static final OperatorKey STRANGER = key("0102030405060708090a0b0c0d0e0f1011121314151617");
  private static final IcPrincipal GROUP = IcPrincipal.parse("cpmcr-yeaaa-aaaaa-qaala-cai");
  private static final IcPrincipal USER = IcPrincipal.parse("dfdal-2uaaa-aaaaa-qaama-cai");
  private static final long MESSAGE = 42;
  private static final long START_MS = 1_700_000_000_000L;
  private static final long EXPIRY_NS = (START_MS + 240_000) * 1_000_000;

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Replica.Pace PACE =
      new Replica.Pace(Duration.ofMillis(1), Duration.ofSeconds(60));

  private static Vertx vertx;

  private final AtomicLong nowMs = new AtomicLong(START_MS);
  private ReplicaStandIn standIn;
  private Replica replica;

  /// The rest of its 32 bytes are zero.
  private static OperatorKey key(String secret) {
    String hex =
        "302e020101" + "0420" + secret + "0".repeat(64 - secret.length()) + "a00706052b8104000a";
    return OperatorKey.parse(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)));
  }

  @BeforeAll
  static void openVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void open() throws Exception {
    standIn =
        new ReplicaStandIn(vertx, nowMs::get, OPERATOR.principal(), StandInSubnet.Ranges.IN_SHARDS);
    replica = replicaOf(OPERATOR, PACE);
  }

  @AfterEach
  void close() throws Exception {
    replica.close();
    standIn.close();
  }

  private Replica replicaOf(OperatorKey key, Replica.Pace pace) {
    return new Replica(vertx, standIn.url(), key, nowMs::get, pace);
  }

  private static Ingress start(int nonce) {
    var start =
        new VideoCalls.Start(
            MESSAGE, USER, "alice", null, null, 3_600_000, VideoCalls.CallType.DEFAULT);
    return new Ingress(
        GROUP,
        VideoCalls.START,
        VideoCalls.startInGroup(start),
        new byte[] {(byte) nonce},
        EXPIRY_NS);
  }

  private static Ingress end(int nonce) {
    return new Ingress(
        GROUP,
        VideoCalls.END,
        VideoCalls.endInGroup(MESSAGE),
        new byte[] {(byte) nonce},
        EXPIRY_NS);
  }

  private static VideoCalls.Answer answer(Reply reply) {
    return VideoCalls.answer(assertInstanceOf(Reply.Replied.class, reply).arg());
  }

  private static void assertFails(Failure.Code code, Executable what) {
    Failure failure = assertThrows(Failure.class, what);

    assertEquals(code, failure.code(), failure.text());
    assertFalse(failure.text().contains("localhost"), failure.text());
  }

  @Test
  void aCallIsExecutedAndAnswered() {
    Reply reply = replica.call(start(1), LONG);

    assertEquals(new VideoCalls.Success(), answer(reply));
    assertEquals(1, standIn.starts(GROUP, MESSAGE));
    assertEquals(0, standIn.starts(USER, MESSAGE));
    ReplicaStandIn.Executed executed = standIn.executed().getFirst();
    assertEquals(VideoCalls.START, executed.method());
    assertArrayEquals(start(1).arg(), executed.arg());
  }

  @Test
  void aCallThatIsSentAgainIsNotExecutedAgain() {
    replica.call(start(1), LONG);

    Reply reply = replica.call(start(1), LONG);

    assertEquals(new VideoCalls.Success(), answer(reply));
    assertEquals(1, standIn.executed().size());
  }

  @Test
  void theCanistersErrorsAreAnswers() {
    assertEquals(new VideoCalls.Refusal(297, null), answer(replica.call(end(1), LONG)));
    replica.call(start(2), LONG);
    assertEquals(new VideoCalls.Refusal(287, null), answer(replica.call(start(3), LONG)));
    assertEquals(new VideoCalls.Success(), answer(replica.call(end(4), LONG)));
    assertEquals(new VideoCalls.Refusal(285, null), answer(replica.call(end(5), LONG)));
    assertEquals(1, standIn.starts(GROUP, MESSAGE));
    assertEquals(1, standIn.ends(GROUP, MESSAGE));
  }

  @ParameterizedTest
  @EnumSource(StandInSubnet.Ranges.class)
  void certificatesHoldWithEveryLayoutOfRanges(StandInSubnet.Ranges ranges) throws Exception {
    var other = new ReplicaStandIn(vertx, nowMs::get, OPERATOR.principal(), ranges);
    var ofOther = new Replica(vertx, other.url(), OPERATOR, nowMs::get, PACE);

    assertEquals(new VideoCalls.Success(), answer(ofOther.call(start(1), LONG)));

    ofOther.close();
    other.close();
  }

  @Test
  void whatTakesTimeIsAskedForAgain() {
    standIn.isSlow(3);

    assertEquals(new VideoCalls.Success(), answer(replica.call(start(1), LONG)));
    assertEquals(4, standIn.readsSeen());
    assertEquals(1, standIn.callsSeen());
  }

  @Test
  void whatTakesTooLongIsLeftOpen() {
    standIn.isSlow(1_000_000);

    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), SHORT));
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.status(start(1)));
  }

  @Test
  void aCanisterThatFailsRejects() {
    standIn.traps(true);

    assertEquals(new Reply.Rejected(5, "Canister trapped", false), replica.call(start(1), LONG));
    assertEquals(
        Optional.of(new Reply.Rejected(5, "Canister trapped", false)), replica.status(start(1)));
  }

  @Test
  void anUnknownOperatorIsRejectedBeforeExecution() {
    var strangers = replicaOf(STRANGER, PACE);

    Reply.Rejected rejected =
        assertInstanceOf(Reply.Rejected.class, strangers.call(start(1), LONG));

    assertTrue(rejected.beforeExecution());
    assertFalse(rejected.isTransient());
    assertEquals(4, rejected.code());
    assertEquals(List.of(), standIn.executed());
    strangers.close();
  }

  @Test
  void theStatusOfACallIsItsOutcome() {
    assertEquals(Optional.empty(), replica.status(start(1)));

    replica.call(start(1), LONG);

    assertEquals(new VideoCalls.Success(), answer(replica.status(start(1)).orElseThrow()));
    assertEquals(Optional.empty(), replica.status(start(2)));
    assertEquals(1, standIn.callsSeen());
  }

  @Test
  void anotherMayNotAskAboutACall() {
    replica.call(start(1), LONG);
    var strangers = replicaOf(STRANGER, PACE);

    // The sender is part of the name: so it is another call.
    assertEquals(Optional.empty(), strangers.status(start(1)));
    strangers.close();
  }

  @Test
  void anOutcomeMayBeForgotten() {
    replica.call(start(1), LONG);

    standIn.losesOutcomes();

    assertEquals(Optional.of(new Reply.Forgotten()), replica.status(start(1)));
    assertEquals(new Reply.Forgotten(), replica.call(start(1), LONG));
  }

  @Test
  void anAnswerThatIsLostIsFoundLater() {
    standIn.calls(ReplicaStandIn.Mishap.LOST_ANSWER);
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));
    standIn.calls(ReplicaStandIn.Mishap.NONE);

    assertEquals(new VideoCalls.Success(), answer(replica.status(start(1)).orElseThrow()));
    assertEquals(new VideoCalls.Success(), answer(replica.call(start(1), LONG)));
    assertEquals(1, standIn.starts(GROUP, MESSAGE));
    assertEquals(1, standIn.executed().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = ReplicaStandIn.Mishap.class,
      names = {"STATUS_429", "STATUS_500", "GARBAGE", "FLOOD"})
  void whatMayDoBetterLaterIsUnavailable(ReplicaStandIn.Mishap mishap) {
    standIn.calls(mishap);
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));

    standIn.calls(ReplicaStandIn.Mishap.NONE);
    standIn.reads(mishap);
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.status(start(1)));

    standIn.reads(ReplicaStandIn.Mishap.NONE);
    assertEquals(new VideoCalls.Success(), answer(replica.call(start(1), LONG)));
    assertEquals(1, standIn.executed().size());
  }

  @Test
  void noAnswerIsWaitedForInBounds() {
    var impatient = replicaOf(OPERATOR, new Replica.Pace(Duration.ofMillis(1), SHORT));
    standIn.calls(ReplicaStandIn.Mishap.SILENCE);
    assertFails(Failure.Code.UNAVAILABLE, () -> impatient.call(start(1), LONG));

    standIn.reads(ReplicaStandIn.Mishap.SILENCE);
    assertFails(Failure.Code.UNAVAILABLE, () -> impatient.status(start(1)));
    impatient.close();
  }

  @Test
  void noReplicaIsUnavailable() throws Exception {
    standIn.close();

    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.status(start(1)));
  }

  @Test
  void whatIsRefusedForGoodIsNotUnavailable() {
    standIn.calls(ReplicaStandIn.Mishap.STATUS_400);
    assertFails(Failure.Code.INVALID, () -> replica.call(start(1), LONG));

    standIn.calls(ReplicaStandIn.Mishap.STATUS_403);
    assertFails(Failure.Code.FORBIDDEN, () -> replica.call(start(1), LONG));

    standIn.reads(ReplicaStandIn.Mishap.STATUS_403);
    assertFails(Failure.Code.FORBIDDEN, () -> replica.call(start(1), LONG));
    assertFails(Failure.Code.FORBIDDEN, () -> replica.status(start(1)));
  }

  @Test
  void whatWasTakenAndIsNotToldOfIsLeftOpen() {
    standIn.reads(ReplicaStandIn.Mishap.STATUS_403);

    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));
    assertEquals(1, standIn.starts(GROUP, MESSAGE));
  }

  @Test
  void aRefusalOfWhatWasTakenBeforeIsNotBelieved() {
    replica.call(start(1), LONG);

    standIn.calls(ReplicaStandIn.Mishap.STATUS_400);

    assertEquals(new VideoCalls.Success(), answer(replica.call(start(1), LONG)));
  }

  @Test
  void aRefusalThatCannotBeCheckedLeavesItOpen() {
    standIn.calls(ReplicaStandIn.Mishap.STATUS_400);
    standIn.reads(ReplicaStandIn.Mishap.STATUS_500);

    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));
  }

  @Test
  void aCallThatHasExpiredIsRefused() {
    nowMs.addAndGet(240_001);

    assertFails(Failure.Code.INVALID, () -> replica.call(start(1), LONG));
    assertEquals(List.of(), standIn.executed());
  }

  @Test
  void aCallThatExpiresUnseenIsNotAskedForAnyLonger() {
    replica.call(start(1), LONG);
    standIn.forgetsRequests();
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), SHORT));

    nowMs.addAndGet(240_001);

    assertFails(Failure.Code.INVALID, () -> replica.call(start(1), LONG));
    assertEquals(Optional.empty(), replica.status(start(1)));
  }

  @ParameterizedTest
  @EnumSource(value = ReplicaStandIn.Lie.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void liesProveNothing(ReplicaStandIn.Lie lie) throws Exception {
    standIn.lies(lie);

    assertFails(Failure.Code.UNAVAILABLE, () -> replica.call(start(1), LONG));
    assertFails(Failure.Code.UNAVAILABLE, () -> replica.status(start(2)));

    standIn.lies(ReplicaStandIn.Lie.NONE);
    assertEquals(new VideoCalls.Success(), answer(replica.call(start(1), LONG)));
    assertEquals(1, standIn.executed().size());
  }

  @Test
  void theRootsOwnSignatureIsChecked() throws Exception {
    var root =
        new ReplicaStandIn(vertx, nowMs::get, OPERATOR.principal(), StandInSubnet.Ranges.ROOT);
    root.lies(ReplicaStandIn.Lie.BAD_SIGNATURE);
    var ofRoot = new Replica(vertx, root.url(), OPERATOR, nowMs::get, PACE);

    assertFails(Failure.Code.UNAVAILABLE, () -> ofRoot.call(start(1), LONG));

    ofRoot.close();
    root.close();
  }

  @Test
  void theRootKeyIsAskedForOnce() {
    replica.status(start(1));
    replica.call(start(1), LONG);

    assertEquals(1, standIn.keysGiven());
  }

  @Test
  void theMainNetworksKeyIsKnownAndNoOtherBelieved() {
    URI url = URI.create(standIn.url() + "/icp-api.io/");
    var main = new Replica(vertx, url, OPERATOR, nowMs::get, PACE);

    assertFails(Failure.Code.UNAVAILABLE, () -> main.status(start(1)));
    assertEquals(1, standIn.readsSeen());
    assertEquals(0, standIn.keysGiven());
    main.close();
  }

  @Test
  void itWaitsOnAVirtualThreadOfAContext() throws Exception {
    Control control = Control.create(vertx).await(20, TimeUnit.SECONDS);
    Promise<Reply> done = Promise.promise();

    control.run(() -> {
      try {
        done.complete(replica.call(start(1), LONG));
      } catch (RuntimeException e) {
        done.fail(e);
      }
    });

    assertEquals(new VideoCalls.Success(), answer(done.future().await(60, TimeUnit.SECONDS)));
  }
}
