package dev.parley.match;

import dev.parley.it.StoresExtension;
import dev.parley.it.StoresExtension.Stores;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Control;
import dev.parley.kernel.Redis;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/// The queue in Redis.
@ExtendWith(StoresExtension.class)
class RedisQueueIT extends QueueContract {

  private static Vertx vertx;
  private static Redis redis;
  private static MatchQueue queue;

  @BeforeAll
  static void open(Stores stores) {
    vertx = Vertx.vertx();
    Map<String, String> env = new HashMap<>(stores.env());
    // A database of its own: matchmakers of other tests must not look through this queue.
    env.put("REDIS_URL", stores.redisUrl() + "/1");
    Config config = ConfigFile.of("{ \"mode\": \"development\" }", env);
    redis = new Redis(vertx, config.redis());
    RedisQueue real = new RedisQueue(redis, MatchRuleTest.RULE, LIMIT, () -> {});
    // It is known who has blocked whom.
    redis.send(Command.SET, RedisQueue.PREFIX + "avoided", "1").await();
    Control control = Control.create(vertx).await();
    queue = waiting(control, real);
  }

  /// The same, its methods called where they may wait.
  private static MatchQueue waiting(Control control, MatchQueue real) {
    return (MatchQueue)
        Proxy.newProxyInstance(
            MatchQueue.class.getClassLoader(),
            new Class<?>[] {MatchQueue.class},
            (_, method, args) -> {
              CompletableFuture<Object> answer = new CompletableFuture<>();
              control.run(() -> {
                try {
                  answer.complete(method.invoke(real, args));
                } catch (IllegalAccessException e) {
                  answer.completeExceptionally(e);
                } catch (InvocationTargetException e) {
                  answer.completeExceptionally(e.getCause());
                }
              });
              return get(answer);
            });
  }

  private static Object get(CompletableFuture<Object> answer) {
    try {
      return answer.get(15, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void close() throws Exception {
    redis.close().await(15, TimeUnit.SECONDS);
    vertx.close().await(15, TimeUnit.SECONDS);
  }

  @Override
  MatchQueue queue() {
    return queue;
  }

  @Override
  void block(String a, String b) {
    redis.send(Command.SADD, RedisQueue.PREFIX + "avoid:" + a, b).await();
    redis.send(Command.SADD, RedisQueue.PREFIX + "avoid:" + b, a).await();
  }
}
