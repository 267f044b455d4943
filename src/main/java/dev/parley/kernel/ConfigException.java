package dev.parley.kernel;

import java.util.List;

/// A configuration that Parley refuses to start with; holds every problem found, each beginning
/// with the JSON path it is about (`media.minPort: 70000 is not a port (1 to 65535)`).
///
/// No problem quotes the value of a secret. The process ends with [#EXIT_CODE].
public final class ConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /// `EX_CONFIG` of sysexits.h.
  public static final int EXIT_CODE = 78;

  private final transient List<String> problems;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /// One line each, in the order of the file.
  public List<String> problems() {
    return problems;
  }
}
