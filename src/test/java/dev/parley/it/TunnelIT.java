package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.EngineSettings;
import dev.parley.signaling.socketio.SocketCounters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests and WebSockets of a session that come to another node than its owner.
class TunnelIT {

  private static final int QUEUE = 1_000_000;
  private static final String UNKNOWN = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";
  private static final String BAD = "400 {\"code\":3,\"message\":\"Bad request\"}";

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = vertx.createHttpClient();
  private final WebClient requests = WebClient.wrap(http);
  private final WebSocketClient webSockets =
      vertx.createWebSocketClient(new WebSocketClientOptions().setReceiveBufferSize(16_384));
  private ConformanceCluster cluster;

  @BeforeEach
  void open() {
    cluster = new ConformanceCluster(2, EngineSettings.defaults().withMaxQueueBytes(QUEUE));
  }

  @AfterEach
  void close() {
    SocketClient.await(vertx.close());
    cluster.close();
  }

  private int owner() {
    return cluster.member(0).port();
  }

  private int edge() {
    return cluster.member(1).port();
  }

  private void awaitEnd(CloseReason reason) {
    Eventually.equal(
        Map.of(reason, 1L),
        () -> {
          SocketCounters counters = cluster.member(0).app().sockets().counters();
          Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);
          for (CloseReason each : CloseReason.values()) {
            closed.put(each, counters.sessionsClosed(each));
          }
          closed.values().removeIf(count -> count == 0);
          return closed;
        });
  }

  @Test
  void aPollIsHeldAtTheOwnerAndAnsweredHere() {
    String session = session();
    Future<String> held = get(edge(), session);

    assertEquals("200 ok", SocketClient.await(post(edge(), session, "40")));

    assertEquals("200 40", SocketClient.await(held).substring(0, 6));
    assertEquals("200 ok", SocketClient.await(post(owner(), session, "42[\"message\",1]")));
    assertEquals("200 42[\"message-back\",1]", rest(SocketClient.await(get(edge(), session))));
  }

  /// What a poll was answered, without the packet that greets a client.
  private String rest(String answer) {
    return answer.replaceFirst("42\\[\"auth\",\\{}]\u001e?", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown", "", "x.y", "..", "%00.%F0", "AAAAAAAA.x"})
  void idsOfNobodyAreUnknown(String sid) {
    String session = "/socket.io/?EIO=4&transport=polling&sid=" + sid;

    assertEquals(UNKNOWN, SocketClient.await(get(edge(), session)));
    assertEquals(UNKNOWN, SocketClient.await(post(edge(), session, "40")));
    assertEquals(400, refusal(edge(), session));
  }

  @Test
  void theOwnerIsAskedBeforeAWebSocketIsAccepted() {
    String session = session();
    String other = session.substring(0, session.length() - 20) + "a".repeat(20);

    assertEquals(UNKNOWN, SocketClient.await(get(edge(), other)));
    assertEquals(UNKNOWN, SocketClient.await(post(edge(), other, "40")));
    assertEquals(400, refusal(edge(), other));
    assertEquals(400, refusal(edge(), session.replace("EIO=4", "EIO=3")));
    assertEquals("200 ok", SocketClient.await(post(edge(), session, "40")));
  }

  @Test
  void theRulesOfTheOwnerHold() {
    String session = session();

    assertEquals(BAD, SocketClient.await(get(edge(), session.replace("EIO=4", "EIO=3"))));
    assertEquals(BAD, SocketClient.await(get(edge(), session.replace("=polling", "=websocket"))));
    Future<String> first = get(edge(), session);
    Future<String> second = get(owner(), session);
    String both = SocketClient.await(first) + SocketClient.await(second);

    assertEquals(true, both.equals(BAD + "200 1") || both.equals("200 1" + BAD), both);
    assertEquals(UNKNOWN, SocketClient.await(get(edge(), session)));
    awaitEnd(CloseReason.TRANSPORT_ERROR);
  }

  @Test
  void aPollGivenUpHereEndsTheSessionThere() {
    String session = session();
    HttpClientRequest request =
        SocketClient.await(http.request(HttpMethod.GET, edge(), "127.0.0.1", session));
    request.send().onFailure(_ -> {});
    Eventually.equal(true, () -> cluster.underWay() == 2);

    request.reset();

    awaitEnd(CloseReason.TRANSPORT_ERROR);
    Eventually.equal(true, () -> cluster.underWay() == 0);
  }

  @Test
  void aWebSocketHereTakesASessionThereOver() throws InterruptedException {
    String session = session();
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    ClientWebSocket socket = upgraded(session, received);

    socket.writeTextMessage("40");
    assertEquals("40", take(received).substring(0, 2));
    assertEquals("42[\"auth\",{}]", take(received));
    socket.writeTextMessage("451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    socket.writeBinaryMessage(Buffer.buffer("abc"));

    assertEquals("451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]", take(received));
    assertEquals("bytes abc", take(received));
    assertEquals(BAD, SocketClient.await(get(owner(), session)));
    assertEquals(400, refusal(edge(), session));
  }

  @Test
  void theEndOfAWebSocketHereIsTheEndOfTheSessionThere() throws InterruptedException {
    ClientWebSocket socket = upgraded(session(), new LinkedBlockingQueue<>());

    socket.close();

    awaitEnd(CloseReason.TRANSPORT_CLOSE);
    Eventually.equal(true, () -> cluster.underWay() == 0);
  }

  @Test
  void theEndOfASessionThereIsTheEndOfTheWebSocketHere() throws InterruptedException {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    ClientWebSocket socket = upgraded(session(), received);

    socket.writeTextMessage("x");

    assertEquals("closed 1002", take(received));
    awaitEnd(CloseReason.PARSE_ERROR);
  }

  @Test
  void aClientThatReadsSlowlyIsSlowForTheOwner() throws InterruptedException {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    ClientWebSocket socket = upgraded(session(), received);
    socket.writeTextMessage("40");
    take(received);
    take(received);

    socket.pause();
    String large = "x".repeat(50_000);
    for (int i = 0; i < 300; i++) {
      socket.writeTextMessage("42[\"message\",\"" + large + "\"]");
    }

    awaitEnd(CloseReason.SLOW_READER);
  }

  @Test
  void aFloodOfAClientArrivesWholeAndInOrder() throws InterruptedException {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    ClientWebSocket socket = upgraded(session(), received);
    socket.writeTextMessage("40");
    take(received);
    take(received);

    String filler = "x".repeat(2_000);
    // What is under way stays below what may wait for a client.
    int underWay = QUEUE / 2 / filler.length();
    for (int i = 0; i < 2_000 + underWay; i++) {
      if (i < 2_000) {
        socket.writeTextMessage("42[\"message\"," + i + ",\"" + filler + "\"]");
      }
      if (i >= underWay) {
        String expected = "42[\"message-back\"," + (i - underWay) + ",\"" + filler + "\"]";
        assertEquals(expected, take(received));
      }
    }
  }

  @Test
  void theEndOfTheOwnerEndsPollsAndWebSocketsHereAtOnce() throws InterruptedException {
    String polling = session();
    Future<String> held = get(edge(), polling);
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    upgraded(session(), received);
    Eventually.equal(true, () -> cluster.member(1).tunnels().size() == 2);

    cluster.member(0).peers().leave();

    assertEquals(UNKNOWN, SocketClient.await(held));
    assertEquals("closed 1000", take(received));
    assertEquals(UNKNOWN, SocketClient.await(get(edge(), polling)));
  }

  @Test
  void theEndOfTheEdgeEndsItsWebSocketsAndPollsThere() throws InterruptedException {
    get(edge(), session()).onFailure(_ -> {});
    upgraded(session(), new LinkedBlockingQueue<>());
    Eventually.equal(true, () -> cluster.member(0).tunnels().size() == 2);

    cluster.member(1).peers().leave();

    Eventually.equal(
        true,
        () ->
            cluster.member(0).app().sockets().counters().sessionsClosed(CloseReason.TRANSPORT_ERROR)
                == 2);
  }

  /// A session of the first node: the path of its requests.
  private String session() {
    String path = "/socket.io/?EIO=4&transport=polling";
    String open = SocketClient.await(get(owner(), path));
    return path + "&sid=" + SocketClient.tree(open.substring(5)).path("sid").asText();
  }

  /// A WebSocket at the second node that has taken the session over; its close is heard as well.
  private ClientWebSocket upgraded(String session, BlockingQueue<String> received)
      throws InterruptedException {
    ClientWebSocket socket = webSockets.webSocket();
    socket.textMessageHandler(received::add);
    socket.binaryMessageHandler(bytes -> received.add("bytes " + bytes));
    socket.closeHandler(_ -> received.add("closed " + socket.closeStatusCode()));
    SocketClient.await(
        socket.connect(edge(), "127.0.0.1", session.replace("=polling", "=websocket")));
    socket.writeTextMessage("2probe");
    assertEquals("3probe", take(received));
    socket.writeTextMessage("5");
    // Nothing else tells that the session has gone over.
    Eventually.equal(true, () -> SocketClient.await(post(owner(), session, "3")).equals(BAD));
    return socket;
  }

  private int refusal(int port, String session) {
    return SocketClient.await(
        webSockets
            .connect(port, "127.0.0.1", session.replace("=polling", "=websocket"))
            .map(101)
            .otherwise(failure ->
                failure instanceof UpgradeRejectedException rejected ? rejected.getStatus() : -1));
  }

  private Future<String> get(int port, String uri) {
    return requests.get(port, "127.0.0.1", uri).send().map(TunnelIT::text);
  }

  private Future<String> post(int port, String uri, String body) {
    return requests
        .post(port, "127.0.0.1", uri)
        .sendBuffer(Buffer.buffer(body))
        .map(TunnelIT::text);
  }

  private static String text(HttpResponse<Buffer> response) {
    return response.statusCode() + " " + response.bodyAsString();
  }

  private static String take(BlockingQueue<String> received) throws InterruptedException {
    String next = received.poll(15, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }
}
