package dev.parley.turn;

import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service's ICE servers, kept as long as they are good for a call.
///
/// An answer is told as it is for a third of its life; then it is asked for anew, one request at a
/// time. From half of its life on its askers wait for that. While the service fails, the answer is
/// told until it expires, and the next request waits some seconds.
///
/// State is touched on a context of its own only.
final class ProviderServers {

  private static final Logger log = LoggerFactory.getLogger(ProviderServers.class);

  /// From the latest moment at which a request may have failed to the next one.
  static final Duration PAUSE = Duration.ofSeconds(5);

  private enum State {
    /// The last request was answered, or none was made.
    WORKING,
    /// It was not; the answer before holds.
    HOLDING,
    /// It was not, and there are no servers to tell.
    EMPTY
  }

  private record Answer(List<IceServers.Server> servers, Instant askedAt, Duration life) {
    Duration age(Instant now) {
      // A clock that was set back makes an answer older, never younger.
      return Duration.between(askedAt, now).abs();
    }
  }

  private record Asker(Instant now, Promise<List<IceServers.Server>> told) {}

  private final Features.Turn config;
  private final ProviderClient client;
  private final Context context;
  private final List<Asker> waiting = new ArrayList<>();
  private State state = State.WORKING;
  private boolean isAsking;
  private @Nullable Answer answer;
  private @Nullable Instant failedAt;

  ProviderServers(Vertx vertx, Features.Turn config) {
    this.config = config;
    this.client = new ProviderClient(vertx, config);
    this.context = ((VertxInternal) vertx).createEventLoopContext();
  }

  /// Those to tell at that moment; none when the service fails. Waits.
  List<IceServers.Server> servers(Instant now) {
    Promise<List<IceServers.Server>> told = Promise.promise();
    context.runOnContext(_ -> answer(new Asker(now, told)));
    return told.future().await();
  }

  private void answer(Asker asker) {
    Answer held = held(asker.now);
    if (held != null && held.age(asker.now).compareTo(held.life.dividedBy(3)) < 0) {
      asker.told.complete(held.servers);
      return;
    }
    if (!isAsking && !isPausing(asker.now)) {
      ask(asker.now);
    }
    boolean isGood = held != null && held.age(asker.now).compareTo(held.life.dividedBy(2)) < 0;
    if (isAsking && !isGood) {
      waiting.add(asker);
    } else {
      asker.told.complete(held == null ? List.of() : held.servers);
    }
  }

  private @Nullable Answer held(Instant now) {
    return answer != null && answer.age(now).compareTo(answer.life) < 0 ? answer : null;
  }

  private boolean isPausing(Instant now) {
    return failedAt != null
        && Duration.between(failedAt, now).abs().compareTo(config.http().timeout().plus(PAUSE)) < 0;
  }

  private void ask(Instant now) {
    isAsking = true;
    client
        .ask()
        .onComplete(result ->
            context.runOnContext(_ -> {
              if (result.succeeded()) {
                onAnswer(now, result.result());
              } else {
                onFailure(now, result.cause());
              }
            }));
  }

  private void onAnswer(Instant askedAt, ProviderAnswer got) {
    answer = new Answer(got.servers(), askedAt, got.life());
    failedAt = null;
    if (state != State.WORKING) {
      log.info("ICE servers are to be had again provider={}", config.provider().wireName());
    }
    state = State.WORKING;
    tellWaiting();
  }

  private void onFailure(Instant askedAt, Throwable cause) {
    failedAt = askedAt;
    State next = held(askedAt) == null ? State.EMPTY : State.HOLDING;
    if (next != state) {
      log.warn(
          next == State.HOLDING
              ? "no new ICE servers, the old ones are told provider={} error={}"
              : "no ICE servers, clients are told no TURN provider={} error={}",
          config.provider().wireName(),
          cause instanceof Failure failure ? failure.text() : cause.toString());
    }
    state = next;
    tellWaiting();
  }

  private void tellWaiting() {
    isAsking = false;
    List<Asker> askers = List.copyOf(waiting);
    waiting.clear();
    for (Asker asker : askers) {
      Answer held = held(asker.now);
      asker.told.complete(held == null ? List.of() : held.servers);
    }
  }
}
