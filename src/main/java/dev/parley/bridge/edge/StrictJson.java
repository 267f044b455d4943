package dev.parley.bridge.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// JSON of others, read without leniency: UTF-8 and nothing else, one value and nothing after it,
/// no property twice.
public final class StrictJson {

  private static final ObjectReader READER =
      Json.MAPPER.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private StrictJson() {}

  /// @throws Failure INVALID when it is anything but an object; says nothing of what it was
  public static ObjectNode object(byte[] bytes) {
    return object(text(bytes));
  }

  /// @throws Failure INVALID when it is anything but an object; says nothing of what it was
  public static ObjectNode object(String text) {
    JsonNode tree;
    try {
      tree = READER.readTree(text);
    } catch (JsonProcessingException _) {
      throw Failure.invalid("not JSON");
    }
    if (!(tree instanceof ObjectNode object)) {
      throw Failure.invalid("JSON, but no object");
    }
    return object;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw Failure.invalid("not UTF-8");
    }
  }
}
