package dev.parley.dev;

import dev.parley.Node;
import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigException;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Logs;
import java.nio.file.Path;

/// `bin/dev`: the embedded stores, then an all-in-one node on them; SIGTERM or Ctrl-C ends all.
public final class DevNode {

  private DevNode() {}

  /// Takes `--config <file>`, by default `conf/dev.jsonc`.
  public static void main(String[] args) {
    Config config;
    try {
      config = ConfigFile.load(Path.of(configFile(args)), System.getenv());
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      System.exit(ConfigException.EXIT_CODE);
      return;
    }
    Logs.configure(config.log(), config.mode());
    if (!config.development().embeddedStores()) {
      run(config, () -> {});
      return;
    }
    EmbeddedStores stores = EmbeddedStores.startFor(config);
    run(stores.applyTo(config), stores::close);
  }

  private static void run(Config config, Runnable afterwards) {
    Node node;
    try {
      node = Node.start(config);
    } catch (Throwable t) {
      afterwards.run();
      throw t;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } finally {
                    afterwards.run();
                  }
                },
                "shutdown"));
    System.out.println();
    for (String url : node.urls()) {
      System.out.println("  Parley is ready: open " + url);
    }
    System.out.println("  Ctrl-C ends it and its stores; their data stays.");
    System.out.println();
  }

  private static String configFile(String[] args) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals("--config")) {
        return args[i + 1];
      }
    }
    return "conf/dev.jsonc";
  }
}
