package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.it.StoresExtension.Stores;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What hosts, co-hosts and participants may do to one another.
@ExtendWith({StoresExtension.class, NodeExtension.class})
class ModerationIT {

  private static final String NOT_IN_ROOM = "FORBIDDEN: Not a participant in this room";
  private static final String MODERATORS_ONLY =
      "FORBIDDEN: Only hosts or co-hosts can perform this action";
  private static final String HOST_ONLY = "FORBIDDEN: Only the host can perform this action";

  private static TestNode node;

  private SocketClient host;
  private SocketClient coHost;
  private SocketClient one;
  private SocketClient two;
  private SocketClient outsider;
  private String room;

  @BeforeAll
  static void open(TestNode shared) {
    node = shared;
  }

  @BeforeEach
  void enter() {
    host = node.connect("Host");
    coHost = node.connect("Co-host");
    one = node.connect("One");
    two = node.connect("Two");
    outsider = node.connect("Outsider");
    room = host.createRoom();
    for (SocketClient each : List.of(host, coHost, one, two)) {
      each.join(room);
    }
    changeRole(host, coHost.userId(), "co_host");
    all().forEach(SocketClient::names);
  }

  @AfterEach
  void close() {
    all().forEach(SocketClient::close);
  }

  private List<SocketClient> all() {
    return List.of(host, coHost, one, two, outsider);
  }

  private JsonNode changeRole(SocketClient by, String userId, String role) {
    return by.ask("room:changeRole", "roomId", room, "targetUserId", userId, "newRole", role);
  }

  private String roleRefusal(SocketClient by, String userId, String role) {
    return by.refusal("room:changeRole", "roomId", room, "targetUserId", userId, "newRole", role);
  }

  private String kickRefusal(SocketClient by, String userId) {
    return by.refusal("room:kick", "roomId", room, "targetUserId", userId);
  }

  private static void assertSuccess(JsonNode ack) {
    assertEquals("{\"success\":true}", ack.toString());
  }

  @Test
  void theKickedIsToldWhyAndTheOthersThatHeWasKicked() {
    assertSuccess(host.ask("room:kick", "roomId", room, "targetUserId", one.userId()));

    assertEquals(
        SocketClient.object("roomId", room, "reason", "You have been removed from the meeting"),
        one.next("room:userKicked"));
    for (SocketClient other : List.of(host, coHost, two)) {
      JsonNode left = other.next("room:userLeft");
      assertEquals(Set.of("userId", "participants", "kicked"), RoomsIT.fields(left));
      assertEquals(one.userId(), left.path("userId").asText());
      assertTrue(left.path("kicked").asBoolean());
      assertEquals(
          List.of(host.userId(), coHost.userId(), two.userId()),
          RoomsIT.userIds(left.path("participants")));
      assertEquals(List.of(), other.names());
    }
    assertEquals(List.of(), one.names());
    assertEquals(NOT_IN_ROOM, one.refusal("room:handRaise", "roomId", room));
    assertEquals(List.of(), outsider.names());
  }

  @Test
  void theKickedMayComeBackAsParticipant() {
    assertSuccess(host.ask("room:kick", "roomId", room, "targetUserId", coHost.userId()));
    coHost.next("room:userKicked");

    assertEquals("participant", coHost.join(room).path("role").asText());
    assertEquals(coHost.userId(), one.next("room:userJoined").path("userId").asText());
  }

  @Test
  void whoMayKickWhom() {
    String nobody = "00000000-0000-4000-8000-000000000000";

    assertEquals(MODERATORS_ONLY, kickRefusal(one, two.userId()));
    assertEquals(NOT_IN_ROOM, kickRefusal(outsider, two.userId()));
    assertEquals("FORBIDDEN: Cannot kick the host", kickRefusal(coHost, host.userId()));
    assertEquals("NOT_FOUND: User not found in room", kickRefusal(host, outsider.userId()));
    assertEquals("NOT_FOUND: User not found in room", kickRefusal(host, nobody));
    assertEquals("INVALID: Cannot kick yourself", kickRefusal(coHost, coHost.userId()));
    assertEquals(
        "NOT_FOUND: Room not found",
        host.refusal("room:kick", "roomId", nobody, "targetUserId", two.userId()));
    assertEquals(
        "INVALID: targetUserId must be a string", host.refusal("room:kick", "roomId", room));
    assertSuccess(coHost.ask("room:kick", "roomId", room, "targetUserId", two.userId()));
    two.next("room:userKicked");
  }

  @Test
  void muteAllAsksAllButTheHost() {
    JsonNode ack = coHost.ask("room:muteAll", "roomId", room);

    assertEquals("{\"success\":true,\"mutedCount\":3}", ack.toString());
    JsonNode told = SocketClient.object("roomId", room, "mutedBy", coHost.userId());
    for (SocketClient muted : List.of(coHost, one, two)) {
      assertEquals(told, muted.next("room:allMuted"));
      assertEquals(List.of(), muted.names());
    }
    assertEquals(List.of(), host.names());
    assertEquals(List.of(), outsider.names());
    JsonNode seen = outsider.join(room).path("participants");
    assertEquals(
        List.of("false", "true", "true", "true", "false"), seen.findValuesAsText("isMuted"));
  }

  @Test
  void whoMayMuteAll() {
    assertEquals(MODERATORS_ONLY, one.refusal("room:muteAll", "roomId", room));
    assertEquals(NOT_IN_ROOM, outsider.refusal("room:muteAll", "roomId", room));
    assertEquals(3, host.ask("room:muteAll", "roomId", room).path("mutedCount").asInt());
  }

  @Test
  void oneParticipantIsMuted() {
    assertSuccess(coHost.ask("room:muteUser", "roomId", room, "targetUserId", one.userId()));

    assertEquals(
        SocketClient.object("roomId", room, "mutedBy", coHost.userId()),
        one.next("room:userMuted"));
    assertEquals(List.of(), two.names());
    assertEquals(List.of(), host.names());
    assertEquals(
        MODERATORS_ONLY,
        one.refusal("room:muteUser", "roomId", room, "targetUserId", two.userId()));
    assertEquals(
        "FORBIDDEN: Cannot mute the host",
        coHost.refusal("room:muteUser", "roomId", room, "targetUserId", host.userId()));
    assertEquals(
        "NOT_FOUND: User not found in room",
        host.refusal("room:muteUser", "roomId", room, "targetUserId", outsider.userId()));
  }

  @Test
  void aNewRoleIsToldToAllAndGivesItsRights() {
    assertSuccess(changeRole(host, one.userId(), "co_host"));

    JsonNode told = SocketClient.object("userId", one.userId(), "newRole", "co_host");
    for (SocketClient each : List.of(host, coHost, one, two)) {
      assertEquals(told, each.next("room:roleChanged"));
      assertEquals(List.of(), each.names());
    }
    assertEquals(3, one.ask("room:muteAll", "roomId", room).path("mutedCount").asInt());
    assertSuccess(changeRole(host, one.userId(), "participant"));
    assertEquals(MODERATORS_ONLY, one.refusal("room:muteAll", "roomId", room));
  }

  @Test
  void whoMayChangeRoles() {
    assertEquals(HOST_ONLY, roleRefusal(coHost, one.userId(), "co_host"));
    assertEquals(HOST_ONLY, roleRefusal(one, one.userId(), "co_host"));
    assertEquals(NOT_IN_ROOM, roleRefusal(outsider, one.userId(), "co_host"));
    assertEquals("INVALID: Cannot assign host role", roleRefusal(host, one.userId(), "host"));
    assertEquals(
        "INVALID: Cannot change the role of the host",
        roleRefusal(host, host.userId(), "participant"));
    assertEquals(
        "NOT_FOUND: User not found in room", roleRefusal(host, outsider.userId(), "co_host"));
    assertEquals(
        "INVALID: newRole must be one of the following values: co_host, participant, host",
        roleRefusal(host, one.userId(), "king"));
    assertEquals(List.of(), two.names());
  }

  @Test
  void aCoHostWhoRejoinsIsAParticipantAgain() {
    coHost.ask("room:leave", "roomId", room);

    assertEquals("participant", coHost.join(room).path("role").asText());
  }

  @Test
  void theHostWhoIsAwayLeavesHisRightsToNobody() {
    host.ask("room:leave", "roomId", room);

    assertEquals(HOST_ONLY, roleRefusal(coHost, one.userId(), "co_host"));
    assertEquals(
        "FORBIDDEN: Only the host can close the room",
        coHost.refusal("room:close", "roomId", room));
    assertEquals(3, coHost.ask("room:muteAll", "roomId", room).path("mutedCount").asInt());
    assertEquals("host", host.join(room).path("role").asText());
  }

  @Test
  void coHostsMayBeKeptFromModerating(Stores stores) {
    String setting = "{\"rooms\":{\"coHostMayModerate\":false}}";
    try (TestNode strict = TestNode.start(stores, setting);
        SocketClient owner = strict.connect("Host");
        SocketClient second = strict.connect("Co-host")) {
      String own = owner.createRoom();
      owner.join(own);
      second.join(own);
      owner.ask(
          "room:changeRole", "roomId", own, "targetUserId", second.userId(), "newRole", "co_host");
      second.next("room:roleChanged");

      assertEquals(HOST_ONLY, second.refusal("room:muteAll", "roomId", own));
      assertEquals(
          HOST_ONLY, second.refusal("room:kick", "roomId", own, "targetUserId", owner.userId()));
      assertEquals(1, owner.ask("room:muteAll", "roomId", own).path("mutedCount").asInt());
    }
  }

  @Test
  void aHostWhoLeavesIsFollowedByTheOldestCoHostWhereThatIsWanted(Stores stores) {
    try (TestNode lasting = TestNode.start(stores, "{\"rooms\":{\"reassignHost\":true}}");
        SocketClient first = lasting.connect("First");
        SocketClient guest = lasting.connect("Guest");
        SocketClient deputy = lasting.connect("Deputy")) {
      String own = first.createRoom();
      first.join(own);
      guest.join(own);
      deputy.join(own);
      first.ask(
          "room:changeRole", "roomId", own, "targetUserId", deputy.userId(), "newRole", "co_host");
      guest.next("room:roleChanged");

      first.ask("room:leave", "roomId", own);

      guest.next("room:userLeft");
      assertEquals(
          SocketClient.object("userId", deputy.userId(), "newRole", "host"),
          guest.next("room:roleChanged"));
      assertEquals("participant", first.join(own).path("role").asText());
      assertSuccess(deputy.ask("room:close", "roomId", own));
    }
  }
}
