package dev.parley.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Replaces `${NAME:default}` in the texts of a configuration file.
///
/// A variable that is unset or empty gives way to the file that `NAME_FILE` names, then to the
/// default, which may hold variables itself. `$${` stands for `${`. What a variable or a file holds
/// is taken as it is.
final class Substitution {

  private static final int MAX_DEPTH = 16;

  private final Map<String, String> env;

  Substitution(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  static boolean holdsVariable(String text) {
    return text.contains("${");
  }

  /// Throws `IllegalArgumentException` with what is wrong; its message holds no values.
  String apply(String text) {
    return apply(text, 0);
  }

  private String apply(String text, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("variables are nested too deep");
    }
    var result = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int start = text.indexOf("${", at);
      if (start < 0) {
        result.append(text, at, text.length());
        break;
      }
      if (start > at && text.charAt(start - 1) == '$') {
        result.append(text, at, start - 1).append("${");
        at = start + 2;
        continue;
      }
      result.append(text, at, start);
      int end = endOfVariable(text, start + 2);
      result.append(resolve(text.substring(start + 2, end), depth));
      at = end + 1;
    }
    return result.toString();
  }

  /// Index of the brace that closes a variable whose name begins at `from`.
  private static int endOfVariable(String text, int from) {
    int open = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        open++;
        i++;
      } else if (text.charAt(i) == '}' && --open == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("a variable is not closed with }");
  }

  private String resolve(String variable, int depth) {
    int colon = variable.indexOf(':');
    String name = colon < 0 ? variable : variable.substring(0, colon);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("\"" + name + "\" is not the name of a variable");
    }
    String value = env.getOrDefault(name, "");
    if (!value.isEmpty()) {
      return value;
    }
    String file = env.getOrDefault(name + "_FILE", "");
    if (!file.isEmpty()) {
      return read(name, file);
    }
    if (colon < 0) {
      throw new IllegalArgumentException("environment variable " + name + " is not set");
    }
    return apply(variable.substring(colon + 1), depth + 1);
  }

  private static String read(String name, String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | IllegalArgumentException _) {
      throw new IllegalArgumentException("the file that " + name + "_FILE names cannot be read");
    }
  }
}
