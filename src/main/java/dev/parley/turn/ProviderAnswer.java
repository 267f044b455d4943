package dev.parley.turn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a service answered, each field checked. What does not fit is a `Failure` whose text holds
/// nothing of a credential.
///
/// @param life of the credentials from the request on
record ProviderAnswer(List<IceServers.Server> servers, Duration life) {

  private static final int MAX_SERVERS = 16;
  private static final int MAX_URLS = 16;

  /// Of a URL, a user name or a credential.
  private static final int MAX_CHARS = 512;

  private static final Duration MIN_LIFE = Duration.ofMinutes(1);

  /// RFC 7064, RFC 7065; services have been seen to put a transport behind STUN's as well.
  private static final Pattern URL =
      Pattern.compile(
          "(?:stuns?|turns?):(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?"
              + "(?:\\?transport=(?:udp|tcp))?");

  private static final Pattern PLAIN_WORDS = Pattern.compile("[A-Za-z0-9_ -]{1,64}");

  /// `{ice_servers: [{url, urls, username, credential}], ttl}`.
  ///
  /// @param asked life that was asked for
  static ProviderAnswer ofTwilio(byte[] body, Duration asked) {
    JsonNode root = tree(body);
    Duration life = asked;
    if (root.hasNonNull("ttl")) {
      Duration told = Duration.ofSeconds(root.get("ttl").asLong(-1));
      if (told.compareTo(MIN_LIFE) < 0) {
        throw malformed("ttl");
      }
      life = told.compareTo(asked) < 0 ? told : asked;
    }
    return new ProviderAnswer(servers(root.path("ice_servers"), "ice_servers"), life);
  }

  /// `{v: {iceServers}, s: "ok"}`, with one server or a list of them.
  ///
  /// @param asked life that was asked for
  static ProviderAnswer ofXirsys(byte[] body, Duration asked) {
    JsonNode root = tree(body);
    if (!root.path("s").asText().equals("ok")) {
      String reason = root.path("v").asText();
      throw Failure.unavailable(
          "refused" + (PLAIN_WORDS.matcher(reason).matches() ? ": " + reason : ""));
    }
    JsonNode told = root.path("v").path("iceServers");
    List<IceServers.Server> servers =
        told.isObject() ? List.of(server(told, "v.iceServers")) : servers(told, "v.iceServers");
    return new ProviderAnswer(servers, asked);
  }

  private static JsonNode tree(byte[] body) {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException _) {
      // Its message may show a piece of the body.
      throw Failure.unavailable("the answer is not JSON");
    }
  }

  private static List<IceServers.Server> servers(JsonNode told, String path) {
    if (!told.isArray() || told.isEmpty() || told.size() > MAX_SERVERS) {
      throw malformed(path);
    }
    List<IceServers.Server> servers = new ArrayList<>();
    for (int i = 0; i < told.size(); i++) {
      servers.add(server(told.get(i), path + "[" + i + "]"));
    }
    return List.copyOf(servers);
  }

  private static IceServers.Server server(JsonNode told, String path) {
    List<String> urls = urls(told.hasNonNull("urls") ? told.get("urls") : told.path("url"), path);
    // Browsers refuse the whole list for a TURN server without them.
    return urls.stream().anyMatch(url -> url.startsWith("turn"))
        ? new IceServers.Server(urls, text(told, "username", path), text(told, "credential", path))
        : new IceServers.Server(urls, null, null);
  }

  private static List<String> urls(JsonNode told, String path) {
    List<String> urls = new ArrayList<>();
    for (JsonNode url : told.isArray() ? told : List.of(told)) {
      String text = url.isTextual() ? url.textValue() : "";
      if (text.length() > MAX_CHARS || !URL.matcher(text).matches()) {
        throw malformed(path + ".urls");
      }
      urls.add(text);
    }
    if (urls.isEmpty() || urls.size() > MAX_URLS) {
      throw malformed(path + ".urls");
    }
    return urls;
  }

  private static String text(JsonNode server, String name, String path) {
    @Nullable String text = server.path(name).textValue();
    if (text == null || text.isEmpty() || text.length() > MAX_CHARS) {
      throw malformed(path + "." + name);
    }
    return text;
  }

  private static Failure malformed(String path) {
    return Failure.unavailable("the answer's " + path + " is malformed");
  }
}
