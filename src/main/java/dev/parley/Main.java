package dev.parley;

import dev.parley.kernel.Config;
import dev.parley.kernel.ConfigException;
import dev.parley.kernel.ConfigFile;
import dev.parley.kernel.Logs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The entry point of a production node: `--config <file>`, and `--check-config` to stop after
/// reading it. Exit codes: 78 for a configuration that is refused, 1 for a node that cannot start.
public final class Main {

  private static final int CANNOT_START = 1;

  private Main() {}

  public static void main(String[] args) {
    String file = null;
    boolean checkOnly = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--config" -> {
          if (++i == args.length) {
            usage("--config names no file");
          } else {
            file = args[i];
          }
        }
        case "--check-config" -> checkOnly = true;
        default -> usage("unknown argument " + args[i]);
      }
    }
    Config config = read(file);
    if (checkOnly) {
      System.out.println("The configuration is sound.");
      return;
    }
    Logs.configure(config.log(), config.mode());
    run(config);
  }

  private static Config read(@Nullable String file) {
    try {
      return file == null
          ? ConfigFile.of("{}", System.getenv())
          : ConfigFile.load(Path.of(file), System.getenv());
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      System.exit(ConfigException.EXIT_CODE);
      throw e;
    }
  }

  private static void run(Config config) {
    Logger log = LoggerFactory.getLogger(Main.class);
    try {
      Node node = Node.start(config);
      Runtime.getRuntime().addShutdownHook(new Thread(node::close, "shutdown"));
    } catch (Throwable t) {
      log.error("the node cannot start", t);
      System.exit(CANNOT_START);
    }
  }

  private static void usage(String complaint) {
    System.err.println(complaint);
    System.err.println("usage: parley [--config <file>] [--check-config]");
    System.exit(ConfigException.EXIT_CODE);
  }
}
