package dev.parley.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decodes a tree of JSON into the records of `Config` and notes every problem under its path.
///
/// It knows records, lists, texts, secrets, whole numbers, switches, durations and enums; nothing
/// else occurs in a configuration.
final class ConfigDecoder {

  private final Substitution substitution;
  private final List<String> problems = new ArrayList<>();

  ConfigDecoder(Substitution substitution) {
    this.substitution = substitution;
  }

  List<String> problems() {
    return problems;
  }

  /// The record, or null when `problems` tells why not.
  <R extends Record> @Nullable R decode(JsonNode node, Class<R> type) {
    return type.cast(record(node, type, ""));
  }

  private @Nullable Object value(JsonNode node, Type type, String path) {
    if (type instanceof ParameterizedType list) {
      return list(node, list.getActualTypeArguments()[0], path);
    }
    Class<?> target = (Class<?>) type;
    if (target.isRecord() && target != Config.Secret.class) {
      return record(node, target, path);
    }
    if (!node.isTextual()) {
      return plain(node, target, path);
    }
    String text = text(node, path);
    return text == null
        ? null
        : parse(text, target, path, Substitution.holdsVariable(node.textValue()));
  }

  private @Nullable Object plain(JsonNode node, Class<?> target, String path) {
    if (target == int.class && node.isIntegralNumber() && node.canConvertToInt()) {
      return node.intValue();
    }
    if (target == boolean.class && node.isBoolean()) {
      return node.booleanValue();
    }
    if (target == Duration.class
        && node.isIntegralNumber()
        && node.canConvertToLong()
        && node.longValue() >= 0
        && node.longValue() < 1_000_000_000_000_000L) {
      return Duration.ofSeconds(node.longValue());
    }
    return problem(path, "should be " + describe(target));
  }

  private @Nullable Object parse(
      String text, Class<?> target, String path, boolean fromEnvironment) {
    if (target == String.class) {
      return text;
    }
    if (target == Config.Secret.class) {
      return new Config.Secret(text);
    }
    if (target == Duration.class) {
      try {
        return Durations.parse(text);
      } catch (IllegalArgumentException e) {
        return problem(path, String.valueOf(e.getMessage()));
      }
    }
    if (target.isEnum()) {
      return enumConstant(text, target, path);
    }
    if (target == boolean.class && fromEnvironment) {
      String word = text.strip().toLowerCase(Locale.ROOT);
      if (word.equals("true") || word.equals("1")) {
        return true;
      }
      if (word.equals("false") || word.equals("0")) {
        return false;
      }
    }
    if (target == int.class && fromEnvironment) {
      try {
        return Integer.valueOf(text.strip());
      } catch (NumberFormatException _) {
        return problem(path, "\"" + text + "\" is not a whole number");
      }
    }
    return problem(path, "\"" + text + "\" should be " + describe(target));
  }

  private @Nullable Object enumConstant(String text, Class<?> target, String path) {
    Object[] constants = target.getEnumConstants();
    for (Object constant : constants) {
      if (wireName(constant).equalsIgnoreCase(text.strip())) {
        return constant;
      }
    }
    String known = Arrays.stream(constants).map(c -> wireName(c)).collect(Collectors.joining(", "));
    return problem(path, "\"" + text + "\" is none of " + known);
  }

  private static String wireName(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private @Nullable List<Object> list(JsonNode node, Type element, String path) {
    List<JsonNode> nodes = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(nodes::add);
    } else if (node.isTextual() && Substitution.holdsVariable(node.textValue())) {
      String text = text(node, path);
      if (text == null) {
        return null;
      }
      for (String part : text.split(",", -1)) {
        if (!part.isBlank()) {
          nodes.add(TextNode.valueOf(part.strip().replace("${", "$${")));
        }
      }
    } else {
      problem(path, "should be a list");
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Object value = value(nodes.get(i), element, path + "[" + i + "]");
      if (value != null) {
        values.add(value);
      }
    }
    return values.size() == nodes.size() ? values : null;
  }

  private @Nullable Object record(JsonNode node, Class<?> type, String path) {
    if (!node.isObject()) {
      return problem(path, "should be an object");
    }
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known = new LinkedHashSet<>();
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      known.add(name);
      JsonNode child = node.get(name);
      Object argument =
          child == null
              ? problem(join(path, name), "is missing")
              : value(child, components[i].getGenericType(), join(path, name));
      complete &= argument != null;
      arguments[i] = argument;
    }
    for (String name : (Iterable<String>) node::fieldNames) {
      if (!known.contains(name)) {
        problem(join(path, name), "is not a key; known here: " + String.join(", ", known));
      }
    }
    return complete ? construct(type, components, arguments, path) : null;
  }

  private @Nullable Object construct(
      Class<?> type, RecordComponent[] components, @Nullable Object[] arguments, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ConfigException refused) {
        refused.problems().forEach(problem -> problems.add(join(path, problem)));
        return null;
      }
      throw new IllegalStateException(type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private @Nullable String text(JsonNode node, String path) {
    try {
      return substitution.apply(node.textValue());
    } catch (IllegalArgumentException e) {
      problem(path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable Object problem(String path, String message) {
    problems.add((path.isEmpty() ? "the file" : path) + ": " + message);
    return null;
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String describe(Class<?> type) {
    if (type == int.class) {
      return "a whole number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration such as \"30s\", or seconds";
    }
    return "a text in quotes";
  }
}
