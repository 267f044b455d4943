package dev.parley.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A process that is measured from outside, by `/proc`: one that was started here, or one that was
/// there.
final class ServerProcess implements AutoCloseable {

  /// Clock ticks of `/proc/PID/stat`, `USER_HZ`: 100 on every Linux that Java runs on.
  private static final double TICKS_PER_SECOND = 100;

  private static final long START_PATIENCE_NS = TimeUnit.SECONDS.toNanos(90);
  private static final long PAUSE_NS = 20_000_000;
  private static final int END_PATIENCE_S = 40;

  private final String name;
  private final long pid;
  private final @Nullable Process process;

  private ServerProcess(String name, long pid, @Nullable Process process) {
    this.name = name;
    this.pid = pid;
    this.process = process;
  }

  /// Starts a process whose output goes to a file, and waits for a line of it that says it is
  /// ready.
  ///
  /// @param cpu the only processor it may use; -1 for any
  static ServerProcess start(
      String name,
      int cpu,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Predicate<String> isReady) {
    List<String> words = new ArrayList<>();
    if (cpu >= 0) {
      words.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
    }
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      ServerProcess server = new ServerProcess(name, process.pid(), process);
      server.awaitLine(log, isReady);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A process that somebody else ends.
  static ServerProcess of(String name, long pid, int cpu) {
    ServerProcess found = new ServerProcess(name, pid, null);
    if (cpu >= 0) {
      found.family().forEach(id -> run("taskset", "-a", "-c", "-p", cpu + "", id + ""));
    }
    return found;
  }

  private void awaitLine(Path log, Predicate<String> isReady) throws IOException {
    long deadline = System.nanoTime() + START_PATIENCE_NS;
    while (true) {
      try (Stream<String> lines = Files.lines(log)) {
        if (lines.anyMatch(isReady)) {
          return;
        }
      }
      if ((process != null && !process.isAlive()) || System.nanoTime() - deadline > 0) {
        String text = Files.readString(log);
        close();
        throw new IllegalStateException(name + " did not start:\n" + text);
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  String name() {
    return name;
  }

  long pid() {
    return pid;
  }

  boolean isAlive() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /// User and system time so far, of the process and of its children, those that ended included.
  double cpuSeconds() {
    double ticks = 0;
    for (long id : family()) {
      String[] fields = stat(id);
      // utime, stime, and those of children that were waited for; numbered from the third field on.
      ticks += number(fields, 11) + number(fields, 12);
      if (id == pid) {
        ticks += number(fields, 13) + number(fields, 14);
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  /// Resident memory of the process alone, in bytes.
  long residentBytes() {
    return status("VmRSS:") * 1024;
  }

  /// The part of it that is no file, in bytes; the Java heap may be shared memory.
  long privateBytes() {
    return (status("RssAnon:") + status("RssShmem:")) * 1024;
  }

  private long status(String key) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Long> family() {
    List<Long> ids = new ArrayList<>(List.of(pid));
    ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .forEach(child -> ids.add(child.pid()));
    return ids;
  }

  /// The fields after the command's name, which may hold blanks.
  private static String[] stat(long pid) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException e) {
      return new String[0];
    }
  }

  private static double number(String[] fields, int index) {
    return index < fields.length ? Double.parseDouble(fields[index]) : 0;
  }

  /// Writes a line to the process's input.
  void tell(String line) {
    if (process == null) {
      throw new IllegalStateException(name + " was not started here");
    }
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Bytes of live objects of a JVM, after a full collection.
  long javaHeapBytes() {
    return javaClasses().getLast().bytes();
  }

  /// One line of a class histogram.
  record ClassBytes(String name, long instances, long bytes) {}

  /// What lives in a JVM after a full collection, the largest first; the total is last.
  List<ClassBytes> javaClasses() {
    List<ClassBytes> classes = new ArrayList<>();
    jcmd("GC.run");
    for (String line : jcmd("GC.class_histogram")) {
      String[] words = line.strip().split("\\s+", 5);
      if (words.length >= 4 && words[0].matches("\\d+:")) {
        classes.add(new ClassBytes(words[3], Long.parseLong(words[1]), Long.parseLong(words[2])));
      } else if (words.length == 3 && words[0].equals("Total")) {
        classes.add(new ClassBytes("total", Long.parseLong(words[1]), Long.parseLong(words[2])));
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalStateException("no histogram of " + name);
    }
    return classes;
  }

  private List<String> jcmd(String command) {
    return run(System.getProperty("java.home") + "/bin/jcmd", Long.toString(pid), command);
  }

  /// The lines a command prints.
  static List<String> run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var reader =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        return reader.lines().toList();
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the process, if it was started here.
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(END_PATIENCE_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
