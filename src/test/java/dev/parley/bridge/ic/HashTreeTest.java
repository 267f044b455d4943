package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The example tree of the interface specification, whole and pruned.
class HashTreeTest {

  private static final HashTree WHOLE =
      fork(
          fork(
              labeled(
                  "a",
                  fork(
                      fork(labeled("x", StandInSubnet.text("hello")), new HashTree.Empty()),
                      labeled("y", StandInSubnet.text("world")))),
              labeled("b", StandInSubnet.text("good"))),
          fork(labeled("c", new HashTree.Empty()), labeled("d", StandInSubnet.text("morning"))));

  private static final HashTree PRUNED =
      fork(
          fork(
              labeled(
                  "a",
                  fork(
                      pruned("1b4feff9bef8131788b0c9dc6dbad6e81e524249c879e9f10f71ce3749f5a638"),
                      labeled("y", StandInSubnet.text("world")))),
              labeled(
                  "b", pruned("7b32ac0c6ba8ce35ac82c255fc7906f7fc130dab2a090f80fe12f9c2cae83ba6"))),
          fork(
              pruned("ec8324b8a1f1ac16bd2e806edba78006479c9877fed4eb464a25485465af601d"),
              labeled("d", StandInSubnet.text("morning"))));

  private static HashTree fork(HashTree left, HashTree right) {
    return new HashTree.Fork(left, right);
  }

  private static HashTree labeled(String label, HashTree below) {
    return new HashTree.Labeled(Wire.utf8(label), below);
  }

  private static HashTree pruned(String hex) {
    return new HashTree.Pruned(HexFormat.of().parseHex(hex));
  }

  @Test
  void theRootHashIsThatOfTheSpecificationPrunedOrNot() {
    String root = "eb5c5b2195e62d996b84c9bcc8259d19a83786a2f59e0878cec84c811f669aa0";

    assertEquals(root, HexFormat.of().formatHex(WHOLE.digest()));
    assertEquals(root, HexFormat.of().formatHex(PRUNED.digest()));
  }

  @ParameterizedTest
  @CsvSource({
    "a/y, world",
    "d, morning",
    // Hidden, or perhaps so.
    "a/a, UNTOLD",
    "a/x, UNTOLD",
    "b, UNTOLD",
    "b/z, UNTOLD",
    "c, UNTOLD",
    "bb, UNTOLD",
    // Shown not to be there.
    "a/z, ABSENT",
    "aa, ABSENT",
    "e, ABSENT",
    "d/x, ABSENT",
    "0, ABSENT",
  })
  void aPathIsFoundAbsentOrNotToldAbout(String path, String expected) {
    byte[][] labels = Arrays.stream(path.split("/", -1)).map(Wire::utf8).toArray(byte[][]::new);

    String told =
        switch (PRUNED.find(labels)) {
          case HashTree.Found found -> new String(Certificate.value(found), StandardCharsets.UTF_8);
          case HashTree.Missing missing -> missing.name();
        };

    assertEquals(expected, told);
  }

  @Test
  void anEmptyTreeHasNothing() {
    assertEquals(HashTree.Missing.ABSENT, WHOLE.find(Wire.utf8("c")));
    assertEquals(HashTree.Missing.ABSENT, WHOLE.find(Wire.utf8("c"), Wire.utf8("x")));
    assertInstanceOf(HashTree.Found.class, WHOLE.find(Wire.utf8("a")));
  }

  @Test
  void itComesBackFromCbor() {
    HashTree back = HashTree.parse(Cbor.read(Cbor.write(StandInSubnet.cbor(PRUNED))));

    assertArrayEquals(PRUNED.digest(), back.digest());
  }

  @Test
  void whatIsNoTreeIsRefused() {
    List<Object> deep = List.of(0);
    for (int i = 0; i < 400; i++) {
      deep = List.of(2, new byte[0], deep);
    }
    byte[] nested = Cbor.write(deep);

    assertThrows(Failure.class, () -> HashTree.parse(Cbor.read(nested)));
    for (Object none :
        List.of(List.of(), List.of(5), List.of(1, List.of(0)), List.of(3, "text"), "text", 7)) {
      byte[] cbor = Cbor.write(none);
      assertThrows(Failure.class, () -> HashTree.parse(Cbor.read(cbor)));
    }
  }
}
