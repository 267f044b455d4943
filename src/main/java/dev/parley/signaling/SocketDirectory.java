package dev.parley.signaling;

import dev.parley.kernel.Redis;
import dev.parley.kernel.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which socket a user is on and which user a socket is, for all nodes: `socket:user:<socketId>`
/// and `user:socket:<userId>`, both for two hours unless renewed. The newest socket of a user wins.
/// Nothing depends on an entry being there, so that Redis may be away.
final class SocketDirectory {

  private static final Logger log = LoggerFactory.getLogger(SocketDirectory.class);

  private static final Duration TTL = Duration.ofHours(2);

  /// Entries are renewed this often while the socket is open.
  static final Duration RENEWAL = Duration.ofMinutes(30);

  private static final Script FORGET = Script.of("socket-forget.lua");

  private final Redis redis;

  SocketDirectory(Redis redis) {
    this.redis = redis;
  }

  void register(String socketId, String userId) {
    String seconds = Long.toString(TTL.toSeconds());
    ignoring(redis.send(Command.SET, "socket:user:" + socketId, userId, "EX", seconds));
    ignoring(redis.send(Command.SET, "user:socket:" + userId, socketId, "EX", seconds));
  }

  void renew(String socketId, String userId) {
    String seconds = Long.toString(TTL.toSeconds());
    ignoring(redis.send(Command.EXPIRE, "socket:user:" + socketId, seconds));
    ignoring(redis.send(Command.EXPIRE, "user:socket:" + userId, seconds));
  }

  /// Forgets a socket; the user's entry stays when it names a newer one. Never fails.
  Future<?> forget(String socketId, String userId) {
    return Future.join(
            ignoring(redis.send(Command.DEL, "socket:user:" + socketId)),
            ignoring(redis.eval(FORGET, List.of("user:socket:" + userId), List.of(socketId))))
        .otherwiseEmpty();
  }

  private static Future<?> ignoring(Future<?> result) {
    return result.onFailure(
        e -> log.debug("socket directory not written error={}", e.getMessage()));
  }
}
