package dev.parley.bridge;

import dev.parley.bridge.hook.SignedWebhook;
import dev.parley.kernel.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/// Any chat app that takes signed webhooks: `call.started` and `call.ended`. The one target is
/// `webhook`; the delivery's id is the message's, by which the receiver knows it again.
public final class Webhook implements ChatBackend {

  static final String SCHEME = "webhook";

  private final SignedWebhook sender;

  public Webhook(SignedWebhook sender) {
    this.sender = sender;
  }

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public List<String> startTargets(String userId, ChatId chat) {
    return List.of(SCHEME);
  }

  @Override
  public List<String> endTargets(String userId, ChatId chat) {
    return List.of(SCHEME);
  }

  @Override
  public void deliver(Delivery delivery, LongUnaryOperator renewed) {
    Call call = delivery.call();
    boolean isStart = delivery.kind() == Delivery.Kind.START;
    sender.deliver(
        new SignedWebhook.Message(
            delivery.id().toString(),
            isStart ? SignedWebhook.Type.CALL_STARTED : SignedWebhook.Type.CALL_ENDED,
            Instant.ofEpochMilli(delivery.createdAtMs()),
            data(call, isStart)));
  }

  /// The same each time: of what may change meanwhile nothing is told.
  private static Map<String, Object> data(Call call, boolean isStart) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("callId", call.id().toString());
    data.put("roomName", call.roomName());
    data.put("messageId", call.messageId().toString());
    if (call.chat() != null) {
      data.put("chat", Json.read(call.chat(), Object.class));
    }
    data.put("callType", call.kind() == Call.Kind.BROADCAST ? "Broadcast" : "Default");
    data.put("provider", call.provider().word());
    data.put("startedBy", call.startedBy());
    if (isStart) {
      data.put("username", call.username());
      data.put("displayName", call.displayName());
      data.put("maxDurationMs", call.maxDurationMs());
    } else {
      data.put("reason", String.valueOf(call.endReason()));
      data.put("wasJoined", call.confirmedAtMs() > 0);
    }
    return data;
  }
}
