package dev.parley;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Json;
import dev.parley.kernel.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The dashboard and the alert rules of `deploy/` against what a node publishes.
final class WatchingTest {

  private static final Path DASHBOARD = Path.of("deploy/grafana/parley.json");
  private static final Path RULES = Path.of("deploy/prometheus/alerts.yml");
  private static final Path RULES_TEST = Path.of("deploy/prometheus/alerts.test.yml");

  /// Prometheus' own.
  private static final String UP = "up";

  private static final Pattern EXPRESSION = Pattern.compile("(?m)^ *expr: (.*)$");
  private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (.*)$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final int COLUMNS = 24;

  /// What is named in the code.
  private static Set<String> ours() {
    Set<String> names = new TreeSet<>();
    for (Metrics.Level level : Metrics.Level.values()) {
      names.add(level.scraped());
    }
    for (Metrics.Total total : Metrics.Total.values()) {
      names.add(total.scraped());
    }
    return names;
  }

  /// With the spans, and what the JVM's metrics add.
  private static Set<String> published() {
    Set<String> names = ours();
    for (Metrics.Span span : Metrics.Span.values()) {
      for (String part : List.of("_bucket", "_count", "_sum")) {
        names.add(span.scraped() + part);
      }
    }
    Metrics metrics = new Metrics();
    Matcher types = TYPE.matcher(metrics.scrape());
    while (types.find()) {
      names.add(types.group(1));
    }
    metrics.registry().close();
    return names;
  }

  private static JsonNode dashboard() throws IOException {
    return Json.MAPPER.readTree(Files.readString(DASHBOARD));
  }

  private static Stream<String> expressionsOfPanels() throws IOException {
    return dashboard().path("panels").findValues("expr").stream().map(JsonNode::asText);
  }

  private static Stream<String> expressionsOfRules() throws IOException {
    return EXPRESSION.matcher(Files.readString(RULES)).results().map(found -> found.group(1));
  }

  private static Set<String> namesIn(Stream<String> expressions) {
    Set<String> names = new TreeSet<>();
    expressions.forEach(expression -> names.addAll(MetricNames.of(expression)));
    return names;
  }

  private static Set<String> without(Set<String> names, Set<String> known) {
    Set<String> rest = new TreeSet<>(names);
    rest.removeAll(known);
    rest.remove(UP);
    return rest;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a_total | a_total",
        "sum by (reason) (rate(a_total{b=\"c_total\"}[5m])) / 2e3 | a_total",
        "a - on (job) (b offset 15m or c * 0) unless d | a b c d",
        "histogram_quantile(0.9, sum by (le) (rate(a_bucket{x=~\"}{\"}[$__rate_interval]))) | a_bucket",
      })
  void theNamesOfAnExpressionAreFound(String expression, String names) {
    assertEquals(names, String.join(" ", MetricNames.of(expression)));
  }

  @Test
  void theNamesOfTheCodeAreThoseThatAreScraped() {
    Metrics metrics = new Metrics();
    for (Metrics.Level level : Metrics.Level.values()) {
      metrics.level(level, () -> 1);
    }
    for (Metrics.Total total : Metrics.Total.values()) {
      if (total.scraped().startsWith("parley_")) {
        metrics.count(total);
      }
    }
    metrics.showVideo();

    Set<String> scraped = new TreeSet<>();
    Matcher types = TYPE.matcher(metrics.scrape());
    while (types.find()) {
      scraped.add(types.group(1));
    }

    assertEquals(Set.of(), without(ours(), scraped));
  }

  @Test
  void theDashboardShowsWhatIsPublished() throws IOException {
    assertEquals(Set.of(), without(namesIn(expressionsOfPanels()), published()));
  }

  @Test
  void theDashboardShowsAllThatTheCodeNames() throws IOException {
    assertEquals(Set.of(), without(ours(), namesIn(expressionsOfPanels())));
  }

  @Test
  void theRulesWatchWhatIsPublished() throws IOException {
    Set<String> names = namesIn(expressionsOfRules());

    assertFalse(names.isEmpty());
    assertEquals(Set.of(), without(names, published()));
  }

  @Test
  void everyAlertSaysWhatToDoAndIsTried() throws IOException {
    String rules = Files.readString(RULES);
    String tests = Files.readString(RULES_TEST);
    List<String> alerts = ALERT.matcher(rules).results().map(found -> found.group(1)).toList();

    assertEquals(alerts.size(), expressionsOfRules().count());
    assertEquals(alerts.size(), rules.split(" action: \"", -1).length - 1);
    for (String alert : alerts) {
      assertTrue(tests.contains("alertname: " + alert + "\n"), alert);
    }
  }

  @Test
  void panelsHaveIdsPlacesAndQueries() throws IOException {
    JsonNode dashboard = dashboard();
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      JsonNode place = panel.path("gridPos");

      assertTrue(ids.add(panel.path("id").intValue()), title);
      assertTrue(place.path("w").intValue() > 0 && place.path("h").intValue() > 0, title);
      assertTrue(place.path("x").intValue() + place.path("w").intValue() <= COLUMNS, title);
      if (!panel.path("type").asText().equals("row")) {
        assertQueries(panel, title);
      }
    }
    assertTrue(dashboard.path("schemaVersion").intValue() >= 38);
    assertFalse(dashboard.path("uid").asText().isEmpty());
    assertTrue(dashboard.path("id").isNull());
  }

  private static void assertQueries(JsonNode panel, String title) {
    assertEquals("${datasource}", panel.path("datasource").path("uid").asText(), title);
    assertFalse(panel.path("targets").isEmpty(), title);
    Set<String> references = new HashSet<>();
    for (JsonNode target : panel.path("targets")) {
      assertTrue(references.add(target.path("refId").asText()), title);
      assertFalse(target.path("expr").asText().isBlank(), title);
      assertEquals("${datasource}", target.path("datasource").path("uid").asText(), title);
      assertEquals("prometheus", target.path("datasource").path("type").asText(), title);
    }
  }

  @Test
  void panelsDoNotCoverEachOther() throws IOException {
    List<JsonNode> before = new ArrayList<>();
    for (JsonNode panel : dashboard().path("panels")) {
      JsonNode place = panel.path("gridPos");
      for (JsonNode other : before) {
        assertFalse(
            overlap(place, other, "x", "w") && overlap(place, other, "y", "h"),
            panel.path("title").asText());
      }
      before.add(place);
    }
  }

  private static boolean overlap(JsonNode a, JsonNode b, String from, String length) {
    int beginA = a.path(from).intValue();
    int beginB = b.path(from).intValue();
    return beginA < beginB + b.path(length).intValue()
        && beginB < beginA + a.path(length).intValue();
  }

  @Test
  void theDataSourceIsAVariable() throws IOException {
    List<String> types = new ArrayList<>();
    for (JsonNode variable : dashboard().path("templating").path("list")) {
      types.add(variable.path("name").asText() + ":" + variable.path("type").asText());
    }

    assertEquals(List.of("datasource:datasource", "job:query", "instance:query"), types);
  }
}
