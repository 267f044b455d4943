package dev.parley.bridge.ic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.parley.kernel.Failure;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

  private static final IcPrincipal CANISTER = IcPrincipal.parse("cpmcr-yeaaa-aaaaa-qaala-cai");
  private static final IcPrincipal ANONYMOUS = IcPrincipal.parse("2vxsx-fae");

  private static Ingress ingress(byte[] nonce) {
    return new Ingress(CANISTER, "hello", new byte[] {1}, nonce, 1_685_570_400_000_000_000L);
  }

  /// The example of the interface specification.
  @Test
  void aRequestIdIsTheHashThatTheSpecificationHas() {
    Map<String, Object> content =
        Map.of(
            "request_type",
            "call",
            "sender",
            new byte[] {4},
            "ingress_expiry",
            1_685_570_400_000_000_000L,
            "canister_id",
            HexFormat.of().parseHex("00000000000004d2"),
            "method_name",
            "hello",
            "arg",
            new byte[] {'D', 'I', 'D', 'L', 0, (byte) 0xfd, '*'});

    assertEquals(
        "1d1091364d6bb8a6c16b203ee75467d59ead468f523eb058880ae8ec80e2b101",
        HexFormat.of().formatHex(Envelope.id(content)));
  }

  @Test
  void listsHashByTheirItems() {
    byte[] once = Envelope.id(Map.of("paths", List.of(List.of(new byte[] {1}, new byte[] {2}))));
    byte[] flat = Envelope.id(Map.of("paths", List.of(new byte[] {1}, new byte[] {2})));

    assertNotEquals(HexFormat.of().formatHex(once), HexFormat.of().formatHex(flat));
  }

  @Test
  void theSameCallHasTheSameNameAndAnotherHasNot() {
    byte[] id = Envelope.id(ingress(new byte[] {7}).content(ANONYMOUS));

    assertArrayEquals(id, Envelope.id(ingress(new byte[] {7}).content(ANONYMOUS)));
    assertNotEquals(
        HexFormat.of().formatHex(id),
        HexFormat.of().formatHex(Envelope.id(ingress(new byte[] {8}).content(ANONYMOUS))));
    assertNotEquals(
        HexFormat.of().formatHex(id),
        HexFormat.of().formatHex(Envelope.id(ingress(new byte[] {7}).content(CANISTER))));
  }

  @Test
  void aCallIsItsOwn() {
    byte[] nonce = {7};
    Ingress ingress = ingress(nonce);

    nonce[0] = 9;
    ingress.arg()[0] = 9;

    assertEquals(ingress(new byte[] {7}), ingress);
    assertEquals("hello of cpmcr-yeaaa-aaaaa-qaala-cai", ingress.toString());
  }

  @Test
  void aCallHasBounds() {
    assertThrows(Failure.class, () -> ingress(new byte[33]));
    assertThrows(Failure.class, () -> new Ingress(CANISTER, "hello", new byte[0], new byte[0], 0));
  }

  /// RFC 8949 §3.4.6: what begins so describes itself as CBOR, as replicas expect. Lengths come
  /// first, since not every reader takes maps without.
  @Test
  void contentIsWrittenAsReplicasReadIt() {
    byte[] cbor = Cbor.write(Map.of("arg", new byte[] {1, 2}));

    assertEquals("d9d9f7a163617267420102", HexFormat.of().formatHex(cbor));
  }
}
