package dev.parley.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/// A counter that is scraped under exactly its name. The client library takes `_created` off a name
/// and puts `_total` on, which changes names that others' dashboards know; so these are kept and
/// written here, in version 0.0.4 of Prometheus' text format. Each label has few values
/// ([LabelBound]). Any thread.
final class ExactCounter {

  private static final int VALUES_PER_LABEL = 50;

  private final String name;
  private final String help;
  private final List<String> labels;
  private final List<LabelBound> bounds;
  private final Map<List<String>, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<List<String>, DoubleSupplier> followed = new ConcurrentHashMap<>();
  private volatile boolean isShown;

  ExactCounter(String name, String help, List<String> labels) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.bounds = labels.stream().map(_ -> new LabelBound(VALUES_PER_LABEL)).toList();
  }

  /// Writes the name even before anything was counted, and a zero where there are no labels.
  void show() {
    isShown = true;
    if (labels.isEmpty()) {
      counter(List.of());
    }
  }

  /// @param tags names and values in turn, all labels in their order
  void increment(String... tags) {
    counter(values(tags)).increment();
  }

  /// Adds to each scrape what the supplier gives then.
  ///
  /// @param tags as those of [#increment]
  void follow(DoubleSupplier value, String... tags) {
    followed.put(values(tags), value);
  }

  private LongAdder counter(List<String> values) {
    LongAdder counter = counts.get(values);
    return counter != null ? counter : counts.computeIfAbsent(values, _ -> new LongAdder());
  }

  private List<String> values(String... tags) {
    Metrics.checkLabels(name, labels, tags);
    if (tags.length == 0) {
      return List.of();
    }
    String[] values = new String[labels.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = bounds.get(i).of(tags[2 * i + 1]);
    }
    return List.of(values);
  }

  /// Writes all series, or nothing when there is none and none is to be shown.
  void write(StringBuilder out) {
    if (!isShown && counts.isEmpty() && followed.isEmpty()) {
      return;
    }
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(" counter\n");
    counts.forEach((values, count) -> write(out, values, count.doubleValue()));
    followed.forEach((values, value) -> write(out, values, value.getAsDouble()));
  }

  private void write(StringBuilder out, List<String> values, double value) {
    out.append(name);
    if (!labels.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        pairs.add(labels.get(i) + "=\"" + escaped(values.get(i)) + '"');
      }
      out.append('{').append(String.join(",", pairs)).append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
