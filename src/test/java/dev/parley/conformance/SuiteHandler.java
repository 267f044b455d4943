package dev.parley.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.signaling.socketio.Ack;
import dev.parley.signaling.socketio.Args;
import dev.parley.signaling.socketio.CloseReason;
import dev.parley.signaling.socketio.Socket;
import dev.parley.signaling.socketio.SocketHandler;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The events that suites send, and what they expect back.
final class SuiteHandler implements SocketHandler {

  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(2);

  private final Rooms rooms;

  SuiteHandler(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Future<Void> onConnected(Socket socket) {
    rooms.enter(socket);
    JsonNode auth = socket.auth();
    socket.emit("auth", auth.isMissingNode() ? JsonNodeFactory.instance.objectNode() : auth);
    return Future.succeededFuture();
  }

  @Override
  public void onEvent(Socket socket, String event, Args args, @Nullable Ack ack) {
    switch (event) {
      case "message" -> socket.emit("message-back", args);
      case "message-with-ack" -> reply(ack, args);
      case "join" -> {
        rooms.join(socket, text(args, 0));
        reply(ack, ownRooms(socket));
      }
      case "leave" -> {
        rooms.leave(socket, text(args, 0));
        reply(ack, ownRooms(socket));
      }
      case "say" -> say(socket, args, has(text(args, 0)).and(hasNot(socket.id())));
      case "say-all" -> say(socket, args, has(text(args, 0)));
      case "say-except" ->
          rooms.emit(
              socket,
              has(text(args, 0)).and(hasNot(text(args, 1))).and(hasNot(socket.id())),
              text(args, 2),
              Args.ofJson(args.jsonFrom(3), args.attachments()));
      case "broadcast" -> rooms.emit(socket, hasNot(socket.id()), text(args, 0), rest(args, 1));
      case "ask" -> ask(socket, args, ack);
      case "kick" -> socket.disconnect(args.node(0).asBoolean());
      case "close-conn" -> socket.closeSession();
      case "burst" -> burst(socket, args.node(0).asInt());
      case "transport" -> reply(ack, Args.of(TextNode.valueOf(socket.channelName())));
      case "ack-twice" -> {
        reply(ack, Args.ofJson("1"));
        reply(ack, Args.ofJson("2"));
      }
      case "fail" -> throw new IllegalStateException("asked to fail");
      default -> {}
    }
  }

  @Override
  public void onDisconnect(Socket socket, CloseReason reason) {
    rooms.exit(socket);
  }

  private void say(Socket socket, Args args, Predicate<Set<String>> match) {
    rooms.emit(socket, match, text(args, 1), rest(args, 2));
  }

  private static void ask(Socket socket, Args args, @Nullable Ack ack) {
    socket
        .emitWithAck(text(args, 0), rest(args, 1), ASK_TIMEOUT)
        .onSuccess(answer ->
            reply(
                ack,
                Args.ofJson(
                    answer.size() == 0 ? "null" : "null," + answer.json(), answer.attachments())))
        .onFailure(_ -> reply(ack, Args.of(TextNode.valueOf("timeout"))));
  }

  private static void burst(Socket socket, int count) {
    for (int i = 0; i < count; i++) {
      socket.emit("seq", Args.ofJson(Integer.toString(i)));
    }
  }

  private Args ownRooms(Socket socket) {
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    rooms.of(socket).stream().sorted().forEach(names::add);
    return Args.of(names);
  }

  private static Args rest(Args args, int first) {
    return Args.ofJson(args.jsonFrom(first), args.attachments());
  }

  private static String text(Args args, int index) {
    return args.node(index).asText();
  }

  private static void reply(@Nullable Ack ack, Args args) {
    if (ack != null) {
      ack.reply(args);
    }
  }

  private static Predicate<Set<String>> has(String room) {
    return rooms -> rooms.contains(room);
  }

  private static Predicate<Set<String>> hasNot(String room) {
    return rooms -> !rooms.contains(room);
  }
}
