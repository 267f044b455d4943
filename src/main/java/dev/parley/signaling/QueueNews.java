package dev.parley.signaling;

import dev.parley.contract.Seeker;
import dev.parley.kernel.Failure;
import dev.parley.match.RedisQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells those of this node who wait to be matched where they stand, and for how long they are
/// likely to wait, by how many were matched of late. Whoever the queue has lost is found so, too.
/// Confined to the signaling context.
final class QueueNews {

  private static final Logger log = LoggerFactory.getLogger(QueueNews.class);

  /// How often they are told.
  static final long EVERY_MS = 2_000;

  private static final int AT_ONCE = 200;

  /// Where nobody has been matched of late.
  private static final int SECONDS_EACH = 3;

  private static final int LEAST_SECONDS = 5;
  private static final int MOST_SECONDS = 3_600;

  /// @param missing how often the queue has not known of him
  /// @param missing how often the queue has not known of him
  private record Waiting(Connection connection, Seeker seeker, int missing) {
    RedisQueue.Place place() {
      return new RedisQueue.Place(seeker.deviceId(), seeker.wish().language());
    }
  }

  /// Told of each who is lost.
  interface Losses {
    void lost(Connection connection, Seeker seeker);
  }

  private final RedisQueue queue;
  private final Losses losses;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private boolean isTelling;

  QueueNews(RedisQueue queue, Losses losses) {
    this.queue = queue;
    this.losses = losses;
  }

  void add(Connection connection, Seeker seeker) {
    waiting.put(connection.socketId(), new Waiting(connection, seeker, 0));
  }

  boolean has(Connection connection) {
    return waiting.containsKey(connection.socketId());
  }

  void remove(Connection connection) {
    waiting.remove(connection.socketId());
  }

  /// Tells all. Waits.
  void tell() {
    if (isTelling || waiting.isEmpty()) {
      return;
    }
    isTelling = true;
    try {
      List<Waiting> all = new ArrayList<>(waiting.values());
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        tell(all.subList(from, Math.min(all.size(), from + AT_ONCE)));
      }
    } catch (Failure failure) {
      log.debug("queue not read error={}", failure.text());
    } finally {
      isTelling = false;
    }
  }

  private void tell(List<Waiting> some) {
    List<RedisQueue.Place> places = some.stream().map(Waiting::place).toList();
    List<RedisQueue.Standing> standings = queue.standings(places, System.currentTimeMillis());
    for (int i = 0; i < some.size(); i++) {
      Waiting each = some.get(i);
      RedisQueue.Standing standing = standings.get(i);
      if (standing.position() == 0) {
        missed(each);
      } else if (waiting.containsKey(each.connection.socketId())) {
        each.connection.tell(new Event.QueueMoved(standing.position(), seconds(standing)));
      }
    }
  }

  /// Whoever has just been matched is missed for a moment.
  private void missed(Waiting one) {
    Waiting more = new Waiting(one.connection, one.seeker, one.missing + 1);
    if (waiting.replace(one.connection.socketId(), one, more) && more.missing > 1) {
      losses.lost(one.connection, one.seeker);
    }
  }

  /// For how long somebody is likely to wait, in seconds.
  static int seconds(RedisQueue.Standing standing) {
    int matchedAMinute = 2 * standing.pairsLastMinute();
    int seconds =
        matchedAMinute == 0
            ? SECONDS_EACH * standing.position()
            : Math.toIntExact(
                Math.min(MOST_SECONDS, Math.ceilDiv(60L * standing.position(), matchedAMinute)));
    return Math.clamp(seconds, LEAST_SECONDS, MOST_SECONDS);
  }
}
