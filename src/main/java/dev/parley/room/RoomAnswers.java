package dev.parley.room;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.kernel.Json;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what the scripts of rooms answer.
final class RoomAnswers {

  private RoomAnswers() {}

  static RoomState state(Response answer, int from) {
    List<ProducerInfo> producers = new ArrayList<>();
    for (Response text : answer.get(from + 2)) {
      producers.add(Json.read(text.toString(), ProducerInfo.class));
    }
    List<JoinRequest> pending = new ArrayList<>();
    answer.get(from + 3).forEach(text -> pending.add(request(text)));
    return RoomState.of(
        fields(answer.get(from)), participants(answer.get(from + 1)), producers, pending);
  }

  static long version(Response answer) {
    return Long.parseLong(answer.get(1).toString());
  }

  static List<String> strings(Response list) {
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add(item.toString()));
    return strings;
  }

  static Map<String, String> fields(Response pairs) {
    Map<String, String> fields = new HashMap<>();
    if (pairs.isArray()) {
      for (String key : pairs.getKeys()) {
        fields.put(key, pairs.get(key).toString());
      }
    }
    return fields;
  }

  static List<Participant> participants(Response list) {
    List<Participant> participants = new ArrayList<>();
    list.forEach(text -> participants.add(participant(text)));
    return participants;
  }

  static JoinRequest request(Response text) {
    return Json.read(text.toString(), JoinRequest.class);
  }

  static Participant participant(Response text) {
    return Json.read(text.toString(), Participant.class);
  }

  static @Nullable Participant participantOrNull(Response text) {
    return text.toString().isEmpty() ? null : participant(text);
  }
}
