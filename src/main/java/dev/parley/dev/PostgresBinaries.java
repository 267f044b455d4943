package dev.parley.dev;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs, unpacked once for each version into a cache directory of the user.
final class PostgresBinaries {

  private PostgresBinaries() {}

  /// The directory that holds `bin/postgres`, below `cache`.
  static Path unpacked(Path cache) throws IOException {
    String name = archiveName();
    URL archive = PostgresBinaries.class.getResource("/" + name);
    if (archive == null) {
      throw new IllegalStateException(
          "no PostgreSQL for this machine is on the classpath (" + name + ")");
    }
    Path home = cache.resolve(version(archive));
    if (Files.isExecutable(home.resolve("bin/postgres"))) {
      return home;
    }
    Files.createDirectories(cache);
    Path fresh = Files.createTempDirectory(cache, "unpack");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream in = new XZInputStream(new BufferedInputStream(archive.openStream()))) {
      untar(in, fresh);
    }
    try {
      Files.move(fresh, home);
    } catch (IOException e) {
      // Another process was faster.
      delete(fresh);
      if (!Files.isExecutable(home.resolve("bin/postgres"))) {
        throw e;
      }
    }
    return home;
  }

  private static String archiveName() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    return "postgres-"
        + (os.contains("mac") ? "darwin" : os.contains("win") ? "windows" : "linux")
        + "-"
        + (arch.equals("aarch64") ? "arm_64" : "x86_64")
        + ".txz";
  }

  /// The name of the jar, which holds the version and the platform.
  private static String version(URL archive) {
    String jar = URI.create(archive.getPath().replaceAll("!.*", "")).getPath();
    return jar.substring(jar.lastIndexOf('/') + 1).replace(".jar", "");
  }

  private static void untar(InputStream in, Path directory) throws IOException {
    var tar = new TarArchiveInputStream(in);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path target = directory.resolve(entry.getName()).normalize();
      if (!target.startsWith(directory)) {
        throw new IOException("an entry of the archive leaves its directory");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
        continue;
      }
      Files.createDirectories(target.getParent());
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        continue;
      }
      Files.copy(tar, target);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
