package dev.parley.bridge.ic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request's content, its name and its signed form, as the interface specification of the
/// Internet Computer has them ("Authentication", "Request ids").
///
/// A content maps names to text, bytes, natural numbers (`Long`) and lists of these.
final class Envelope {

  private static final byte[] DOMAIN = Wire.domain("ic-request");

  private Envelope() {}

  /// The request id: a hash of the content that does not depend on its encoding.
  static byte[] id(Map<String, Object> content) {
    List<byte[]> pairs = new ArrayList<>();
    content.forEach(
        (name, value) -> pairs.add(Wire.concat(Wire.sha256(Wire.utf8(name)), hash(value))));
    pairs.sort(Arrays::compareUnsigned);
    return Wire.sha256(pairs.toArray(byte[][]::new));
  }

  private static byte[] hash(Object value) {
    return switch (value) {
      case String text -> Wire.sha256(Wire.utf8(text));
      case byte[] bytes -> Wire.sha256(bytes);
      case Long number -> Wire.sha256(Wire.leb(number));
      case List<?> list -> Wire.sha256(list.stream().map(Envelope::hash).toArray(byte[][]::new));
      default -> throw new IllegalArgumentException("no hash of a " + value.getClass());
    };
  }

  /// What a signature is made of.
  static byte[] signedBytes(byte[] id) {
    return Wire.concat(DOMAIN, id);
  }

  /// The content as a request's body.
  static byte[] seal(OperatorKey key, Map<String, Object> content) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("content", content);
    envelope.put("sender_pubkey", key.publicDer());
    envelope.put("sender_sig", key.sign(signedBytes(id(content))));
    return Cbor.write(envelope);
  }
}
