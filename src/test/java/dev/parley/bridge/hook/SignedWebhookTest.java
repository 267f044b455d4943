package dev.parley.bridge.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.bridge.edge.Outbound;
import dev.parley.bridge.hook.SignedWebhook.Message;
import dev.parley.bridge.hook.WebhookReceiver.Manner;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a receiver that verifies by itself.
class SignedWebhookTest {

  private static final String SECRET = secret("a secret of thirty-two bytes ...");
  private static final String OLD_SECRET = secret("an older secret of more bytes than that");
  private static final Instant AT = Instant.parse("2026-09-21T14:13:20.250Z");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static Vertx vertx;

  private final AtomicLong nowMs = new AtomicLong(1_790_000_000_999L);
  private WebhookReceiver receiver;
  private SignedWebhook webhook;

  private static String secret(String text) {
    return "whsec_" + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
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
    receiver = new WebhookReceiver(vertx, SECRET, nowMs::get);
    webhook = webhook(SECRET, TIMEOUT);
  }

  @AfterEach
  void close() throws Exception {
    receiver.close();
  }

  private SignedWebhook webhook(String secret, Duration timeout) {
    return webhook(receiver, secret, timeout);
  }

  private SignedWebhook webhook(WebhookReceiver to, String secret, Duration timeout) {
    return new SignedWebhook(
        new Outbound(vertx, "the webhook's receiver", timeout, nowMs::get),
        to.url(),
        new Config.Secret(secret),
        nowMs::get);
  }

  private static Message message(String id) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("room", "GgAAAAAAQABYBAQ");
    data.put("messageId", "18446744073709551557");
    data.put("chat", Map.of("kind", "group"));
    return new Message(id, SignedWebhook.Type.CALL_STARTED, AT, data);
  }

  private Failure refused(Failure.Code code) {
    return refused(webhook, code);
  }

  private static Failure refused(SignedWebhook webhook, Failure.Code code) {
    Failure failure = assertThrows(Failure.class, () -> webhook.deliver(message("m1")));
    assertEquals(code, failure.code(), failure.text());
    assertFalse(failure.text().contains("localhost"), failure.text());
    assertFalse(failure.text().contains("127.0.0.1"), failure.text());
    return failure;
  }

  @Test
  void aMessageIsTakenAsItIsDocumented() {
    webhook.deliver(message("m1"));
    webhook.deliver(new Message("m2", SignedWebhook.Type.CALL_ENDED, AT, Map.of()));

    assertEquals(
        List.of(
            new WebhookReceiver.Taken(
                "m1",
                1_790_000_000L,
                "{\"type\":\"call.started\",\"timestamp\":\"2026-09-21T14:13:20.250Z\",\"data\":{"
                    + "\"room\":\"GgAAAAAAQABYBAQ\",\"messageId\":\"18446744073709551557\","
                    + "\"chat\":{\"kind\":\"group\"}}}"),
            new WebhookReceiver.Taken(
                "m2",
                1_790_000_000L,
                "{\"type\":\"call.ended\",\"timestamp\":\"2026-09-21T14:13:20.250Z\",\"data\":{}}")),
        receiver.taken());
    assertEquals(0, receiver.forged());
  }

  @Test
  void theSignatureIsThatOfThePublishedExample() {
    assertEquals(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", TIMEOUT)
            .signatures(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "1614265330",
                "{\"test\": 2432232314}".getBytes(UTF_8)));
  }

  @Test
  void whatIsSentAgainIsTheSameAtAnotherTime() {
    receiver.does(Manner.ANSWER_LOST);
    refused(Failure.Code.UNAVAILABLE);
    receiver.does(Manner.TAKES);
    nowMs.addAndGet(3_600_000);

    webhook.deliver(message("m1"));

    assertEquals(1, receiver.taken().size());
    assertEquals(1, receiver.duplicates());
  }

  @Test
  void whileASecretIsChangedBothSign() throws Exception {
    webhook(OLD_SECRET + " " + SECRET, TIMEOUT).deliver(message("m1"));
    webhook(SECRET + "\n" + OLD_SECRET + " ", TIMEOUT).deliver(message("m2"));
    refused(webhook(OLD_SECRET, TIMEOUT), Failure.Code.UNAVAILABLE);

    assertEquals(List.of("m1", "m2"), receiver.ids());
    assertEquals(1, receiver.forged());
  }

  @Test
  void aReceiverThatIsBrokenMayTakeItLater() {
    receiver.does(Manner.BROKEN);

    assertEquals("the webhook's receiver answers 500", refused(Failure.Code.UNAVAILABLE).text());
    assertEquals(List.of("m1"), receiver.ids());
  }

  @Test
  void aReceiverThatHasTooMuchSaysWhenItMayBeTried() {
    receiver.does(Manner.RATE_LIMITED);
    receiver.retryAfter("120");
    assertEquals(120_000, refused(Failure.Code.UNAVAILABLE).retryAfterMs());

    receiver.retryAfter("whenever");
    assertEquals(0, refused(Failure.Code.UNAVAILABLE).retryAfterMs());
  }

  @Test
  void aReceiverThatIsGoneDoesNotWantItAgain() {
    receiver.does(Manner.GONE);

    assertEquals("the webhook's receiver answers 410", refused(Failure.Code.INVALID).text());
  }

  @Test
  void aRedirectIsNotFollowed() {
    receiver.does(Manner.REDIRECTS);

    refused(Failure.Code.UNAVAILABLE);

    assertEquals(List.of("m1"), receiver.ids());
  }

  @Test
  void aReceiverThatDoesNotAnswerInTimeIsUnavailable() {
    receiver.does(Manner.SLOW);

    refused(webhook(SECRET, Duration.ofMillis(100)), Failure.Code.UNAVAILABLE);
  }

  @Test
  void theHeadOfAnAnswerIsEnough() {
    receiver.does(Manner.ENDLESS);

    webhook.deliver(message("m1"));

    assertEquals(1, receiver.taken().size());
  }

  @Test
  void aReceiverThatIsDownIsUnavailableUntilItIsBack() throws Exception {
    receiver.goesDown();
    refused(Failure.Code.UNAVAILABLE);

    receiver.comesBack();
    webhook.deliver(message("m1"));
    assertEquals(List.of("m1"), receiver.ids());
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(SelfSignedCertificate.create("localhost").keyCertOptions());
    try (WebhookReceiver impostor = new WebhookReceiver(vertx, SECRET, nowMs::get, options)) {
      refused(webhook(impostor, SECRET, TIMEOUT), Failure.Code.UNAVAILABLE);

      assertEquals(List.of(), impostor.ids());
      assertEquals(0, impostor.forged());
    }
  }

  @Test
  void aLargeMessageIsNotSent() {
    Message large =
        new Message("m1", SignedWebhook.Type.CALL_ENDED, AT, Map.of("x", "x".repeat(64 << 10)));

    Failure failure = assertThrows(Failure.class, () -> webhook.deliver(large));

    assertEquals(Failure.Code.TOO_LARGE, failure.code());
    assertEquals(List.of(), receiver.ids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a b", "a\r\nb", "ä"})
  void anIdMayNotBeMistakenForTwo(String id) {
    assertThrows(Failure.class, () -> message(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s3cret",
        "whsec_",
        "whsec_s3cret",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA whsec_s3cret!"
      })
  void whatIsNoSecretIsRefusedUnquoted(String secret) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> webhook(secret, TIMEOUT));
    assertFalse(String.valueOf(refused.getMessage()).contains("s3cret"));
  }
}
