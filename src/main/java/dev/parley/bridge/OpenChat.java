package dev.parley.bridge;

import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.bridge.ic.Ingress;
import dev.parley.bridge.ic.Replica;
import dev.parley.bridge.ic.Reply;
import dev.parley.bridge.ic.VideoCalls;
import dev.parley.kernel.Failure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/// OpenChat, whose chats are canisters on the Internet Computer. Targets are `ic/group/<canister>`,
/// `ic/community/<canister>/<channel>` and `ic/user/<canister>/<other user>`.
///
/// In a direct chat the other user's canister is told of the start, and tells the caller's itself;
/// of the end both are told.
///
/// The delivery's id is the nonce of the request and `requestExpiryMs` its expiry, so that trying
/// again is the same request, which is carried out once at most. When that time is over it is asked
/// what has become of it before there is another; and should that not be known any more, the chat's
/// message id keeps a second one from doing anything.
public final class OpenChat implements ChatBackend {

  static final String SCHEME = "ic";

  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final long NS_PER_MS = 1_000_000;

  /// Reject codes that a later attempt may not get: the system for now, a canister that failed.
  private static final int SYSTEM_FOR_NOW = 2;

  private static final int CANISTER_FAILED = 5;

  private final Replica replica;
  private final LongSupplier clock;

  /// @param clock ms since 1970
  public OpenChat(Replica replica, LongSupplier clock) {
    this.replica = replica;
    this.clock = clock;
  }

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public List<String> startTargets(String userId, ChatId chat) {
    return switch (chat) {
      case ChatId.Direct direct -> List.of(user(direct.other().text(), userId));
      case ChatId.Group _, ChatId.Channel _ -> List.of(place(chat));
    };
  }

  @Override
  public List<String> endTargets(String userId, ChatId chat) {
    return switch (chat) {
      case ChatId.Direct direct ->
          List.of(user(direct.other().text(), userId), user(userId, direct.other().text()));
      case ChatId.Group _, ChatId.Channel _ -> List.of(place(chat));
    };
  }

  private static String user(String canister, String other) {
    return SCHEME + "/user/" + canister + "/" + other;
  }

  private static String place(ChatId chat) {
    return switch (chat) {
      case ChatId.Group group -> SCHEME + "/group/" + group.id().text();
      case ChatId.Channel channel ->
          SCHEME + "/community/" + channel.community().text() + "/" + channel.channelId();
      case ChatId.Direct _ -> throw new IllegalArgumentException("a direct chat has two places");
    };
  }

  @Override
  public void deliver(Delivery delivery, LongUnaryOperator renewed) {
    long nowMs = clock.getAsLong();
    Delivery current = delivery;
    if (nowMs >= delivery.requestExpiryMs()) {
      Optional<Reply> earlier = replica.status(ingress(delivery));
      if (earlier.isPresent()) {
        check(delivery, earlier.get(), renewed);
        return;
      }
      current = delivery.until(renewed.applyAsLong(nowMs + Outbox.REQUEST_MS));
    }
    check(current, call(current), renewed);
  }

  private Reply call(Delivery delivery) {
    try {
      return replica.call(ingress(delivery), PATIENCE);
    } catch (Failure failure) {
      if (clock.getAsLong() >= delivery.requestExpiryMs()) {
        // Refused for that alone, perhaps: the next attempt is another request.
        throw Failure.unavailable(failure.text());
      }
      throw failure;
    }
  }

  private static Ingress ingress(Delivery delivery) {
    boolean isStart = delivery.kind() == Delivery.Kind.START;
    String[] target = delivery.target().split("/", -1);
    return new Ingress(
        IcPrincipal.parse(target[2]),
        isStart ? VideoCalls.START : VideoCalls.END,
        isStart ? start(delivery.call(), target) : end(delivery.call(), target),
        bytes(delivery.id()),
        delivery.requestExpiryMs() * NS_PER_MS);
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static byte[] start(Call call, String[] target) {
    VideoCalls.Start start =
        new VideoCalls.Start(
            call.messageId().longValue(),
            IcPrincipal.parse(call.startedBy()),
            call.username(),
            call.displayName().isEmpty() ? null : call.displayName(),
            call.avatarId(),
            call.maxDurationMs(),
            call.kind() == Call.Kind.BROADCAST
                ? VideoCalls.CallType.BROADCAST
                : VideoCalls.CallType.DEFAULT);
    return switch (target[1]) {
      case "group" -> VideoCalls.startInGroup(start);
      case "community" -> VideoCalls.startInCommunity(start, Long.parseLong(target[3]));
      case "user" -> VideoCalls.startWithUser(start);
      default -> throw Failure.invalid("no such target");
    };
  }

  private static byte[] end(Call call, String[] target) {
    long messageId = call.messageId().longValue();
    return switch (target[1]) {
      case "group" -> VideoCalls.endInGroup(messageId);
      case "community" -> VideoCalls.endInCommunity(Long.parseLong(target[3]), messageId);
      case "user" -> VideoCalls.endWithUser(IcPrincipal.parse(target[3]), messageId);
      default -> throw Failure.invalid("no such target");
    };
  }

  private void check(Delivery delivery, Reply reply, LongUnaryOperator renewed) {
    switch (reply) {
      case Reply.Forgotten _ -> {}
      case Reply.Replied(byte[] arg) -> checkAnswer(delivery.kind(), VideoCalls.answer(arg));
      case Reply.Rejected rejected -> {
        String text = "rejected (" + rejected.code() + "): " + rejected.text();
        if (rejected.code() == CANISTER_FAILED || rejected.code() == SYSTEM_FOR_NOW) {
          if (!rejected.beforeExecution()) {
            // This request has ended so for good: the next attempt is another.
            long later = clock.getAsLong() + Outbox.REQUEST_MS;
            var _ = renewed.applyAsLong(Math.max(later, delivery.requestExpiryMs() + 1));
          }
          throw Failure.unavailable(text);
        }
        throw Failure.forbidden(text);
      }
    }
  }

  /// What has been done already is done.
  private static void checkAnswer(Delivery.Kind kind, VideoCalls.Answer answer) {
    if (answer instanceof VideoCalls.Refusal(int code, String text)) {
      boolean isDone =
          kind == Delivery.Kind.START
              ? code == VideoCalls.Refusal.MESSAGE_ID_ALREADY_EXISTS
              : code == VideoCalls.Refusal.ALREADY_ENDED || code == VideoCalls.Refusal.NOT_FOUND;
      if (!isDone) {
        throw Failure.forbidden("refused (" + code + ")" + (text == null ? "" : ": " + text));
      }
    }
  }
}
