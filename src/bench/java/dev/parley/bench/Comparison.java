package dev.parley.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Rounds of several targets, the first of which is held against the second.
final class Comparison {

  private final Map<String, List<RelayBench.Round>> rounds = new LinkedHashMap<>();

  void add(String target, RelayBench.Round round) {
    rounds.computeIfAbsent(target, _ -> new ArrayList<>()).add(round);
  }

  boolean isSound() {
    return rounds.values().stream().flatMap(List::stream).allMatch(RelayBench.Round::isSound);
  }

  private static double median(List<RelayBench.Round> of, ToDoubleFunction<RelayBench.Round> by) {
    double[] sorted = of.stream().mapToDouble(by).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static JsonObject medians(List<RelayBench.Round> of) {
    return new JsonObject()
        .put("rate", rounded(median(of, round -> round.outcome().rate())))
        .put("relaysPerCpuSecond", rounded(median(of, RelayBench.Round::relaysPerCpuSecond)))
        .put("p50Ms", rounded(median(of, round -> round.outcome().latencyMs(50))))
        .put("p99Ms", rounded(median(of, round -> round.outcome().latencyMs(99))))
        .put("p99_9Ms", rounded(median(of, round -> round.outcome().latencyMs(99.9))));
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    JsonObject all = new JsonObject();
    rounds.forEach((name, list) -> {
      json.put(name, medians(list));
      JsonArray each = new JsonArray();
      list.forEach(round -> each.add(round.toJson()));
      all.put(name, each);
    });
    if (rounds.size() == 2) {
      Iterator<List<RelayBench.Round>> both = rounds.values().iterator();
      JsonObject ours = medians(both.next());
      JsonObject theirs = medians(both.next());
      JsonObject ratios = new JsonObject();
      ours.forEach(figure ->
          ratios.put(
              figure.getKey(),
              rounded(ours.getDouble(figure.getKey()) / theirs.getDouble(figure.getKey()))));
      json.put("ratios", ratios);
    }
    return json.put("rounds", all);
  }
}
