package dev.parley.kernel;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Reads a configuration: JSON with comments and trailing commas, merged over the defaults of
/// `reference.jsonc`, with `${NAME:default}` taken from the environment.
///
/// Objects merge key by key; a list replaces the default one, except that objects in it are each
/// merged over the first object of the default list, so that a listener need not name every key.
public final class ConfigFile {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ConfigFile() {}

  /// The configuration of a user's file. Throws `ConfigException` with every problem found.
  public static Config load(Path userFile, Map<String, String> env) {
    String text;
    try {
      text = Files.readString(userFile);
    } catch (NoSuchFileException _) {
      throw new ConfigException(List.of(userFile + ": no such file"));
    } catch (IOException e) {
      throw new ConfigException(List.of(userFile + ": cannot be read (" + e.getMessage() + ")"));
    }
    return of(text, env);
  }

  /// The configuration of a text; `"{}"` for the defaults. Throws as `load` does.
  public static Config of(String jsonc, Map<String, String> env) {
    JsonNode tree = merge(parse(reference(), "reference.jsonc"), parse(jsonc, "the file"));
    var decoder = new ConfigDecoder(new Substitution(env));
    Config config = decoder.decode(tree, Config.class);
    if (config == null || !decoder.problems().isEmpty()) {
      throw new ConfigException(decoder.problems());
    }
    return config;
  }

  /// The text of the defaults.
  static String reference() {
    try (InputStream in = ConfigFile.class.getResourceAsStream("/reference.jsonc")) {
      if (in == null) {
        throw new IllegalStateException("reference.jsonc is not on the classpath");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode parse(String jsonc, String name) {
    try {
      JsonNode tree = JSON.readTree(jsonc);
      return tree.isMissingNode() ? JSON.createObjectNode() : tree;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : " (line " + at.getLineNr() + ")";
      throw new ConfigException(List.of(name + ": " + e.getOriginalMessage() + where));
    }
  }

  private static JsonNode merge(JsonNode below, JsonNode above) {
    if (below instanceof ObjectNode defaults && above instanceof ObjectNode given) {
      ObjectNode merged = defaults.deepCopy();
      given
          .properties()
          .forEach(entry -> {
            JsonNode old = defaults.get(entry.getKey());
            JsonNode now = entry.getValue();
            merged.set(entry.getKey(), old == null ? now : merge(old, now));
          });
      return merged;
    }
    if (below instanceof ArrayNode defaults
        && above instanceof ArrayNode given
        && defaults.path(0).isObject()) {
      ArrayNode merged = JSON.createArrayNode();
      given.forEach(element -> merged.add(merge(defaults.get(0), element)));
      return merged;
    }
    return above;
  }
}
