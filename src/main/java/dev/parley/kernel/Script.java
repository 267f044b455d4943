package dev.parley.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A Lua script of Redis: its text and the SHA-1 by which EVALSHA names it.
///
/// @param name for logs
public record Script(String name, String text, String sha1) {

  /// Joins resources under `lua/` in the given order, so that scripts can share a first part.
  public static Script of(String... resources) {
    StringBuilder text = new StringBuilder();
    for (String resource : resources) {
      text.append(read("/lua/" + resource)).append('\n');
    }
    return new Script(resources[resources.length - 1], text.toString(), sha1(text.toString()));
  }

  private static String read(String path) {
    try (InputStream in = Script.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("unreadable resource " + path, e);
    }
  }

  private static String sha1(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
