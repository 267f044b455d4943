package dev.parley.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The schema's versions: the SQL resources named in `schema/index`, one per line, in order.
///
/// @param name for example `V1__accounts.sql`
/// @param sql one or more statements
record Migration(String name, String sql) {

  static List<Migration> all() {
    List<Migration> all = new ArrayList<>();
    for (String line : read("/schema/index").lines().toList()) {
      if (!line.isBlank()) {
        all.add(new Migration(line.strip(), read("/schema/" + line.strip())));
      }
    }
    return all;
  }

  private static String read(String path) {
    try (InputStream in = Migration.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("unreadable resource " + path, e);
    }
  }
}
