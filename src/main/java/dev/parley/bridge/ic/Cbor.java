package dev.parley.bridge.ic;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.parley.kernel.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

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

  /// @param value a map from texts, list, text, number or bytes
  static byte[] write(Object value) {
    var out = new ByteArrayOutputStream();
    try (CBORGenerator generator = MAPPER.getFactory().createGenerator(out)) {
      write(generator, value);
    } catch (IOException e) {
      throw new IllegalArgumentException("not writable as CBOR", e);
    }
    return out.toByteArray();
  }

  /// With lengths first, unlike the mapper, as replicas write it themselves.
  private static void write(CBORGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        generator.writeStartObject(map, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          generator.writeFieldName(String.valueOf(entry.getKey()));
          write(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray(list, list.size());
        for (Object item : list) {
          write(generator, item);
        }
        generator.writeEndArray();
      }
      case byte[] bytes -> generator.writeBinary(bytes);
      case Number number -> generator.writeNumber(number.longValue());
      default -> generator.writeString(value.toString());
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
