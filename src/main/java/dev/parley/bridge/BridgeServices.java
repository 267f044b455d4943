package dev.parley.bridge;

import dev.parley.bridge.daily.DailyEvent;
import dev.parley.bridge.daily.DailyHook;
import dev.parley.contract.DeliveriesDue;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the bridge's routes are answered by.
///
/// @param hook reads daily.co's webhooks; null when none are taken
/// @param isPublic whether anybody may see which calls go on
/// @param operatorToken of who may see the rest
/// @param framedBy origins of the chat app's pages, which may show ours in a frame
public record BridgeServices(
    Bridge bridge,
    BridgeTokens tokens,
    Watch watch,
    Outbox outbox,
    @Nullable DailyHook hook,
    boolean isPublic,
    Config.Secret operatorToken,
    List<String> framedBy,
    Bus bus) {

  /// Takes what a webhook said. Waits.
  public void heard(DailyEvent event) {
    watch.heard(event);
    due();
  }

  /// Lets what is due be delivered.
  public void due() {
    bus.publish(DeliveriesDue.ADDRESS, new DeliveriesDue());
  }
}
