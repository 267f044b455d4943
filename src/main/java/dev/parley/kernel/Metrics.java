package dev.parley.kernel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// The node's metrics, in Prometheus' terms. Names are written down here and nowhere else.
public final class Metrics {

  /// A number that goes up and down.
  public enum Level {
    CONNECTIONS("parley_connections", "Client sockets that are open"),
    ROOMS("parley_rooms", "Rooms with a participant on this node"),
    PARTICIPANTS("parley_participants", "Participants whose socket is on this node"),
    CARRIED("parley_sockets_carried", "Sockets of this node whose client is on another node"),
    STANDBYS("parley_sockets_standby", "Sockets of other nodes that this node stands by for"),
    ROUTERS("parley_media_routers", "Media routers on this node"),
    TRANSPORTS("parley_media_transports", "WebRTC transports on this node"),
    PRODUCERS("parley_media_producers", "Tracks received by this node"),
    CONSUMERS("parley_media_consumers", "Tracks sent by this node"),
    JOURNAL_PENDING("parley_journal_pending", "History entries not yet in PostgreSQL"),
    READY("parley_ready", "1 while the node takes new work, else 0"),
    STORE_UP("parley_store_up", "1 while a store answers, else 0, by store"),
    VIDEO_CONNECTIONS("video_chat_active_connections", "Devices that are connected"),
    VIDEO_SESSIONS("video_chat_active_sessions", "Sessions of two that go on"),
    VIDEO_QUEUE("video_chat_queue_length", "Devices that wait to be matched");

    private final String metric;
    private final String help;

    Level(String metric, String help) {
      this.metric = metric;
      this.help = help;
    }

    /// The name it is scraped by.
    public String scraped() {
      return metric;
    }
  }

  /// A number that only goes up. Those with labels named here are scraped under exactly their
  /// names, which the dashboards of others know; the rest get `_total` at their ends.
  public enum Total {
    CONNECTIONS("parley_connections_opened", "Client sockets opened"),
    CONNECTIONS_CLOSED("parley_connections_closed", "Client sockets closed, by reason"),
    EVENTS("parley_socket_events", "Socket.IO events, by direction"),
    SOCKET_BYTES("parley_socket_bytes", "Bytes over client sockets, by direction"),
    COMMANDS("parley_commands", "Commands of clients, by command and result code"),
    ROOM_REREADS("parley_room_rereads", "Rooms read again after an event was missed"),
    MEDIA_PACKETS("parley_media_packets", "Datagrams of media, by direction"),
    MEDIA_BYTES("parley_media_bytes", "Bytes of media, by direction"),
    MEDIA_DROPS("parley_media_drops", "Datagrams dropped, by reason"),
    JOURNAL_DROPPED("parley_journal_dropped", "History entries given up, by reason"),
    HTTP_LIMITED("parley_http_limited", "HTTP requests refused for their rate"),
    SOCKETS_LIMITED("parley_sockets_limited", "Sockets refused, by reason"),
    CONNECTIONS_CUT("parley_connections_cut", "TCP connections of clients cut off, by reason"),
    ABUSE("parley_abuse_detected", "Devices taken for abusive, by what they did too often"),
    VIDEO_CONNECTIONS("video_chat_total_connections", "Devices that connected", List.of()),
    VIDEO_SESSIONS_CREATED(
        "video_chat_sessions_created_total",
        "Sessions begun, by region and language",
        List.of("region", "language")),
    VIDEO_SESSIONS_ENDED(
        "video_chat_sessions_ended_total", "Sessions ended, by reason", List.of("reason")),
    VIDEO_MATCHES("video_chat_matches_created_total", "Pairs that were matched", List.of()),
    VIDEO_OFFERS("video_chat_webrtc_offers_total", "Offers relayed", List.of()),
    VIDEO_ANSWERS("video_chat_webrtc_answers_total", "Answers relayed", List.of()),
    VIDEO_CANDIDATES("video_chat_ice_candidates_total", "ICE candidates relayed", List.of()),
    VIDEO_LINKS(
        "video_chat_connection_success_total",
        "Calls that came to be, p2p or over turn, as clients tell",
        List.of("connection_type")),
    VIDEO_LINKS_FAILED(
        "video_chat_connection_failures_total",
        "Calls that did not come to be, as clients tell",
        List.of("failure_reason")),
    VIDEO_REPORTS(
        "video_chat_reports_submitted_total", "Reports made, by reason", List.of("reason")),
    VIDEO_REPORTS_MODERATED(
        "video_chat_reports_moderated_total", "Reports decided, by decision", List.of("decision")),
    VIDEO_BLOCKED("video_chat_users_blocked_total", "Blocks made, by kind", List.of("block_type")),
    VIDEO_LIMITED(
        "video_chat_rate_limit_hits_total",
        "Requests refused for their rate, by limit",
        List.of("limit_type")),
    VIDEO_ERRORS(
        "video_chat_errors_total",
        "Errors told to clients, by kind and component",
        List.of("error_type", "component")),
    VIDEO_EVENTS(
        "video_chat_websocket_events_total", "Events of clients, by event", List.of("event_type")),
    BRIDGE_CALLS("parley_bridge_calls", "Bridged calls, by event"),
    BRIDGE_DELIVERIES(
        "parley_bridge_deliveries", "Attempts to tell others of calls, by kind and result"),
    BRIDGE_HOOKS("parley_bridge_hooks", "Webhooks of daily.co, by result"),
    BRIDGE_POLLS("parley_bridge_polls", "Questions about presence, by provider and result");

    private final String metric;
    private final String help;

    /// Immutable, as all that is given here.
    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable List<String> labels;

    Total(String metric, String help) {
      this.metric = metric;
      this.help = help;
      this.labels = null;
    }

    Total(String metric, String help, List<String> labels) {
      this.metric = metric;
      this.help = help;
      this.labels = labels;
    }

    /// The name it is scraped by.
    public String scraped() {
      return labels == null ? metric + "_total" : metric;
    }
  }

  /// How long something took, in seconds: how many took at most so long, for each of a few bounds.
  public enum Span {
    VIDEO_MATCH(
        "video_chat_match_latency_seconds",
        "From joining the queue to the match",
        List.of(),
        List.of(0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)),
    VIDEO_REQUEST(
        "video_chat_request_duration_seconds",
        "HTTP requests, by method, route and status",
        List.of("method", "route", "status_code"),
        List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0));

    private final String metric;
    private final String help;

    /// Immutable, as all that is given here, and so are the bounds.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> labels;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Double> bounds;

    Span(String metric, String help, List<String> labels, List<Double> bounds) {
      this.metric = metric;
      this.help = help;
      this.labels = labels;
      this.bounds = bounds;
    }

    /// The name it is scraped by, before `_bucket`, `_count` and `_sum`.
    public String scraped() {
      return metric;
    }

    private Histogram register(PrometheusRegistry registry) {
      return Histogram.builder()
          .name(metric)
          .help(help)
          .labelNames(labels.toArray(String[]::new))
          .classicOnly()
          .withoutExemplars()
          .classicUpperBounds(bounds.stream().mapToDouble(Double::doubleValue).toArray())
          .register(registry);
    }
  }

  private static final String VERTX_WEB_SOCKETS = "vertx.http.server.active.ws";

  private record Series(Total total, List<String> tags) {}

  /// Found faster here than in the registry.
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

  /// Those of the totals whose labels are named.
  private final Map<Total, ExactCounter> exact = new EnumMap<>(Total.class);

  private final Map<Span, Histogram> spans = new ConcurrentHashMap<>();

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  public Metrics() {
    // Counted by Vert.x only up: sockets are taken out of its hands. Ours is CONNECTIONS.
    registry.config().meterFilter(MeterFilter.denyNameStartsWith(VERTX_WEB_SOCKETS));
    for (Total total : Total.values()) {
      List<String> labels = total.labels;
      if (labels != null) {
        exact.put(total, new ExactCounter(total.metric, total.help, labels));
      }
    }
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    // Listens to the collector for as long as the process lives, as the registry does.
    @SuppressWarnings("resource")
    JvmGcMetrics collector = new JvmGcMetrics();
    collector.bindTo(registry);
  }

  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /// Publishes a level that is read when asked for. One supplier per level and set of tags.
  ///
  /// @param tags names and values in turn
  public void level(Level level, DoubleSupplier value, String... tags) {
    Gauge.builder(level.metric, value::getAsDouble)
        .description(level.help)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /// Publishes a total that is read when asked for.
  ///
  /// @param tags names and values in turn
  public void total(Total total, DoubleSupplier value, String... tags) {
    ExactCounter named = exact.get(total);
    if (named != null) {
      named.follow(value, tags);
      return;
    }
    // The counter holds its function, but the object it is a function of only weakly.
    FunctionCounter.builder(total.metric, registry, _ -> value.getAsDouble())
        .description(total.help)
        .tags(tags)
        .register(registry);
  }

  /// Adds one to a total. Tag values must come from a small set, unless the labels of the total are
  /// named: of each of those the first fifty values are told apart, the rest are `other`.
  ///
  /// @param tags names and values in turn
  public void count(Total total, String... tags) {
    ExactCounter named = exact.get(total);
    if (named != null) {
      named.increment(tags);
      return;
    }
    counters
        .computeIfAbsent(
            new Series(total, List.of(tags)),
            _ ->
                Counter.builder(total.metric).description(total.help).tags(tags).register(registry))
        .increment();
  }

  /// Adds one to how many took so long. Tag values must come from a small set.
  ///
  /// @param tags names and values in turn, all labels of the span in their order
  public void observe(Span span, double seconds, String... tags) {
    Histogram histogram = histogram(span);
    if (tags.length == 0 && span.labels.isEmpty()) {
      histogram.observe(seconds);
      return;
    }
    checkLabels(span.metric, span.labels, tags);
    String[] values = new String[tags.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = tags[2 * i + 1];
    }
    histogram.labelValues(values).observe(seconds);
  }

  private Histogram histogram(Span span) {
    Histogram known = spans.get(span);
    return known != null
        ? known
        : spans.computeIfAbsent(span, s -> s.register(registry.getPrometheusRegistry()));
  }

  /// Has the totals and spans of random video chat in each scrape from now on, those without labels
  /// as zero until they count.
  public void showVideo() {
    exact.values().forEach(ExactCounter::show);
    for (Span span : Span.values()) {
      histogram(span);
    }
  }

  static void checkLabels(String metric, List<String> labels, String... tags) {
    boolean fits = tags.length == 2 * labels.size();
    for (int i = 0; fits && i < labels.size(); i++) {
      fits = labels.get(i).equals(tags[2 * i]);
    }
    if (!fits) {
      throw new IllegalArgumentException(metric + " has the labels " + labels);
    }
  }

  /// All metrics as Prometheus reads them.
  public String scrape() {
    StringBuilder text = new StringBuilder(registry.scrape());
    exact.values().forEach(counter -> counter.write(text));
    return text.toString();
  }
}
