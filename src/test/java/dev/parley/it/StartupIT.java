package dev.parley.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the command line answers to a configuration, in a JVM of its own.
class StartupIT {

  private static final Map<String, String> SECRETS =
      Map.of(
          "JWT_SECRET",
          "a-secret-of-some-length",
          "POSTGRES_PASSWORD",
          "secret",
          "MEDIASOUP_ANNOUNCED_IP",
          "192.0.2.7");

  @TempDir Path directory;

  private record Ended(int code, String out, String errors) {}

  private static Ended run(Map<String, String> env, String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(env);
    Process process = builder.start();
    try (var out = process.inputReader();
        var errors = process.errorReader()) {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
      return new Ended(process.exitValue(), out.readAllAsString(), errors.readAllAsString());
    } finally {
      process.destroyForcibly();
    }
  }

  private String file(String jsonc) throws IOException {
    return Files.writeString(directory.resolve("node.jsonc"), jsonc).toString();
  }

  @Test
  void aSoundConfigurationIsSaidToBeSound() throws Exception {
    Ended ended = run(SECRETS, "--config", file("{ /* all as is */ }"), "--check-config");

    assertEquals(0, ended.code(), ended.errors());
    assertEquals("The configuration is sound.", ended.out().strip());
  }

  @Test
  void theExampleForProductionIsSound() throws Exception {
    Ended ended = run(SECRETS, "--config", "conf/node.jsonc", "--check-config");

    assertEquals(0, ended.code(), ended.errors());
  }

  @Test
  void whatIsWrongIsNamedByItsPlaceInTheFile() throws Exception {
    String wrong =
        """
        { "redis": { "prot": 1 }, "listeners": [{ "port": 70000 }], "media": { "minPort": "x" } }
        """;

    Ended ended = run(SECRETS, "--config", file(wrong), "--check-config");

    assertEquals(78, ended.code());
    for (String path : List.of("redis.prot: ", "listeners[0].port: ", "media.minPort: ")) {
      assertTrue(
          ended.errors().lines().anyMatch(line -> line.startsWith(path)), () -> ended.errors());
    }
    assertEquals("", ended.out());
  }

  @Test
  void productionDoesNotAnnounceLoopback() throws Exception {
    Ended ended =
        run(
            Map.of("JWT_SECRET", "a-secret-of-some-length", "POSTGRES_PASSWORD", "secret"),
            "--config",
            file("{}"));

    assertEquals(78, ended.code());
    assertTrue(ended.errors().startsWith("media.announcedIp: "), ended.errors());
  }

  @Test
  void productionNeedsItsSecretsAndDoesNotRepeatThem() throws Exception {
    Ended ended =
        run(
            Map.of("JWT_SECRET", "too-short-one", "MEDIASOUP_ANNOUNCED_IP", "192.0.2.7"),
            "--config",
            file("{}"));

    assertEquals(78, ended.code());
    assertTrue(ended.errors().contains("accounts.jwtSecret: "), ended.errors());
    assertTrue(ended.errors().contains("postgres.password: "), ended.errors());
    assertTrue(!ended.errors().contains("too-short-one"), ended.errors());
  }

  @Test
  void aFileThatIsNotThereAndArgumentsThatAreNoneAreRefused() throws Exception {
    Ended noFile = run(SECRETS, "--config", directory.resolve("none").toString());
    Ended noArgument = run(SECRETS, "--help-me");

    assertEquals(78, noFile.code());
    assertTrue(noFile.errors().contains("no such file"), noFile.errors());
    assertEquals(78, noArgument.code());
    assertTrue(noArgument.errors().contains("usage: parley"), noArgument.errors());
  }
}
