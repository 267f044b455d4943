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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

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
    JOURNAL_PENDING("parley_journal_pending", "History entries not yet in PostgreSQL");

    private final String metric;
    private final String help;

    Level(String metric, String help) {
      this.metric = metric;
      this.help = help;
    }
  }

  /// A number that only goes up.
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
    CONNECTIONS_CUT("parley_connections_cut", "TCP connections of clients cut off, by reason");

    private final String metric;
    private final String help;

    Total(String metric, String help) {
      this.metric = metric;
      this.help = help;
    }
  }

  private static final String VERTX_WEB_SOCKETS = "vertx.http.server.active.ws";

  private record Series(Total total, List<String> tags) {}

  /// Found faster here than in the registry.
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  public Metrics() {
    // Counted by Vert.x only up: sockets are taken out of its hands. Ours is CONNECTIONS.
    registry.config().meterFilter(MeterFilter.denyNameStartsWith(VERTX_WEB_SOCKETS));
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
    // The counter holds its function, but the object it is a function of only weakly.
    FunctionCounter.builder(total.metric, registry, _ -> value.getAsDouble())
        .description(total.help)
        .tags(tags)
        .register(registry);
  }

  /// Adds one to a total. Tag values must come from a small set.
  ///
  /// @param tags names and values in turn
  public void count(Total total, String... tags) {
    counters
        .computeIfAbsent(
            new Series(total, List.of(tags)),
            _ ->
                Counter.builder(total.metric).description(total.help).tags(tags).register(registry))
        .increment();
  }

  /// All metrics as Prometheus reads them.
  public String scrape() {
    return registry.scrape();
  }
}
