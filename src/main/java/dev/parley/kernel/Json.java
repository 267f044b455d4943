package dev.parley.kernel;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/// The JSON of the edges and of the bus, by one Jackson mapper. Records map by component name.
public final class Json {

  /// Unknown properties are ignored, as two versions of Parley may share a bus; edges that must be
  /// strict check the tree themselves.
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /// Text of a value that is known to be writable.
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /// Bytes of a value that is known to be writable.
  public static byte[] writeBytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /// Reads what Parley wrote itself.
  ///
  /// @throws IllegalArgumentException when it is not of that type
  public static <T> T read(String text, Class<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + origin(e), e);
    }
  }

  /// Reads what Parley wrote itself.
  ///
  /// @throws IllegalArgumentException when it is not of that type
  public static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a " + type.getSimpleName(), e);
    }
  }

  /// Turns a client's tree into a record.
  ///
  /// @throws Failure INVALID, naming the field, when it does not fit
  public static <T> T decode(JsonNode tree, Class<T> type, String what) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (com.fasterxml.jackson.databind.JsonMappingException e) {
      String path = path(e);
      throw Failure.invalid(what + (path.isEmpty() ? "" : "." + path) + " is malformed");
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw Failure.invalid(what + " is malformed");
    }
  }

  private static String path(com.fasterxml.jackson.databind.JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (var reference : e.getPath()) {
      if (reference.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      } else if (reference.getIndex() >= 0) {
        path.append('[').append(reference.getIndex()).append(']');
      }
    }
    return path.toString();
  }

  private static String origin(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message == null ? "malformed" : message;
  }
}
