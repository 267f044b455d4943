package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against bytes that @dfinity/candid 1.1.1 wrote for the canisters' own interface files.
class VideoCallsTest {

  private static final IcPrincipal USER = IcPrincipal.parse("dfdal-2uaaa-aaaaa-qaama-cai");
  private static final long MESSAGE = Long.parseUnsignedLong("18446744073709551557");

  private static VideoCalls.Start start(
      @Nullable String displayName, @Nullable BigInteger avatar, VideoCalls.CallType type) {
    return new VideoCalls.Start(MESSAGE, USER, "alice", displayName, avatar, 3_600_000, type);
  }

  private static void assertHex(String hex, byte[] bytes) {
    assertEquals(hex, HexFormat.of().formatHex(bytes));
  }

  @Test
  void aStartForAGroup() {
    assertHex(
        "4449444c046e786e716b02a181d4c8067fe185b287087f6c06e685990371afd9b6ef03688f8fd28e0500f8b2f590"
            + "0b0193a5bf950d78bbf2afc90f02010305616c696365010a800000000010001801010180ee36000000000000"
            + "c5ffffffffffffff01",
        VideoCalls.startInGroup(start(null, null, VideoCalls.CallType.BROADCAST)));
  }

  @Test
  void aStartForACommunity() {
    assertHex(
        "4449444c046e786e716b02a181d4c8067fe185b287087f6c07e685990371979aec1c79afd9b6ef03688f8fd28e05"
            + "00f8b2f5900b0193a5bf950d78bbf2afc90f02010305616c69636500286bee010a8000000000100018010101"
            + "80ee36000000000000c5ffffffffffffff01",
        VideoCalls.startInCommunity(
            start(null, null, VideoCalls.CallType.BROADCAST), 4_000_000_000L));
  }

  @Test
  void aStartForAUser() {
    assertHex(
        "4449444c056e7d6e786e716b02a181d4c8067fe185b287087f6c07e685990371afd9b6ef0368b181b3f903008f8f"
            + "d28e0501f8b2f5900b0293a5bf950d78bbf2afc90f03010405616c696365010a8000000000100018010101ff"
            + "ffffffffffffffffffffffffffffffffff030180ee3600000000000102416cc5ffffffffffffff00",
        VideoCalls.startWithUser(
            start(
                "Al",
                BigInteger.TWO.pow(128).subtract(BigInteger.ONE),
                VideoCalls.CallType.DEFAULT)));
  }

  @Test
  void theEnds() {
    assertHex("4449444c016c0193a5bf950d780100c5ffffffffffffff", VideoCalls.endInGroup(MESSAGE));
    assertHex(
        "4449444c016c02979aec1c7993a5bf950d7801005519f55d2a00000000000000",
        VideoCalls.endInCommunity(1_576_343_893, 42));
    assertHex(
        "4449444c016c028fc1d4fb066893a5bf950d780100010a80000000001000180101c5ffffffffffffff",
        VideoCalls.endWithUser(USER, MESSAGE));
  }

  @Test
  void whatIsWrittenReadsBack() {
    byte[] argument =
        VideoCalls.startWithUser(start(null, BigInteger.valueOf(300), VideoCalls.CallType.DEFAULT));

    assertEquals(
        List.of(
            new CandidValue.Struct(
                Map.of(
                    6_701_798L, new CandidValue.Text("alice"),
                    1_038_986_415L, new CandidValue.Principal(USER),
                    1_059_897_521L,
                        new CandidValue.Opt(new CandidValue.Whole(BigInteger.valueOf(300))),
                    1_372_882_831L,
                        new CandidValue.Opt(new CandidValue.Fixed(Candid.NAT64, 3_600_000)),
                    2_988_267_896L, new CandidValue.Opt(null),
                    3_534_738_067L, new CandidValue.Fixed(Candid.NAT64, MESSAGE),
                    4_180_408_635L,
                        new CandidValue.Variant(1_762_984_097L, new CandidValue.Null())))),
        Candid.decode(argument));
  }

  @Test
  void namesHashToTheFieldsIds() {
    assertEquals(
        List.of(6_701_798L, 60_493_079L, 1_038_986_415L, 1_059_897_521L, 1_372_882_831L),
        List.of(
            hash("initiator_username"),
            hash("channel_id"),
            hash("initiator"),
            hash("initiator_avatar_id"),
            hash("max_duration")));
    assertEquals(
        List.of(1_869_947_023L, 2_988_267_896L, 3_534_738_067L, 4_180_408_635L),
        List.of(
            hash("user_id"),
            hash("initiator_display_name"),
            hash("message_id"),
            hash("call_type")));
    assertEquals(
        List.of(1_762_984_097L, 2_162_983_649L, VideoCalls.ERROR, VideoCalls.SUCCESS),
        List.of(hash("Default"), hash("Broadcast"), hash("Error"), hash("Success")));
  }

  private static long hash(String name) {
    return name.chars().asLongStream().reduce(0, (h, c) -> (h * 223 + c) & 0xffff_ffffL);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    var start = start(null, null, VideoCalls.CallType.DEFAULT);

    assertThrows(Failure.class, () -> VideoCalls.startInCommunity(start, -1));
    assertThrows(Failure.class, () -> VideoCalls.endInCommunity(1L << 32, 1));
    assertThrows(
        Failure.class, () -> start(null, BigInteger.ONE.negate(), VideoCalls.CallType.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # as the canisters' own library writes them
          036e716c02007a01006b02a8f7dc3201a39bfdac087f010201, 0,
          036e716c02007a01006b02a8f7dc3201a39bfdac087f010200650001046e6f7065, 101, nope
          036e716c02007a01006b02a8f7dc3201a39bfdac087f0102001d0100, 285,
          # the table the other way round
          036b02a8f7dc3201a39bfdac087f6c02007a01026e71010000650001046e6f7065, 101, nope
          # the one alternative that was chosen
          016b01a39bfdac087f010000, 0,
          # no text, text that never lacks, null, reserved
          026c01007a6b01a8f7dc32000101001d01, 285,
          026c02007a01716b01a8f7dc320001010065000161, 101, a
          026c02007a017f6b01a8f7dc320001010065 00, 101,
          026c02007a01706b01a8f7dc320001010065 00, 101,
          # a number in the text's place is as good as nothing there
          026c02007a017a6b01a8f7dc3200010100 65000900, 101,
          036e7a6c02007a01006b01a8f7dc3201010200 6500010900, 101,
          # fields that nobody knows: a vec, a function
          036d7d6c03007a017102006b01a8f7dc3201010200 65000161 02058001, 101, a
          036a0000006c03007a017f02006b01a8f7dc3201010200 6500 010101040161, 101,
          # an argument more
          016b01a39bfdac087f02007a 000500, 0,
          """)
  void answersAreReadByTheRulesOfCandid(String hex, int code, @Nullable String text) {
    VideoCalls.Answer expected =
        code == 0 ? new VideoCalls.Success() : new VideoCalls.Refusal(code, text);

    assertEquals(expected, VideoCalls.answer(didl(hex)));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          no argument, 0000
          ends in the table, 036e716c02
          ends in the value, 036e716c02007a01006b02a8f7dc3201a39bfdac087f01020065
          goes on, 016b01a39bfdac087f01000000
          a number for an answer, 00017a0500
          another alternative, 016b01057f010000
          an alternative that is not there, 016b01a39bfdac087f010001
          a success with something in it, 016b01a39bfdac087a0100000500
          a code of 32 bits, 026c02007901716b01a8f7dc32000101006500000000
          no code, 026c0101716b01a8f7dc320001010000
          an error without a record, 016b01a8f7dc327a0100000500
          a type out of the table, 016b01a39bfdac0803010000
          an argument out of the table, 016b01a39bfdac087f010300
          fields out of order, 016b02a39bfdac087fa8f7dc327f010000
          a field twice, 016b02a39bfdac087fa39bfdac087f010000
          a primitive type in the table, 017f0100
          an opt that is neither, 036e716c02007a01006b02a8f7dc3201a39bfdac087f010200650002
          a text that is no UTF-8, 026c02007a01716b01a8f7dc3200010100650001ff
          a record within itself, 016c010000 0100
          an opt within itself without end, 016e000100 010101010101010101010101010101010101010101010101
          many nulls, 016d7f0100 ffff03
          more nulls than there are atoms, 016d7f0100 ffffffffffffffffff7f
          a number without end, 00017d ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
          a value of the empty type, 00016f
          a reference that is not spelled out, 000168 00
          a principal without bytes, 000168 0100
          """)
  void whatIsNoAnswerIsRefused(String what, String hex) {
    Failure failure = assertThrows(Failure.class, () -> VideoCalls.answer(didl(hex)), what);

    assertEquals(Failure.Code.INVALID, failure.code());
  }

  @Test
  void whatIsNoCandidIsRefused() {
    assertThrows(Failure.class, () -> VideoCalls.answer(new byte[0]));
    assertThrows(Failure.class, () -> VideoCalls.answer(new byte[] {'D', 'I', 'D', 'X', 0, 0}));
    assertThrows(Failure.class, () -> VideoCalls.answer(new byte[1 << 20]));
  }

  private static byte[] didl(String hex) {
    return HexFormat.of().parseHex("4449444c" + hex.replace(" ", ""));
  }
}
