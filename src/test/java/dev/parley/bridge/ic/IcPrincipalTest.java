package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcPrincipalTest {

  @ParameterizedTest
  @CsvSource({
    "cpmcr-yeaaa-aaaaa-qaala-cai, 80000000001000160101",
    "dfdal-2uaaa-aaaaa-qaama-cai, 80000000001000180101",
    "dccg7-xmaaa-aaaaa-qaamq-cai, 80000000001000190101",
    "d6g4o-amaaa-aaaaa-qaaoq-cai, 800000000010001d0101",
    "neuwj-faaaa-aaaap-3767q-cai, 0000000001fbffbf0101",
    "2vxsx-fae, 04",
  })
  void textAndBytesAreOfOnePrincipal(String text, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertArrayEquals(bytes, IcPrincipal.parse(text).bytes());
    assertEquals(text, IcPrincipal.of(bytes).text());
    assertEquals(IcPrincipal.parse(text), IcPrincipal.of(bytes));
    assertEquals(IcPrincipal.parse(text).hashCode(), IcPrincipal.of(bytes).hashCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "aaaaa-aa",
        "cpmcr-yeaaa-aaaaa-qaala-caj",
        "cpmcr-yeaaa-aaaaa-qaala-ca",
        "cpmcr-yeaaa-aaaaa-qaala-caia",
        "cpmcr-yeaaa-aaaaa-qaala-cai-",
        "cpmcryeaaaaaaaaqaalacai",
        "cpmc-ryeaaa-aaaaa-qaala-cai",
        "CPMCR-YEAAA-AAAAA-QAALA-CAI",
        " cpmcr-yeaaa-aaaaa-qaala-cai",
        "cpmcr-yeaaa-aaaaa-qaal1-cai",
        "cpmcr-yeaaa-aaaaa-qaalä-cai",
        "2vxsx-faf",
      })
  void textInAnyOtherFormIsRefused(String text) {
    Failure failure = assertThrows(Failure.class, () -> IcPrincipal.parse(text));

    assertEquals(Failure.Code.INVALID, failure.code());
  }

  @Test
  void bytesHaveBounds() {
    assertThrows(Failure.class, () -> IcPrincipal.of(new byte[0]));
    assertThrows(Failure.class, () -> IcPrincipal.of(new byte[30]));
    assertThrows(Failure.class, () -> IcPrincipal.parse("a".repeat(1_000_000)));
  }

  @Test
  void everyLengthComesBackFromText() {
    var random = new Random(5);
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = new byte[1 + round % 29];
      random.nextBytes(bytes);

      IcPrincipal principal = IcPrincipal.of(bytes);

      assertEquals(principal, IcPrincipal.parse(principal.text()));
      char[] broken = principal.text().toCharArray();
      int at = random.nextInt(broken.length);
      broken[at] = broken[at] == 'a' ? 'b' : 'a';
      assertThrows(Failure.class, () -> IcPrincipal.parse(new String(broken)));
    }
  }

  @Test
  void itsBytesAreItsOwn() {
    byte[] bytes = {1, 2, 3};
    IcPrincipal principal = IcPrincipal.of(bytes);

    bytes[0] = 9;
    principal.bytes()[1] = 9;

    assertArrayEquals(new byte[] {1, 2, 3}, principal.bytes());
    assertNotEquals(IcPrincipal.of(bytes), principal);
  }
}
