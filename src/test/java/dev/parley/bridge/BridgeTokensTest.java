package dev.parley.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeTokensTest {

  private static final OpenChatKey KEY = new OpenChatKey();
  private static final long NOW_S = 1_789_999_800;
  private static final IcPrincipal USER = IcPrincipal.parse("27eue-hyaaa-aaaaf-aaa4a-cai");
  private static final IcPrincipal GROUP = IcPrincipal.parse("6nb6r-kyaaa-aaaar-asvgq-cai");
  private static final IcPrincipal COMMUNITY = IcPrincipal.parse("d6g4o-amaaa-aaaaa-qaaoq-cai");
  private static final String P1363 = "SHA256withECDSAinP1363Format";

  private static final String START =
      "{'exp':1790000000,'claim_type':'StartVideoCall','user_id':'27eue-hyaaa-aaaaf-aaa4a-cai',"
          + "'chat_id':{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'},'call_type':'Default',"
          + "'is_diamond':true}";
  private static final String JOIN =
      "{'exp':1790000000,'claim_type':'JoinVideoCall','user_id':'27eue-hyaaa-aaaaf-aaa4a-cai',"
          + "'chat_id':{'Direct':'6nb6r-kyaaa-aaaar-asvgq-cai'}}";
  private static final String END =
      "{'exp':1790000000,'claim_type':'MarkVideoCallAsEnded','user_id':"
          + "'27eue-hyaaa-aaaaf-aaa4a-cai','chat_id':"
          + "{'Channel':['d6g4o-amaaa-aaaaa-qaaoq-cai',1576343893]}}";

  private final AtomicLong nowMs = new AtomicLong(NOW_S * 1000);
  private final BridgeTokens tokens = new BridgeTokens(KEY.pem(), nowMs::get);

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private BridgeClaims verify(String claims) {
    return tokens.verify(KEY.token(json(claims)));
  }

  private void refuses(String token) {
    Failure failure = assertThrows(Failure.class, () -> tokens.verify(token), token);
    assertEquals(Failure.Code.UNAUTHENTICATED, failure.code());
    assertEquals("Authentication failed", failure.text());
  }

  private void refusesClaims(String claims) {
    refuses(KEY.token(json(claims)));
  }

  @Test
  void whoMayStartACallOfAGroup() {
    assertEquals(
        new BridgeClaims.Start(USER, new ChatId.Group(GROUP), BridgeClaims.CallType.DEFAULT, true),
        verify(START));
    assertEquals(
        new BridgeClaims.Start(
            USER, new ChatId.Group(GROUP), BridgeClaims.CallType.BROADCAST, false),
        verify(START.replace("Default", "Broadcast").replace("true", "false")));
    assertEquals(
        new BridgeClaims.Start(USER, new ChatId.Group(GROUP), BridgeClaims.CallType.DEFAULT, false),
        verify(START.replace(",'is_diamond':true", "")));
  }

  @Test
  void whoMayJoinACallOfTwo() {
    BridgeClaims claims = verify(JOIN);

    assertEquals(new BridgeClaims.Join(USER, new ChatId.Direct(GROUP)), claims);
    assertEquals(RoomName.of(GROUP, new ChatId.Direct(USER)), claims.roomName());
  }

  @Test
  void whoMayEndTheCallOfAChannel() {
    assertEquals(
        new BridgeClaims.End(USER, new ChatId.Channel(COMMUNITY, 1_576_343_893L)), verify(END));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "'\"0\"', 0",
    "4294967295, 4294967295",
    "4294967296, 0",
    "'\"4294967297\"', 1",
    "283806532254715438641103320620325336219, 1788540059",
    "'\"283806532254715438641103320620325336219\"', 1788540059",
    "340282366920938463463374607431768211455, 4294967295",
    "'\"00000000000000000000000000000000000007\"', 7"
  })
  void theIdOfAChannelIsANumberOrAText(String written, long id) {
    assertEquals(
        new BridgeClaims.End(USER, new ChatId.Channel(COMMUNITY, id)),
        verify(END.replace("1576343893", written)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1.0",
        "1e3",
        "1e999999999",
        "340282366920938463463374607431768211456",
        "'340282366920938463463374607431768211456'",
        "'-1'",
        "'+1'",
        "' 1'",
        "'1.0'",
        "''",
        "'٣'",
        "null",
        "true",
        "[1]",
        "{}",
        "1,2"
      })
  void nothingElseIsTheIdOfAChannel(String id) {
    refusesClaims(END.replace("1576343893", id));
  }

  @Test
  void aTokenHoldsUntilItExpiresToTheMillisecond() {
    String token = KEY.token(json(JOIN));
    nowMs.set(1_789_999_999_999L);
    tokens.verify(token);

    nowMs.set(1_790_000_000_000L);
    refuses(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'exp':null,",
        "'exp':'1790000000',",
        "'exp':true,",
        "'exp':[1790000000],",
        "'exp':-1,",
        "'exp':0,",
        "'exp':1789999800,",
        "'exp':1790000000,'exp':1790000000,",
        "'exp':1790000000,'nbf':1789999801,",
        "'exp':1790000000,'nbf':'0',",
        "'exp':1790000000,'nbf':null,"
      })
  void aTokenThatDoesNotHoldNowIsRefused(String lifetime) {
    refusesClaims(JOIN.replace("'exp':1790000000,", lifetime));
  }

  @Test
  void aLifetimeMayBeginAndHaveAFraction() {
    verify(JOIN.replace("'exp':1790000000,", "'exp':1789999800.5,'nbf':1789999800,"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'StartVideoCall' | 'user_signed_in'",
        "'StartVideoCall' | 'diamond_membership'",
        "'StartVideoCall' | 'startvideocall'",
        "'StartVideoCall' | ['StartVideoCall']",
        "'StartVideoCall' | null",
        "'claim_type'     | 'claimtype'",
        "'Default'        | 'default'",
        "'Default'        | null",
        "'Default'        | 7",
        "'call_type'      | 'calltype'",
        "'is_diamond':true | 'is_diamond':'true'",
        "'is_diamond':true | 'is_diamond':1",
        "'is_diamond':true | 'is_diamond':null",
        "'user_id'        | 'userid'",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | ''",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | '2vxsx-fae'",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | '27EUE-hyaaa-aaaaf-aaa4a-cai'",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | '27eue-hyaaa-aaaaf-aaa4a-caj'",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | 7",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | null",
        "'27eue-hyaaa-aaaaf-aaa4a-cai' | {}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | null",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | []",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | ['6nb6r-kyaaa-aaaar-asvgq-cai']",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | 'Group'",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'group':'6nb6r-kyaaa-aaaar-asvgq-cai'}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'Group':['6nb6r-kyaaa-aaaar-asvgq-cai']}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'Group':'aaaaa-aa'}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'Direct':null}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'Channel':'6nb6r-kyaaa-aaaar-asvgq-cai'}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'Channel':['6nb6r-kyaaa-aaaar-asvgq-cai']}",
        "{'Group':'6nb6r-kyaaa-aaaar-asvgq-cai'} | {'Channel':[1,'6nb6r-kyaaa-aaaar-asvgq-cai']}",
        "'Group':         | 'Direct':'6nb6r-kyaaa-aaaar-asvgq-cai','Group':"
      })
  void whatIsNoClaimOfTheBridgeIsRefused(String sound, String other) {
    assertTrue(START.contains(sound), sound);
    refusesClaims(START.replace(sound, other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "'x'", "{", "{}", "{} {}"})
  void aPayloadIsAnObject(String payload) {
    refusesClaims(payload);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'alg':'none'}",
        "{'alg':'None'}",
        "{'alg':'es256'}",
        "{'alg':'ES384'}",
        "{'alg':'ES256K'}",
        "{'alg':'HS256'}",
        "{'alg':['ES256']}",
        "{'alg':null}",
        "{}",
        "[]",
        "'ES256'",
        "{'alg':'ES256','alg':'ES256'}",
        "{'alg':'ES256','crit':['exp']}",
        "{'alg':'ES256','b64':false}",
        "{'alg':'ES256','jwk':{}}",
        "{'alg':'ES256','typ':7}",
        "{'alg':'ES256'}x"
      })
  void anotherHeaderIsRefusedThoughTheSignatureIsRight(String header) {
    refuses(KEY.token(json(header), json(JOIN), P1363));
  }

  @Test
  void aHeaderMaySayWhatItIsAndWhichKey() {
    tokens.verify(KEY.token(json("{'typ':'JWT','alg':'ES256','kid':'1'}"), json(JOIN), P1363));
  }

  @Test
  void withoutASignatureNothingHolds() {
    String none = OpenChatKey.part("{\"alg\":\"none\"}") + "." + OpenChatKey.part(json(JOIN)) + ".";
    refuses(none);
    String head = KEY.token(json(JOIN)).replaceAll("[^.]*$", "");
    refuses(head);
    refuses(head.substring(0, head.length() - 1));
    refuses("");
    refuses(".");
    refuses("..");
    refuses("...");
  }

  @Test
  void theSignatureOfAnotherIsRefused() {
    refuses(new OpenChatKey().token(json(JOIN)));
    String[] one = KEY.token(json(JOIN)).split("\\.", -1);
    String[] two = KEY.token(json(START)).split("\\.", -1);
    refuses(one[0] + "." + two[1] + "." + one[2]);
  }

  @Test
  void thePublicKeyIsNoSecretToSignWith() throws Exception {
    for (byte[] secret : List.of(KEY.pem().getBytes(UTF_8), KEY.spki())) {
      String text = OpenChatKey.part("{\"alg\":\"HS256\"}") + "." + OpenChatKey.part(json(JOIN));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      refuses(text + "." + OpenChatKey.part(mac.doFinal(text.getBytes(UTF_8))));
    }
  }

  @Test
  void aSignatureInDerIsRefused() {
    refuses(KEY.token("{\"alg\":\"ES256\"}", json(JOIN), "SHA256withECDSA"));
  }

  @Test
  void aSignatureOfNoughtOrOfTheOrderIsRefused() {
    BigInteger order =
        new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    String head = KEY.token(json(JOIN)).replaceAll("[^.]*$", "");
    for (BigInteger r : List.of(BigInteger.ZERO, BigInteger.ONE, order)) {
      for (BigInteger s : List.of(BigInteger.ZERO, BigInteger.ONE, order)) {
        byte[] signature = new byte[64];
        place(r, signature, 32);
        place(s, signature, 64);
        refuses(head + OpenChatKey.part(signature));
      }
    }
  }

  private static void place(BigInteger number, byte[] into, int end) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, into, end - length, length);
  }

  @Test
  void theSameBytesAreWrittenInOneWayOnly() {
    String token = KEY.token(json(JOIN));
    refuses(token + "=");
    refuses(token + "==");
    refuses(token + "\n");
    refuses(" " + token);
    // The last character of 64 bytes has four bits to spare.
    char last = token.charAt(token.length() - 1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char next = alphabet.charAt(alphabet.indexOf(last) + 1);
    refuses(token.substring(0, token.length() - 1) + next);
  }

  @Test
  void aLongTokenIsNotLookedAt() {
    String filler = "'x':'" + "x".repeat(4_000) + "',";
    verify(JOIN.replace("{'exp'", "{" + filler + "'exp'"));

    refusesClaims(JOIN.replace("{'exp'", "{" + filler + filler.replace("'x':", "'y':") + "'exp'"));
    refuses("a".repeat(1 << 20));
  }

  @Test
  void aKeyMayBeWrittenInSeveralWays() {
    String token = KEY.token(json(JOIN));
    String bare = Base64.getEncoder().encodeToString(KEY.spki());
    for (String written :
        List.of(
            KEY.pem(),
            KEY.pem().strip(),
            KEY.pem().replace("\n", "\\n"),
            KEY.pem().replace("\n", "\r\n"),
            "\n " + KEY.pem(),
            bare,
            bare + "\n")) {
      new BridgeTokens(written, nowMs::get).verify(token);
    }
  }

  @Test
  void whatIsNoKeyOfTheCurveIsRefused() {
    for (String written :
        List.of(
            "",
            "key",
            new OpenChatKey("secp384r1").pem(),
            KEY.pem().replace("PUBLIC", "PRIVATE"),
            KEY.pem().substring(40),
            Base64.getEncoder().encodeToString(new byte[91]))) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> new BridgeTokens(written, nowMs::get), written);
      assertFalse(String.valueOf(refused.getMessage()).contains("MF"));
    }
  }

  /// Whatever comes, it is claims or the one failure; and damage to a token is always the failure.
  @Test
  void noDamageIsOverlooked() {
    Random random = new Random(31);
    String[] sound = {KEY.token(json(START)), KEY.token(json(JOIN)), KEY.token(json(END))};
    for (int round = 0; round < 1_000; round++) {
      String token = sound[random.nextInt(sound.length)];
      StringBuilder damaged = new StringBuilder(token);
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(damaged.length());
        char c =
            (char) (random.nextInt(10) == 0 ? random.nextInt(65_536) : random.nextInt(32, 127));
        switch (random.nextInt(3)) {
          case 0 -> damaged.setCharAt(at, c);
          case 1 -> damaged.insert(at, c);
          default -> damaged.deleteCharAt(at);
        }
      }
      if (!damaged.toString().equals(token)) {
        refuses(damaged.toString());
      }
    }
  }

  /// What OpenChat itself might sign by mistake.
  @Test
  void noSignedPayloadDoesMoreThanFail() {
    List<String> splinters =
        List.of("{", "}", "[", "]", "'", ",", ":", "null", "true", "-1", "1e999", "'\\ud800'", "7");
    Random random = new Random(37);
    String[] sound = {START, JOIN, END};
    int verified = 0;
    for (int round = 0; round < 1_000; round++) {
      StringBuilder payload = new StringBuilder(sound[random.nextInt(sound.length)]);
      for (int i = random.nextInt(3); i > 0; i--) {
        int at = random.nextInt(payload.length());
        int end = Math.min(payload.length(), at + random.nextInt(30));
        payload.replace(at, end, splinters.get(random.nextInt(splinters.size())));
      }
      try {
        BridgeClaims claims = verify(payload.toString());
        assertFalse(claims.roomName().isEmpty());
        verified++;
      } catch (Failure failure) {
        assertEquals(Failure.Code.UNAUTHENTICATED, failure.code());
      }
    }
    assertTrue(verified > 200, "verified " + verified);
  }
}
