package dev.parley.bridge.ic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.parley.kernel.Failure;
import java.io.IOException;

/// CBOR (RFC 8949) to and from trees, and what a tree must have.
///
/// What is read comes from a replica: when it is not as expected that is UNAVAILABLE, for another
/// replica may do better.
final class Cbor {

  private static final int MAX_DEPTH = 250;

  private static final CBORMapper MAPPER =
      CBORMapper.builder(
              CBORFactory.builder()
                  .enable(CBORGenerator.Feature.WRITE_TYPE_HEADER)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Cbor() {}

  /// @param value maps, lists, texts, numbers and bytes
  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as CBOR: " + value.getClass(), e);
    }
  }

  static JsonNode read(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException | RuntimeException _) {
      throw malformed();
    }
  }

  /// The bytes that a map has under a name.
  static byte[] bytes(JsonNode map, String name) {
    return bytes(map.path(name));
  }

  static byte[] bytes(JsonNode node) {
    if (!node.isBinary()) {
      throw malformed();
    }
    try {
      return node.binaryValue();
    } catch (IOException _) {
      throw malformed();
    }
  }

  static Failure malformed() {
    return Failure.unavailable("a replica's answer is malformed");
  }
}
