package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.contract.TransportParameters;
import dev.parley.kernel.Json;
import dev.parley.media.transport.LivePeer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A running node and clients that mean no good. Whatever they send is answered with a typed error
/// or dropped and counted; nothing is logged as an error, nothing is left behind, and the node goes
/// on serving.
@ExtendWith(StoresExtension.class)
final class HostileIT {

  /// Codes a client may be told for what it did itself.
  private static final Set<String> ITS_OWN_FAULT =
      Set.of(
          "INVALID",
          "UNAUTHENTICATED",
          "FORBIDDEN",
          "NOT_FOUND",
          "CONFLICT",
          "ROOM_FULL",
          "ROOM_CLOSED",
          "TOO_LARGE",
          "RATE_LIMITED");

  private static HostileNode node;
  private Map<String, Double> before = Map.of();

  @BeforeAll
  static void startNode(StoresExtension.Stores stores) throws IOException {
    node = HostileNode.start(stores);
  }

  @org.junit.jupiter.api.AfterAll
  static void closeNode() {
    node.close();
  }

  @BeforeEach
  void remember() {
    before = node.levels();
  }

  @AfterEach
  void isAsBefore() {
    node.awaitLevels(before);
    try (RawSocketIo fresh = node.connect(node.account())) {
      JsonNode created = fresh.ask("room:create", "{\"title\":\"fresh\"}");
      JsonNode joined =
          fresh.ask("room:join", "{\"roomId\":\"" + created.path("roomId").asText() + "\"}");
      assertEquals("host", joined.path("role").asText());
    }
    node.awaitLevels(before);
    assertEquals(List.of(), node.takeErrors());
  }

  /// A room with its host and a guest, both with transports, and what the host sends.
  private static final class Call implements AutoCloseable {
    final String guestId;
    final RawSocketIo host;
    final RawSocketIo guest;
    final String room;
    final String hostSend;
    final String guestSend;
    final String guestRecv;
    final String producer;
    final String consumer;

    Call() {
      host = node.connect(node.account());
      String guestToken = node.account();
      guestId = HostileNode.userId(guestToken);
      guest = node.connect(guestToken);
      room = host.ask("room:create", "{\"title\":\"t\"}").path("roomId").asText();
      join(host);
      join(guest);
      hostSend = transport(host, "send").path("id").asText();
      guestSend = transport(guest, "send").path("id").asText();
      guestRecv = transport(guest, "recv").path("id").asText();
      producer = host.ask("media:produce", audio(room, hostSend)).path("producerId").asText();
      consumer =
          guest
              .ask("media:consume", consume(room, guestRecv, producer))
              .path("consumerId")
              .asText();
      assertFalse(consumer.isEmpty());
    }

    void join(RawSocketIo who) {
      JsonNode joined = who.ask("room:join", "{\"roomId\":\"" + room + "\"}");
      assertTrue(joined.has("role"), joined::toString);
    }

    JsonNode transport(RawSocketIo who, String direction) {
      return who.ask(
          "media:createTransport",
          "{\"roomId\":\"" + room + "\",\"direction\":\"" + direction + "\"}");
    }

    @Override
    public void close() {
      host.close();
      guest.close();
    }
  }

  private static String sample(String name) {
    String path = "/dev/parley/media/negotiation/" + name + ".json";
    try (InputStream file = HostileIT.class.getResourceAsStream(path)) {
      return Json.MAPPER.readTree(file).toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String audio(String room, String transport) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("roomId", room).put("transportId", transport).put("kind", "audio");
    body.set(
        "rtpParameters", Json.read(sample("chrome-opus"), JsonNode.class).path("rtpParameters"));
    return body.toString();
  }

  private static String consume(String room, String transport, String producer) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("roomId", room).put("transportId", transport).put("producerId", producer);
    body.set("rtpCapabilities", Json.read(sample("chrome-device"), JsonNode.class));
    return body.toString();
  }

  private static String fingerprint() {
    return "{\"role\":\"client\",\"fingerprints\":[{\"algorithm\":\"sha-256\",\"value\":\""
        + "AB:".repeat(31)
        + "CD\"}]}";
  }

  /// For each event of the dialect a payload that would do.
  private static Map<String, String> payloads(Call call) {
    String room = "{\"roomId\":\"" + call.room + "\"";
    String target = room + ",\"targetUserId\":\"" + call.guestId + "\"";
    String producer = "{\"producerId\":\"" + call.producer + "\"}";
    String consumer = "{\"consumerId\":\"" + call.consumer + "\"}";
    Map<String, String> all = new LinkedHashMap<>();
    all.put("room:create", "{\"title\":\"t\",\"maxParticipants\":5}");
    all.put("room:join", room + "}");
    all.put("room:muteAll", room + "}");
    all.put("room:muteUser", target + "}");
    all.put("room:changeRole", target + ",\"newRole\":\"co_host\"}");
    all.put("room:handRaise", room + "}");
    all.put("room:reaction", room + ",\"reaction\":\"!\"}");
    all.put("room:updateSettings", room + ",\"settings\":{\"allowScreenShare\":true}}");
    all.put("media:stateChange", room + ",\"audioEnabled\":true,\"videoEnabled\":true}");
    all.put("media:getRouterCapabilities", room + "}");
    all.put("media:createTransport", room + ",\"direction\":\"send\"}");
    all.put("media:getProducers", room + "}");
    all.put(
        "media:connectTransport",
        "{\"transportId\":\"" + call.guestSend + "\",\"dtlsParameters\":" + fingerprint() + "}");
    all.put("media:restartIce", "{\"transportId\":\"" + call.guestSend + "\"}");
    all.put("media:produce", audio(call.room, call.guestSend));
    all.put("media:consume", consume(call.room, call.guestRecv, call.producer));
    all.put("media:pauseProducer", producer);
    all.put("media:resumeProducer", producer);
    all.put("media:resumeConsumer", consumer);
    all.put("media:pauseConsumer", consumer);
    all.put("media:requestKeyFrame", consumer);
    all.put(
        "media:setPreferredLayers",
        "{\"consumerId\":\"" + call.consumer + "\",\"spatialLayer\":0,\"temporalLayer\":0}");
    all.put("media:getStats", "{\"transportId\":\"" + call.guestRecv + "\"}");
    all.put("media:closeConsumer", consumer);
    all.put("media:closeProducer", producer);
    all.put("room:kick", target + "}");
    all.put("room:leave", room + "}");
    all.put("room:close", room + "}");
    return all;
  }

  private static void assertTyped(JsonNode answer, String what) {
    if (answer.path("status").asText().equals("error")) {
      assertTrue(
          ITS_OWN_FAULT.contains(answer.path("code").asText()), () -> answer + " to " + what);
      assertFalse(answer.path("message").asText().isEmpty(), what);
    } else {
      assertTrue(answer.isObject(), what);
    }
  }

  private static String start(String text) {
    return text.length() < 300 ? text : text.substring(0, 300) + "…";
  }

  @Test
  void theTableHereKnowsEveryCommand() throws ReflectiveOperationException {
    Field table =
        Class.forName("dev.parley.signaling.ConferenceDialect").getDeclaredField("COMMANDS");
    table.setAccessible(true);

    try (Call call = new Call()) {
      assertEquals(((Map<?, ?>) table.get(null)).keySet(), payloads(call).keySet());
    }
  }

  @Test
  void wrongTypesInEveryFieldAreAnsweredByCode() {
    try (Call call = new Call()) {
      for (Map.Entry<String, String> entry : payloads(call).entrySet()) {
        List<String> hostile = new ArrayList<>(Mutations.VALUES);
        if (entry.getValue().length() < 500) {
          hostile.addAll(Mutations.of(entry.getValue()));
        }
        for (String payload : hostile) {
          JsonNode answer = call.guest.ask(entry.getKey(), payload);
          assertTyped(answer, entry.getKey() + start(payload));
        }
      }
    }
  }

  @Test
  void hostileRtpParametersAreAnsweredByCode() {
    for (String track : List.of("chrome-opus", "chrome-vp8-simulcast")) {
      ObjectNode sample = Json.read(sample(track), ObjectNode.class);
      try (Call call = new Call()) {
        for (String mutated : some(Mutations.of(sample.path("rtpParameters").toString()), 500)) {
          String payload =
              "{\"roomId\":\""
                  + call.room
                  + "\",\"transportId\":\""
                  + call.guestSend
                  + "\",\"kind\":"
                  + sample.path("kind")
                  + ",\"rtpParameters\":"
                  + mutated
                  + "}";
          JsonNode answer = call.guest.ask("media:produce", payload);
          assertTyped(answer, start(mutated));
          if (answer.has("producerId")) {
            call.guest.ask("media:closeProducer", answer.toString());
          }
        }
      }
    }
  }

  @Test
  void hostileCapabilitiesAreAnsweredByCode() {
    try (Call call = new Call()) {
      for (String mutated : some(Mutations.of(sample("chrome-device")), 500)) {
        String payload =
            "{\"roomId\":\""
                + call.room
                + "\",\"transportId\":\""
                + call.guestRecv
                + "\",\"producerId\":\""
                + call.producer
                + "\",\"rtpCapabilities\":"
                + mutated
                + "}";
        JsonNode answer = call.guest.ask("media:consume", payload);
        assertTyped(answer, start(mutated));
        if (answer.has("consumerId")) {
          call.guest.ask("media:closeConsumer", answer.toString());
        }
      }
    }
  }

  @Test
  void hostileDtlsParametersAreAnsweredByCode() {
    try (Call call = new Call()) {
      String transport = call.guestSend;
      for (String mutated : Mutations.of(fingerprint())) {
        JsonNode answer =
            call.guest.ask(
                "media:connectTransport",
                "{\"transportId\":\"" + transport + "\",\"dtlsParameters\":" + mutated + "}");
        assertTyped(answer, start(mutated));
        if (answer.has("connected")) {
          call.join(call.guest);
          transport = call.transport(call.guest, "send").path("id").asText();
        }
      }
    }
  }

  /// A fixed choice, the same in each run.
  private static List<String> some(List<String> all, int count) {
    List<String> shuffled = new ArrayList<>(all);
    java.util.Collections.shuffle(shuffled, new Random(5));
    return shuffled.subList(0, Math.min(count, shuffled.size()));
  }

  @Test
  void commandsOfThoseOutsideTheRoomAreRefused() {
    try (Call call = new Call();
        RawSocketIo stranger = node.connect(node.account())) {
      Map<String, String> payloads = payloads(call);
      payloads.remove("room:create");
      payloads.remove("room:join");
      payloads.forEach((event, payload) -> assertTyped(stranger.ask(event, payload), event));
      JsonNode still =
          call.guest.ask("media:getStats", "{\"consumerId\":\"" + call.consumer + "\"}");
      assertEquals(1, still.path("stats").size(), "strangers must not close what others have");

      call.guest.ask("room:leave", payloads.getOrDefault("room:leave", "{}"));
      payloads.remove("room:close");
      payloads.forEach((event, payload) -> assertTyped(call.guest.ask(event, payload), event));

      call.join(call.guest);
      call.host.ask("room:kick", payloads.getOrDefault("room:kick", "{}"));
      call.guest.next(packet -> packet.startsWith("42[\"room:userKicked\""));
      payloads.forEach((event, payload) -> assertTyped(call.guest.ask(event, payload), event));
      JsonNode reaction =
          call.guest.ask("room:reaction", payloads.getOrDefault("room:reaction", "{}"));
      assertEquals("FORBIDDEN", reaction.path("code").asText());
    }
  }

  @Test
  void brokenPacketsCloseTheSocketThatSentThem() {
    String token = node.account();
    List<String> broken =
        List.of(
            "",
            "9",
            "4",
            "49",
            "44",
            "42[]",
            "42{}",
            "42[1",
            "42[\"connect\"]",
            "42/nope,[\"a\"]",
            "43abc",
            "45-[\"a\"]",
            "4599-[\"a\"]",
            "420000000000000000000000[\"a\"]",
            "42" + "[".repeat(50_000),
            "42[\"a\"," + "[".repeat(500) + "]".repeat(500) + "]",
            "42[\"" + "n".repeat(1_000) + "\"]",
            "40",
            "\u0000");
    for (String packet : broken) {
      try (RawSocketIo client = node.connect(token)) {
        client.send(packet);
        client.closeCode(start(packet));
      }
    }
    try (RawSocketIo client = node.connect(token)) {
      client.sendBinary(new byte[100]);
      client.closeCode("");
    }
    try (RawSocketIo client = node.open()) {
      client.send("42[\"room:create\",{\"title\":\"t\"}]");
      client.closeCode("");
    }
  }

  @Test
  void unknownEventsAndBadTokensAreRefused() {
    try (RawSocketIo client = node.connect(node.account())) {
      assertEquals("INVALID", client.ask("room:explode", "{}").path("code").asText());
      assertEquals("INVALID", client.ask("__proto__", "{}").path("code").asText());
      assertEquals("INVALID", client.ask("room:join", "null,1,2,3").path("code").asText());
    }
    // Guests are admitted to what else is there.
    for (String none : List.of("", "{}", "{\"token\":\"\"}", "{\"token\":null}")) {
      try (RawSocketIo client = node.open()) {
        client.send("40" + none);
        client.next(packet -> packet.startsWith("40{"));
        assertEquals(
            "UNAUTHENTICATED",
            client.ask("room:create", "{\"title\":\"t\"}").path("code").asText());
      }
    }
    List<String> tokens =
        List.of(
            "{\"token\":1}",
            "{\"token\":[]}",
            "{\"token\":{\"a\":[]}}",
            "{\"token\":\"" + "a".repeat(9_000) + "\"}",
            "{\"token\":\"a.b.c\"}",
            "{\"token\":\"\\u0000.\\ud800.\"}",
            "{\"token\":\"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiZW1haWwiOiJ5In0.\"}");
    for (String token : tokens) {
      try (RawSocketIo client = node.open()) {
        client.send("40" + token);
        String told = client.next(packet -> packet.startsWith("42[\"error\""));
        assertTrue(told.contains("UNAUTHENTICATED"), told);
        client.closeCode("");
      }
    }
  }

  @Test
  void messagesThatAreTooLargeAreRefused() {
    try (RawSocketIo client = node.connect(node.account())) {
      String deep = "[".repeat(20) + "]".repeat(20);
      assertEquals("INVALID", client.ask("room:create", deep).path("code").asText());
      String long900k = "{\"title\":\"" + "x".repeat(900_000) + "\"}";
      assertEquals("TOO_LARGE", client.ask("room:create", long900k).path("code").asText());
      String many = "{\"title\":[" + "0,".repeat(400_000) + "0]}";
      assertEquals("TOO_LARGE", client.ask("room:create", many).path("code").asText());

      client.send("42[\"a\",\"" + "x".repeat(1_100_000) + "\"]");

      assertEquals(1009, client.closeCode("too large"));
    }
  }

  @Test
  void floodsAreAnsweredInFull() {
    try (Call call = new Call()) {
      String payload = "{\"roomId\":\"" + call.room + "\"}";
      int last = 0;
      for (int i = 0; i < 3_000; i++) {
        last = call.guest.post("room:handRaise", payload);
      }
      JsonNode answer = call.guest.answer(last);
      assertTyped(answer, "flood");
      assertTrue(node.total("result=\"RATE_LIMITED\"") > 0, "a flood is limited");
      assertTrue(call.host.ask("room:handRaise", payload).has("success"), "others are served");
    }
  }

  @Test
  void joinsThatRaceWithKicksAndClosesLeaveNobodyBehind() {
    for (int i = 0; i < 12; i++) {
      try (Call call = new Call();
          RawSocketIo other = node.connect(node.account())) {
        String room = "{\"roomId\":\"" + call.room + "\"}";
        String kick =
            "{\"roomId\":\"" + call.room + "\",\"targetUserId\":\"" + call.guestId + "\"}";
        int left = call.guest.post("room:leave", room);
        for (int k = 0; k < 4; k++) {
          call.guest.post("room:join", room);
          call.host.post("room:kick", kick);
        }
        int joined = other.post("room:join", room);
        int closed = call.host.post("room:close", room);
        assertTyped(call.guest.answer(left), "leave");
        assertTyped(other.answer(joined), "join");
        assertTyped(call.host.answer(closed), "close");
        node.awaitLevel("parley_rooms", before.getOrDefault("parley_rooms", 0.0));
        node.awaitLevel("parley_participants", before.getOrDefault("parley_participants", 0.0));
      }
    }
  }

  @Test
  void garbageOnTheMediaPortDisturbsNoCall() throws IOException {
    try (Call call = new Call()) {
      JsonNode created = call.transport(call.host, "send");
      TransportParameters parameters = Json.read(created.toString(), TransportParameters.class);
      try (LivePeer peer = new LivePeer(parameters)) {
        connect(call, peer, parameters.id());
        String params = audio(call.room, parameters.id()).replace("2180712631", "77");
        assertTrue(call.host.ask("media:produce", params).has("producerId"));
        for (int seq = 0; packets(call, parameters.id()) == 0; seq++) {
          assertTrue(seq < 500, "media must get through");
          peer.send(peer.rtp(77, seq));
          assertEquals(0, peer.check());
        }
        double drops = node.total("parley_media_drops");

        Garbage.thrown(parameters.iceCandidates().getFirst().port(), peer, new Random(11));

        assertEquals(0, peer.check());
        long received = packets(call, parameters.id());
        peer.send(peer.rtp(77, 5_000));
        peer.send(peer.rtp(78, 0));
        assertEquals(0, peer.check());
        assertEquals(received + 2, packets(call, parameters.id()), "media must still get through");
        node.awaitTotal("parley_media_drops", drops + Garbage.STRANGE);
      }
    }
  }

  private static void connect(Call call, LivePeer peer, String transport) throws IOException {
    String dtls = Json.write(peer.dtlsParameters());
    JsonNode connected =
        call.host.ask(
            "media:connectTransport",
            "{\"transportId\":\"" + transport + "\",\"dtlsParameters\":" + dtls + "}");
    assertTrue(connected.path("connected").asBoolean(), connected::toString);
    peer.connect();
  }

  private static long packets(Call call, String transport) {
    return call.host
        .ask("media:getStats", "{\"transportId\":\"" + transport + "\"}")
        .path("stats")
        .path(0)
        .path("packets")
        .asLong();
  }
}
