package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Bus;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import dev.parley.kernel.Request;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The typed bus between two clustered Vert.x instances.
class BusIT {

  private sealed interface Talk<R extends Record> extends Request<R> {}

  private record Heard(String text, List<Integer> numbers) {}

  private record Say(String text, @Nullable Long maybe) implements Talk<Heard> {}

  private record Refuse(String message) implements Talk<Heard> {}

  private record Break() implements Talk<Heard> {}

  private record Wait() implements Talk<Heard> {}

  private record Unregistered() implements Request<Heard> {}

  private static Vertx one;
  private static Vertx two;
  private static Bus oneBus;
  private static Bus twoBus;
  private static Control client;

  @BeforeAll
  static void open() {
    String cluster = UUID.randomUUID().toString();
    int[] ports = ClusterNodes.freePorts(2);
    one = clustered(cluster, ports[0], ports);
    two = clustered(cluster, ports[1], ports);
    oneBus = new Bus(one).register(Talk.class);
    twoBus = new Bus(two).register(Talk.class);
    client = SocketClient.await(Control.create(one));
    serve(twoBus, two, "far");
    serve(oneBus, one, "near");
  }

  static Vertx clustered(String name, int port, int[] members) {
    com.hazelcast.config.Config config = new com.hazelcast.config.Config(name);
    config.setClusterName(name);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setInstanceName(UUID.randomUUID().toString());
    var network = config.getNetworkConfig();
    network.setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getMulticastConfig().setEnabled(false);
    for (int member : members) {
      network.getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + member);
    }
    var options = new io.vertx.core.VertxOptions();
    options.getEventBusOptions().setHost("127.0.0.1");
    return SocketClient.await(
        Vertx.builder()
            .with(options)
            .withClusterManager(new HazelcastClusterManager(config))
            .buildClustered());
  }

  private static void serve(Bus bus, Vertx vertx, String address) {
    Control control = SocketClient.await(Control.create(vertx));
    Promise<@Nullable Void> served = Promise.promise();
    control.run(() -> {
      bus.serve(address, Talk.class, BusIT::answer).completion().onComplete(served);
    });
    SocketClient.await(served.future());
  }

  private static Heard answer(Talk<?> talk) {
    return switch (talk) {
      case Say say -> new Heard(say.text() + say.maybe(), List.of(1, 2));
      case Refuse refuse -> throw new Failure(Failure.Code.ROOM_FULL, refuse.message());
      case Break _ -> throw new IllegalStateException("a secret of the server");
      case Wait _ -> Future.<Heard>future(_ -> {}).await();
    };
  }

  @AfterAll
  static void close() {
    SocketClient.await(Future.join(one.close(), two.close()));
  }

  private static <R extends Record> R ask(String address, Request<R> request, Duration timeout) {
    Promise<R> answer = Promise.promise();
    client.run(() -> {
      try {
        answer.complete(oneBus.ask(address, request, timeout));
      } catch (Throwable t) {
        answer.fail(t);
      }
    });
    return SocketClient.await(answer.future());
  }

  private static Failure failure(String address, Request<?> request, Duration timeout) {
    return assertThrows(Failure.class, () -> ask(address, request, timeout));
  }

  @Test
  void recordsOfAFamilyTravelBetweenNodes() {
    Say say = new Say("ü\u2028", null);

    assertEquals(new Heard("ü\u2028null", List.of(1, 2)), ask("far", say, Bus.DEFAULT_TIMEOUT));
    assertEquals(
        new Heard("x9007199254740993", List.of(1, 2)),
        ask("far", new Say("x", 9007199254740993L), Bus.DEFAULT_TIMEOUT));
  }

  @Test
  void aFailureArrivesAsItself() {
    for (String address : List.of("far", "near")) {
      Failure failure = failure(address, new Refuse("no room"), Bus.DEFAULT_TIMEOUT);

      assertEquals(Failure.Code.ROOM_FULL, failure.code());
      assertEquals("no room", failure.text());
    }
  }

  @Test
  void aFaultOfTheServerTellsNothingOfItself() {
    Failure failure = failure("far", new Break(), Bus.DEFAULT_TIMEOUT);

    assertEquals(Failure.Code.INTERNAL, failure.code());
    assertEquals("Internal error", failure.text());
  }

  @Test
  void whoeverDoesNotAnswerIsUnavailable() {
    Failure late = failure("far", new Wait(), Duration.ofMillis(200));
    Failure nobody = failure("nowhere", new Wait(), Bus.DEFAULT_TIMEOUT);

    assertEquals(Failure.Code.UNAVAILABLE, late.code());
    assertEquals(Failure.Code.UNAVAILABLE, nobody.code());
    assertTrue(nobody.text().contains("nowhere"), nobody.text());
  }

  @Test
  void whatCannotBeSentFailsForWhoeverAsks() {
    Failure failure = failure("far", new Unregistered(), Bus.DEFAULT_TIMEOUT);

    assertEquals(Failure.Code.UNAVAILABLE, failure.code());
  }

  @Test
  void oneThatWaitsHoldsUpNobody() {
    Promise<Heard> waiting = Promise.promise();
    client.run(() -> {
      try {
        waiting.complete(oneBus.ask("far", new Wait(), Duration.ofSeconds(30)));
      } catch (Failure failure) {
        waiting.fail(failure);
      }
    });

    assertEquals("anull", ask("far", new Say("a", null), Bus.DEFAULT_TIMEOUT).text());
    assertTrue(!waiting.future().isComplete());
  }

  @Test
  void withinAProcessTheVeryInstanceArrives() throws Exception {
    BlockingQueue<Talk<?>> here = new LinkedBlockingQueue<>();
    BlockingQueue<Talk<?>> there = new LinkedBlockingQueue<>();
    SocketClient.await(oneBus.listen("events", Talk.class, here::add).completion());
    SocketClient.await(twoBus.listen("events", Talk.class, there::add).completion());
    Say said = new Say("hello", 1L);

    oneBus.publish("events", said);

    assertSame(said, here.poll(10, TimeUnit.SECONDS));
    Talk<?> far = there.poll(10, TimeUnit.SECONDS);
    assertEquals(said, far);
    assertNotSame(said, far);
  }

  /// Writes what a later version of this code would: a property more than we know.
  private static final class Later implements MessageCodec<JsonObject, JsonObject> {

    @Override
    public void encodeToWire(Buffer buffer, JsonObject value) {
      byte[] json = Json.writeBytes(value.getMap());
      buffer.appendInt(json.length).appendBytes(json);
    }

    @Override
    public JsonObject decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public JsonObject transform(JsonObject value) {
      return value;
    }

    @Override
    public String name() {
      return Newer.class.getName();
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  private record Newer(String text) {}

  @Test
  void aPropertyOfALaterVersionIsIgnored() throws Exception {
    BlockingQueue<Newer> heard = new LinkedBlockingQueue<>();
    SocketClient.await(twoBus.listen("newer", Newer.class, heard::add).completion());
    one.eventBus().registerCodec(new Later());

    one.eventBus()
        .send(
            "newer",
            new JsonObject().put("text", "old").put("more", new JsonObject().put("new", true)),
            new io.vertx.core.eventbus.DeliveryOptions().setCodecName(Newer.class.getName()));

    assertEquals(new Newer("old"), heard.poll(10, TimeUnit.SECONDS));
  }
}
