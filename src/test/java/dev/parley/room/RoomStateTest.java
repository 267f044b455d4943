package dev.parley.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.JoinRequest;
import dev.parley.contract.MediaKind;
import dev.parley.contract.Participant;
import dev.parley.contract.People;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent;
import dev.parley.contract.RoomEvent.LeaveReason;
import dev.parley.contract.RoomEvent.Mark;
import dev.parley.contract.RoomSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoomStateTest {

  private static final Map<String, String> FIELDS =
      Map.of(
          "roomId",
          "r",
          "roomCode",
          "C",
          "title",
          "T",
          "hostUserId",
          "ann",
          "version",
          "7",
          "kind",
          "meeting",
          "allowScreenShare",
          "1",
          "allowWhiteboard",
          "1");

  private static final int SFU_FROM = 3;

  private static Participant person(String id, long joinedAt, String socket, String... producers) {
    return People.member(
        id,
        id,
        socket,
        Role.PARTICIPANT,
        joinedAt,
        List.of(producers),
        false,
        false,
        false,
        "n1",
        "");
  }

  private static ProducerInfo audio(String id, String user, String socket, boolean paused) {
    return new ProducerInfo(id, user, socket, MediaKind.AUDIO, "audio", paused);
  }

  private static RoomState room(List<Participant> people, List<ProducerInfo> producers) {
    return RoomState.of(FIELDS, people, producers, List.of());
  }

  private static final List<Role> ROLES = List.of(Role.HOST, Role.CO_HOST, Role.PARTICIPANT);

  private static final Participant ANN = person("ann", 1, "s1", "p1");
  private static final Participant BOB = person("bob", 2, "s2");
  private static final ProducerInfo P1 = audio("p1", "ann", "s1", false);
  private static final RoomState ROOM = room(List.of(BOB, ANN), List.of(P1));

  @Test
  void participantsStandInJoinOrder() {
    RoomState room =
        room(List.of(person("z", 5, "a"), person("b", 9, "b"), person("a", 9, "c")), List.of());

    assertEquals(
        List.of("z", "a", "b"), room.participantList().stream().map(Participant::userId).toList());
  }

  @Test
  void aSocketLeadsToItsParticipantOnly() {
    assertEquals(BOB, ROOM.bySocket("s2"));
    assertNull(ROOM.bySocket("s3"));
  }

  @Test
  void joiningAddsAtTheEnd() {
    Participant cora = person("cora", 3, "s3");

    RoomState after = ROOM.after(new RoomEvent.ParticipantJoined("r", 8, cora, null), SFU_FROM);

    assertEquals(List.of(ANN, BOB, cora), after.participantList());
    assertEquals(8, after.version());
    assertEquals(List.of(ANN, BOB), ROOM.participantList());
  }

  @Test
  void rejoiningKeepsThePlaceAndDropsWhatWasSent() {
    Participant again = person("ann", 1, "s9");

    RoomState after = ROOM.after(new RoomEvent.ParticipantJoined("r", 8, again, ANN), SFU_FROM);

    assertEquals(List.of(again, BOB), after.participantList());
    assertTrue(after.producers().isEmpty());
  }

  @Test
  void leavingDropsWhatWasSent() {
    RoomState after =
        ROOM.after(new RoomEvent.ParticipantLeft("r", 8, ANN, LeaveReason.LEFT, ""), SFU_FROM);

    assertEquals(List.of(BOB), after.participantList());
    assertTrue(after.producers().isEmpty());
  }

  @Test
  void closingEmptiesTheRoom() {
    RoomState after = ROOM.after(new RoomEvent.RoomClosed("r", 8, ""), SFU_FROM);

    assertTrue(after.participants().isEmpty());
    assertTrue(after.producers().isEmpty());
  }

  @Test
  void producersComePauseAndGo() {
    ProducerInfo p2 = audio("p2", "bob", "s2", false);
    Participant sending = person("bob", 2, "s2", "p2");

    RoomState added = ROOM.after(new RoomEvent.ProducerAdded("r", 8, p2, sending), SFU_FROM);
    RoomState paused =
        added.after(
            new RoomEvent.ProducerPaused("r", 9, audio("p2", "bob", "s2", true), sending),
            SFU_FROM);
    RoomState removed = paused.after(new RoomEvent.ProducerRemoved("r", 10, p2, BOB), SFU_FROM);

    assertEquals(List.of(P1, p2), List.copyOf(added.producers().values()));
    assertEquals(sending, added.participants().get("bob"));
    assertTrue(Objects.requireNonNull(paused.producers().get("p2")).paused());
    assertEquals(ROOM.producers(), removed.producers());
    assertEquals(ROOM.participants(), removed.participants());
  }

  @Test
  void marksRolesAndMutesReplaceTheParticipantButBringNobodyBack() {
    Participant muted =
        People.member("bob", "bob", "s2", Role.CO_HOST, 2, List.of(), true, false, true, "n1", "");
    Participant stranger = person("dan", 4, "s4");

    for (RoomEvent event :
        List.of(
            new RoomEvent.RoleChanged("r", 8, muted),
            new RoomEvent.ParticipantMarked("r", 8, muted, Mark.HAND),
            new RoomEvent.ParticipantsMuted("r", 8, List.of(muted, stranger), "ann", true))) {
      assertEquals(List.of(ANN, muted), ROOM.after(event, SFU_FROM).participantList());
    }
    assertEquals(
        ROOM.participants(),
        ROOM.after(new RoomEvent.RoleChanged("r", 8, stranger), SFU_FROM).participants());
  }

  @Test
  void titleAndSettingsAreTakenOver() {
    RoomSettings settings = new RoomSettings(false, true, true, false, true, List.of("x.org"), 9);

    RoomState after = ROOM.after(new RoomEvent.SettingsChanged("r", 8, "New", settings), SFU_FROM);

    assertEquals(settings, after.settings());
    assertEquals("New", after.title());
  }

  @Test
  void whoWaitsIsThereOnceAndGoesWhenItIsDecided() {
    JoinRequest first = request("eve", "s5", 3);
    JoinRequest again = request("eve", "s6", 4);

    RoomState waiting =
        ROOM.after(new RoomEvent.JoinRequested("r", 8, first), SFU_FROM)
            .after(new RoomEvent.JoinRequested("r", 9, again), SFU_FROM);

    assertEquals(List.of(again), List.copyOf(waiting.pending().values()));
    assertEquals(
        Map.of(),
        waiting
            .after(
                new RoomEvent.JoinDecided("r", 10, again, RoomEvent.Decision.REJECTED, ""),
                SFU_FROM)
            .pending());
  }

  @Test
  void aMeetingThatWasLargeOnceKeepsToTheSfu() {
    Participant cora = person("cora", 3, "s3");
    RoomState large = ROOM.after(new RoomEvent.ParticipantJoined("r", 8, cora, null), SFU_FROM);

    assertFalse(ROOM.usesSfu());
    assertTrue(large.usesSfu());
    assertTrue(
        large
            .after(new RoomEvent.ParticipantLeft("r", 9, cora, LeaveReason.LEFT, ""), SFU_FROM)
            .usesSfu());
  }

  private static JoinRequest request(String id, String socket, long at) {
    return new JoinRequest(id, false, id, "", false, false, socket, at, "n1", "");
  }

  @Test
  void nothingIsToldBetweenEqualStates() {
    assertEquals(List.of(), ROOM.eventsTo(ROOM));
  }

  @Test
  void aNewSocketIsToldAsAJoinThatReplaces() {
    Participant again = person("ann", 1, "s9", "p9");
    ProducerInfo p9 = audio("p9", "ann", "s9", false);

    List<RoomEvent> events = ROOM.eventsTo(room(List.of(again, BOB), List.of(p9)));

    assertEquals(
        List.of(
            new RoomEvent.ParticipantJoined("r", 7, again, ANN),
            new RoomEvent.ProducerAdded("r", 7, p9, again)),
        events);
  }

  /// Whatever was missed, the events told in its place lead to the state there is.
  @Test
  void theEventsBetweenAnyTwoStatesLeadFromOneToTheOther() {
    Random random = new Random(20261120);
    for (int i = 0; i < 5_000; i++) {
      RoomState before = random(random, 7);
      RoomState later = random(random, 20);

      RoomState told = before;
      for (RoomEvent event : before.eventsTo(later)) {
        assertEquals(20, event.version());
        told = told.after(event, SFU_FROM);
      }

      assertEquals(later.participants(), told.participants());
      assertEquals(later.producers(), told.producers());
      assertEquals(later.settings(), told.settings());
      assertEquals(later.title(), told.title());
      assertEquals(later.pending(), told.pending());
    }
  }

  private static RoomState random(Random random, int version) {
    List<Participant> people = new ArrayList<>();
    List<ProducerInfo> producers = new ArrayList<>();
    for (int user = 0; user < 5; user++) {
      if (random.nextBoolean()) {
        continue;
      }
      String id = "u" + user;
      String socket = id + (random.nextBoolean() ? "a" : "b");
      List<String> own = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        if (random.nextBoolean()) {
          String producer = socket + i;
          own.add(producer);
          producers.add(audio(producer, id, socket, random.nextBoolean()));
        }
      }
      people.add(
          People.member(
              id,
              id,
              socket,
              ROLES.get(random.nextInt(ROLES.size())),
              user,
              own,
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextBoolean(),
              "n" + random.nextInt(2),
              "n" + random.nextInt(2)));
    }
    Map<String, String> fields = new java.util.HashMap<>(FIELDS);
    fields.put("version", Integer.toString(version));
    fields.put("allowScreenShare", random.nextBoolean() ? "1" : "");
    fields.put("allowWhiteboard", random.nextBoolean() ? "1" : "");
    fields.put("requireApproval", random.nextBoolean() ? "1" : "");
    fields.put("title", "T" + random.nextInt(2));
    List<JoinRequest> pending = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      if (random.nextBoolean()) {
        pending.add(request("w" + i, "s" + random.nextInt(2), i));
      }
    }
    return RoomState.of(fields, people, producers, pending);
  }
}
