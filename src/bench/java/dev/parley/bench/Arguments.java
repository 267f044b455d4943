package dev.parley.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `--name value` and `--name` of a command line.
record Arguments(Map<String, String> values) {

  /// Ends the process with 64 when there is something unknown.
  ///
  /// @param known names with a value
  /// @param flags names without
  static Arguments parse(String[] args, Set<String> known, Set<String> flags, String usage) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : "";
      if (flags.contains(name)) {
        values.put(name, "yes");
      } else if (known.contains(name) && i + 1 < args.length) {
        values.put(name, args[++i]);
      } else {
        System.err.println("unknown argument " + args[i] + "\nUsage: " + usage);
        System.exit(64);
      }
    }
    return new Arguments(values);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /// A number, at least 1.
  int number(String name, int otherwise) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    System.err.println("--" + name + " must be a number above 0, not " + text);
    System.exit(64);
    return otherwise;
  }
}
