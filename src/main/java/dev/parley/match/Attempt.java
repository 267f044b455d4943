package dev.parley.match;

import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One attempt to find somebody for a device, or to bring together a pair that was found: a
/// sequence of steps, each of which calls one store or node. It may end after any of them, as when
/// the process dies: what has been claimed is then taken up by another attempt.
public final class Attempt {

  /// Others may be faster so many times before it is left to a later attempt.
  private static final int MAX_CLAIMS = 8;

  private enum Step {
    CHOOSE,
    CLAIM,
    OPEN,
    BRING_FIRST,
    BRING_SECOND,
    CONFIRM,
    DONE
  }

  /// What attempts need.
  ///
  /// @param clock ms since 1970
  /// @param sessionIds makes ids of sessions, UUIDs
  public record Tools(
      MatchQueue queue,
      Rendezvous rendezvous,
      MatchRule rule,
      LongSupplier clock,
      Supplier<String> sessionIds) {}

  private final Tools tools;
  private final Seeker seeker;
  private Step step;
  private int claims;
  private boolean isNew;
  private @Nullable Pair pair;

  private Attempt(Tools tools, Seeker seeker, Step step, @Nullable Pair pair) {
    this.tools = tools;
    this.seeker = seeker;
    this.step = step;
    this.pair = pair;
  }

  /// To find somebody for one who waits.
  public static Attempt toMatch(Tools tools, Seeker seeker) {
    return new Attempt(tools, seeker, Step.CHOOSE, null);
  }

  /// To bring together a pair that was claimed.
  public static Attempt toFinish(Tools tools, Pair pair) {
    return new Attempt(tools, pair.first(), Step.OPEN, pair);
  }

  /// Takes one step. Waits.
  ///
  /// @return whether there is more to do
  public boolean advance() {
    step =
        switch (step) {
          case CHOOSE -> choose();
          case CLAIM -> claim();
          case OPEN -> {
            isNew = tools.rendezvous.open(claimed());
            yield Step.BRING_FIRST;
          }
          case BRING_FIRST -> {
            tools.rendezvous.bring(claimed(), false, isNew);
            yield Step.BRING_SECOND;
          }
          case BRING_SECOND -> {
            tools.rendezvous.bring(claimed(), true, isNew);
            yield Step.CONFIRM;
          }
          case CONFIRM -> {
            tools.queue.confirm(claimed());
            yield Step.DONE;
          }
          case DONE -> Step.DONE;
        };
    return step != Step.DONE;
  }

  /// The pair it has claimed, or was to finish; null when there is none.
  public @Nullable Pair pair() {
    return step.compareTo(Step.CLAIM) > 0 ? pair : null;
  }

  private Pair claimed() {
    return Objects.requireNonNull(pair);
  }

  private Step choose() {
    long nowMs = tools.clock.getAsLong();
    MatchQueue.Choice choice = tools.queue.choice(seeker, nowMs);
    Seeker best =
        choice == null ? null : tools.rule.best(choice.seeker(), choice.candidates(), nowMs);
    if (choice == null || best == null) {
      return end();
    }
    Seeker self = choice.seeker();
    pair = new Pair(tools.sessionIds.get(), self, best, nowMs, MatchRule.score(self, best));
    return Step.CLAIM;
  }

  private Step claim() {
    if (tools.queue.claim(claimed(), tools.clock.getAsLong())) {
      return Step.OPEN;
    }
    claims++;
    return claims < MAX_CLAIMS ? Step.CHOOSE : end();
  }

  private Step end() {
    pair = null;
    return Step.DONE;
  }
}
