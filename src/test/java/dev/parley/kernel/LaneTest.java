package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LaneTest {

  private static Vertx vertx;
  private static Context virtual;

  @BeforeAll
  static void deploy() throws Exception {
    vertx = Vertx.vertx();
    Promise<Context> deployed = Promise.promise();
    await(
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                deployed.complete(context);
                return Future.succeededFuture();
              }
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    virtual = await(deployed.future());
  }

  @AfterAll
  static void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }

  private static Failure.Code codeOf(Future<?> future) {
    return assertInstanceOf(Failure.class, assertThrows(Exception.class, () -> await(future)))
        .code();
  }

  @Test
  void aTaskBeginsWhenTheOneBeforeHasReturnedAlthoughItAwaits() throws Exception {
    var lane = new Lane(virtual, 10);
    Promise<String> answer = Promise.promise();
    List<String> steps = new CopyOnWriteArrayList<>();

    Future<String> first =
        lane.run(() -> {
          steps.add("first begins");
          String text = Future.await(answer.future());
          steps.add("first ends");
          return text;
        });
    Future<Boolean> second = lane.run(() -> steps.add("second"));
    virtual.runOnContext(_ -> virtual.runOnContext(_ -> answer.complete("answer")));

    assertEquals("answer", await(first));
    await(second);
    assertEquals(List.of("first begins", "first ends", "second"), steps);
  }

  @Test
  void lanesOfOneContextDoNotWaitForEachOther() throws Exception {
    var stuck = new Lane(virtual, 10);
    var free = new Lane(virtual, 10);
    Promise<String> answer = Promise.promise();

    Future<String> waiting = stuck.run(() -> Future.await(answer.future()));
    String other = await(free.run(() -> "done"));
    answer.complete("late");

    assertEquals("done", other);
    assertEquals("late", await(waiting));
  }

  @Test
  void closeDuringATaskRunsAfterIt() throws Exception {
    var lane = new Lane(virtual, 10);
    Promise<String> answer = Promise.promise();
    List<String> steps = new CopyOnWriteArrayList<>();

    lane.run(() -> {
      Future.await(answer.future());
      return steps.add("joined");
    });
    Future<Void> closed = lane.close(() -> steps.add("left"));
    answer.complete("go");
    await(closed);

    assertEquals(List.of("joined", "left"), steps);
  }

  @Test
  void nothingRunsAfterClose() throws Exception {
    var lane = new Lane(virtual, 10);
    await(lane.close(() -> {}));

    assertEquals(Failure.Code.CONFLICT, codeOf(lane.run(() -> "late")));
    assertTrue(lane.isClosed());
  }

  @Test
  void aSecondCloseDoesNothing() throws Exception {
    var lane = new Lane(virtual, 10);
    List<String> steps = new CopyOnWriteArrayList<>();

    await(lane.close(() -> steps.add("once")));
    await(lane.close(() -> steps.add("twice")));

    assertEquals(List.of("once"), steps);
  }

  @Test
  void tooManyWaitingAreRefusedButCloseNeverIs() throws Exception {
    var lane = new Lane(virtual, 2);
    Promise<String> answer = Promise.promise();

    Future<String> running = lane.run(() -> Future.await(answer.future()));
    Future<String> waiting = lane.run(() -> "waited");
    Future<String> refused = lane.run(() -> "refused");
    Future<Void> closed = lane.close(() -> {});
    answer.complete("ran");

    assertEquals(Failure.Code.RATE_LIMITED, codeOf(refused));
    assertEquals("ran", await(running));
    assertEquals("waited", await(waiting));
    await(closed);
  }

  @Test
  void tasksOfTheOwnerAreTakenInTheirTurnThoughTheLaneIsFull() throws Exception {
    var lane = new Lane(virtual, 2);
    Promise<String> answer = Promise.promise();
    List<String> steps = new CopyOnWriteArrayList<>();

    lane.run(() -> steps.add(Future.await(answer.future())));
    lane.run(() -> steps.add("waited"));
    Future<Boolean> own = lane.runOwn(() -> steps.add("own"));
    Future<String> refused = lane.run(() -> "refused");
    answer.complete("ran");

    await(own);
    assertEquals(List.of("ran", "waited", "own"), steps);
    assertEquals(Failure.Code.RATE_LIMITED, codeOf(refused));
    assertEquals("free again", await(lane.run(() -> "free again")));
  }

  @Test
  void tasksOfTheOwnerEndWithTheLane() throws Exception {
    var lane = new Lane(virtual, 2);
    await(lane.close(() -> {}));

    assertEquals(Failure.Code.CONFLICT, codeOf(lane.runOwn(() -> "late")));
  }

  @Test
  void aFailingTaskFailsItsCallerOnly() throws Exception {
    var lane = new Lane(virtual, 2);

    Future<String> failing =
        lane.run(() -> {
          throw Failure.forbidden("no");
        });
    List<String> after = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      after.add(await(lane.run(() -> "ok")));
    }

    assertEquals(Failure.Code.FORBIDDEN, codeOf(failing));
    assertEquals(List.of("ok", "ok", "ok", "ok", "ok"), after);
  }
}
