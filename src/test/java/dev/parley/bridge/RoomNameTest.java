package dev.parley.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The names that the chat app's page has been made for.
class RoomNameTest {

  private static final IcPrincipal ONE = IcPrincipal.parse("dfdal-2uaaa-aaaaa-qaama-cai");
  private static final IcPrincipal OTHER = IcPrincipal.parse("dccg7-xmaaa-aaaaa-qaamq-cai");
  private static final IcPrincipal COMMUNITY = IcPrincipal.parse("d6g4o-amaaa-aaaaa-qaaoq-cai");
  private static final String DIRECT = "DgAAAAAAQABkBAQgAAAAAAQABgBAQ";

  @ParameterizedTest
  @CsvSource({
    "cpmcr-yeaaa-aaaaa-qaala-cai, GgAAAAAAQABYBAQ",
    "neuwj-faaaa-aaaap-3767q-cai, GAAAAAAH7-78BAQ"
  })
  void aGroupIsNamedByItsCanister(String group, String name) {
    IcPrincipal id = IcPrincipal.parse(group);

    assertEquals(name, RoomName.of(ONE, new ChatId.Group(id)));
    assertEquals(name, RoomName.of(OTHER, new ChatId.Group(id)));
    assertEquals(new RoomName.Owner.Group(id), RoomName.decode(name));
  }

  @Test
  void bothOfAChatOfTwoNameItTheSame() {
    assertEquals(DIRECT, RoomName.of(ONE, new ChatId.Direct(OTHER)));
    assertEquals(DIRECT, RoomName.of(OTHER, new ChatId.Direct(ONE)));
    assertEquals(new RoomName.Owner.Direct(OTHER, ONE), RoomName.decode(DIRECT));
  }

  @ParameterizedTest
  @CsvSource({
    "1576343893, CgAAAAAAQAB0BAQAAAAAAAAAAAAAAAAXfUZVQ",
    "4294967295, CgAAAAAAQAB0BAQAAAAAAAAAAAAAAAA-----w",
    "0,          CgAAAAAAQAB0BAQAAAAAAAAAAAAAAAAAAAAAA"
  })
  void aChannelIsNamedByItsCommunityAndItsId(long id, String name) {
    assertEquals(name, RoomName.of(ONE, new ChatId.Channel(COMMUNITY, id)));
    assertEquals(new RoomName.Owner.Channel(COMMUNITY, id), RoomName.decode(name));
  }

  @Test
  void anIdOfTheTimeWhenTheyWereLongIsEncodedWhole() {
    BigInteger id = new BigInteger("283806532254715438641103320620325336219");

    assertEquals("1YMmXxLOH4FT_VUHapr0mw", RoomName.encode(id));
    assertEquals(new ChatId.Channel(COMMUNITY, 0x6a9af49bL), ChatId.Channel.of(COMMUNITY, id));
  }

  @Test
  void aChannelHasAnIdOf32Bits() {
    assertThrows(Failure.class, () -> new ChatId.Channel(COMMUNITY, -1));
    assertThrows(Failure.class, () -> new ChatId.Channel(COMMUNITY, 1L << 32));
    assertThrows(Failure.class, () -> ChatId.Channel.of(COMMUNITY, BigInteger.valueOf(-1)));
    assertThrows(Failure.class, () -> ChatId.Channel.of(COMMUNITY, BigInteger.ONE.shiftLeft(128)));
  }

  @Test
  void whoIsNoCanisterHasNoName() {
    IcPrincipal anonymous = IcPrincipal.of(new byte[] {4});

    assertThrows(Failure.class, () -> RoomName.of(ONE, new ChatId.Group(anonymous)));
    assertThrows(Failure.class, () -> RoomName.of(ONE, new ChatId.Direct(anonymous)));
    assertThrows(Failure.class, () -> RoomName.of(anonymous, new ChatId.Direct(ONE)));
    assertThrows(Failure.class, () -> RoomName.of(ONE, new ChatId.Channel(anonymous, 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "G",
        "D",
        "C",
        "X",
        "XgAAAAAAQABYBAQ",
        "ggAAAAAAQABYBAQ",
        "GgAAAAAAQABYBA",
        "GgAAAAAAQABYBAQA",
        "GgAAAAAAQABYBA=",
        "GgAAAAAAQABYBAR",
        "GAAAAAAH7/78BAQ",
        "GAAAAAAH7+78BAQ",
        "G AAAAAAQABYBAQ",
        "DgAAAAAAQABkBAQ",
        "DgAAAAAAQABgBAQgAAAAAAQABkBAQ",
        "CgAAAAAAQAB0BAQ",
        "CgAAAAAAQAB0BAQ1YMmXxLOH4FT_VUHapr0mw",
        "CgAAAAAAQAB0BAQAAAAAAAAAAAAAAAAXfUZVR"
      })
  void whatIsNoNameIsRefused(String name) {
    Failure failure = assertThrows(Failure.class, () -> RoomName.decode(name));
    assertEquals(Failure.Code.INVALID, failure.code());
  }

  /// Whatever is decoded is encoded to the same name.
  @Test
  void thereIsOneNameForOneOwner() {
    String[] names = {"GgAAAAAAQABYBAQ", DIRECT, "CgAAAAAAQAB0BAQAAAAAAAAAAAAAAAAXfUZVQ"};
    Random random = new Random(5);
    int decoded = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder name = new StringBuilder(names[random.nextInt(names.length)]);
      for (int i = random.nextInt(3); i >= 0; i--) {
        char c =
            (char) (random.nextInt(20) == 0 ? random.nextInt(65_536) : random.nextInt(32, 127));
        name.setCharAt(random.nextInt(name.length()), c);
      }
      if (random.nextInt(10) == 0) {
        name.setLength(random.nextInt(name.length()));
      }
      try {
        RoomName.Owner owner = RoomName.decode(name.toString());
        decoded++;
        assertEquals(name.toString(), encoded(owner));
      } catch (Failure failure) {
        assertEquals(Failure.Code.INVALID, failure.code());
      }
    }
    assertTrue(decoded > 1_000, "decoded " + decoded);
  }

  private static String encoded(RoomName.Owner owner) {
    return switch (owner) {
      case RoomName.Owner.Group(IcPrincipal id) -> RoomName.of(ONE, new ChatId.Group(id));
      case RoomName.Owner.Direct(IcPrincipal first, IcPrincipal second) ->
          RoomName.of(first, new ChatId.Direct(second));
      case RoomName.Owner.Channel(IcPrincipal community, long id) ->
          RoomName.of(ONE, new ChatId.Channel(community, id));
    };
  }
}
