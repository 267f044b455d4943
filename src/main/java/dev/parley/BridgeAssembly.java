package dev.parley;

import dev.parley.account.Tokens;
import dev.parley.bridge.Bridge;
import dev.parley.bridge.BridgeServices;
import dev.parley.bridge.BridgeTokens;
import dev.parley.bridge.Call;
import dev.parley.bridge.Calls;
import dev.parley.bridge.ChatBackend;
import dev.parley.bridge.Courier;
import dev.parley.bridge.DailyRooms;
import dev.parley.bridge.OpenChat;
import dev.parley.bridge.Outbox;
import dev.parley.bridge.ParleyRooms;
import dev.parley.bridge.PresenceLease;
import dev.parley.bridge.RoomProvider;
import dev.parley.bridge.Watch;
import dev.parley.bridge.Webhook;
import dev.parley.bridge.daily.DailyClient;
import dev.parley.bridge.daily.DailyHook;
import dev.parley.bridge.hook.SignedWebhook;
import dev.parley.bridge.ic.OperatorKey;
import dev.parley.bridge.ic.Replica;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigException;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import dev.parley.room.PassRooms;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Puts the bridge of a node together, as its configuration says.
final class BridgeAssembly {

  private static final Duration MOST_GRACE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Bus bus;
  private final Metrics metrics;
  private final Features.Bridge config;
  private final Calls calls;
  private final Outbox outbox;
  private final PresenceLease lease;
  private final Map<Call.Provider, RoomProvider> providers = new EnumMap<>(Call.Provider.class);
  private final List<ChatBackend> backends = new ArrayList<>();
  private final LongSupplier clock = System::currentTimeMillis;

  BridgeAssembly(
      Vertx vertx,
      String node,
      Bus bus,
      Metrics metrics,
      Postgres postgres,
      PassRooms rooms,
      Tokens tokens,
      Features.Bridge config) {
    this.vertx = vertx;
    this.bus = bus;
    this.metrics = metrics;
    this.config = config;
    this.calls = new Calls(postgres);
    this.outbox = new Outbox(postgres);
    this.lease = new PresenceLease(postgres, node);
    providers.put(Call.Provider.PARLEY, new ParleyRooms(rooms, tokens, config.page(), clock));
    if (config.dailyApiKey().isSet()) {
      DailyClient daily = new DailyClient(vertx, config.dailyUrl(), config.dailyApiKey(), clock);
      providers.put(Call.Provider.DAILY, new DailyRooms(daily, clock));
    }
    if (config.ocIdentity().isSet()) {
      OperatorKey key =
          sound("bridge.ocIdentity", () -> OperatorKey.parse(config.ocIdentity().value()));
      backends.add(new OpenChat(new Replica(vertx, URI.create(config.icUrl()), key, clock), clock));
    }
    if (!config.webhook().url().isEmpty()) {
      Features.BridgeWebhook hook = config.webhook();
      backends.add(
          new Webhook(
              sound(
                  "bridge.webhook.secret",
                  () -> new SignedWebhook(vertx, hook.url(), hook.secret(), clock))));
    }
  }

  /// A key that is none is a fault of the configuration.
  private static <T> T sound(String path, Supplier<T> made) {
    try {
      return made.get();
    } catch (Failure | IllegalArgumentException e) {
      throw new ConfigException(List.of(path + ": " + e.getMessage()));
    }
  }

  private Watch watch() {
    Duration half = config.pollInterval().dividedBy(2);
    return new Watch(
        calls,
        providers,
        metrics,
        config.joinWithin(),
        half.compareTo(MOST_GRACE) < 0 ? half : MOST_GRACE,
        config.tellsOfAllRooms() ? List.of("webhook") : List.of(),
        clock);
  }

  /// What the routes need; null when calls are not bridged.
  @Nullable BridgeServices services() {
    if (!config.isEnabled()) {
      return null;
    }
    Config.Secret hmac = config.dailyHookHmac();
    return new BridgeServices(
        new Bridge(
            calls,
            providers,
            backends,
            config.rooms() == Features.BridgeRooms.DAILY
                ? Call.Provider.DAILY
                : Call.Provider.PARLEY,
            config.fallback(),
            bus,
            metrics,
            clock,
            this::pause),
        sound("bridge.ocPublic", () -> new BridgeTokens(config.ocPublic(), clock)),
        watch(),
        outbox,
        hmac.isSet()
            ? sound("bridge.dailyHookHmac", () -> new DailyHook(hmac, DailyHook.WINDOW, clock))
            : null,
        config.publicMeetings(),
        config.operatorToken(),
        config.framedBy(),
        bus);
  }

  /// What the role `presence` needs.
  Bridge.Parts parts() {
    Map<String, ChatBackend> byScheme = new LinkedHashMap<>();
    backends.forEach(backend -> byScheme.put(backend.scheme(), backend));
    Map<String, RoomProvider> byWord = new LinkedHashMap<>();
    providers.forEach((which, provider) -> byWord.put(which.word(), provider));
    return new Bridge.Parts(watch(), new Courier(outbox, byScheme, byWord, metrics, clock), lease);
  }

  private void pause(long ms) {
    vertx.timer(ms, TimeUnit.MILLISECONDS).await();
  }
}
