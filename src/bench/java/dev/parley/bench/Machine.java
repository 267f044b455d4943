package dev.parley.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a figure was measured on.
final class Machine {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  static JsonObject describe() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return new JsonObject()
        .put("processor", processor())
        .put("cores", system.getAvailableProcessors())
        .put("os", system.getName() + " " + system.getVersion() + " " + system.getArch())
        .put("loadAverage", system.getSystemLoadAverage())
        .put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version())
        .put(
            "collectors",
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .toList());
  }

  private static String processor() {
    try {
      return Files.readAllLines(PROCESSORS).stream()
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
