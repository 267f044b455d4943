package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  private static final Map<String, String> DEVELOPMENT = Map.of("NODE_ENV", "development");

  private static Config dev(String name, String value) {
    return ConfigFile.of("{}", Map.of("NODE_ENV", "development", name, value));
  }

  @Test
  void theReferenceDecodes() {
    Config config = ConfigFile.of("{}", DEVELOPMENT);

    assertEquals(3000, config.listeners().getFirst().port());
    assertEquals(Duration.ofSeconds(20), config.signaling().pingTimeout());
    assertEquals(Duration.ofHours(4), config.meetings().ttl());
    assertEquals(Duration.ofHours(1), config.accounts().jwtExpiration());
    assertEquals(Duration.ofMinutes(5), config.match().jwtExpiration());
  }

  @Test
  void everyKeyOfTheRecordsOccursInTheReference() {
    List<String> missing = new ArrayList<>();

    findMissing(Config.class, ConfigFile.parse(ConfigFile.reference(), "reference"), "", missing);

    assertEquals(List.of(), missing);
  }

  private static void findMissing(Class<?> type, JsonNode node, String path, List<String> missing) {
    for (RecordComponent component : type.getRecordComponents()) {
      JsonNode child = node.get(component.getName());
      if (child == null) {
        missing.add(path + component.getName());
        continue;
      }
      Type generic = component.getGenericType();
      if (generic instanceof ParameterizedType list) {
        generic = list.getActualTypeArguments()[0];
        child = child.path(0);
      }
      if (generic instanceof Class<?> nested && nested.isRecord() && child.isObject()) {
        findMissing(nested, child, path + component.getName() + ".", missing);
      }
    }
  }

  @Test
  void theExamplesOfConfDecode() {
    Config dev = ConfigFile.load(Path.of("conf/dev.jsonc"), Map.of());
    Config node =
        ConfigFile.load(
            Path.of("conf/node.jsonc"),
            Map.of(
                "JWT_SECRET", "a-secret-of-some-length",
                "POSTGRES_PASSWORD", "p",
                "MEDIASOUP_ANNOUNCED_IP", "192.0.2.7"));

    assertTrue(dev.development().embeddedStores());
    assertEquals(1, node.listeners().size());
    assertTrue(node.cluster().enabled());
  }

  @Test
  void aProductionNodeWithoutSecretsIsToldAllThatIsMissingAtOnce() {
    List<String> problems = ConfigTest.problemsOf("{}", Map.of());

    assertEquals(3, problems.size(), problems::toString);
    assertTrue(problems.get(0).startsWith("accounts.jwtSecret: is not set"));
    assertTrue(problems.get(1).startsWith("media.announcedIp: must be"));
    assertTrue(problems.get(2).startsWith("postgres.password: is not set"));
  }

  @Test
  void anUnknownKeyIsRefusedWithItsPathAndThoseKnown() {
    List<String> problems =
        ConfigTest.problemsOf("{\"media\": {\"minport\": 1}, \"x\": 1}", DEVELOPMENT);

    assertEquals(2, problems.size());
    assertTrue(
        problems.get(0).startsWith("media.minport: is not a key; known here: listenIp, announced"));
    assertTrue(problems.get(1).startsWith("x: is not a key; known here: mode, roles"));
  }

  @Test
  void aWrongTypeIsRefusedWithItsPath() {
    List<String> problems =
        ConfigTest.problemsOf(
            """
            {"media": {"minPort": "4000", "maxPort": 1.5, "srtpProfiles": "x", "listenIp": 7},
             "redis": 3, "log": {"level": null}, "shutdown": {"deadline": "soon"},
             "rooms": {"reassignHost": "yes"}, "metrics": {"port": 99999999999}}
            """,
            DEVELOPMENT);

    assertEquals(
        List.of(
            "redis: should be an object",
            "rooms.reassignHost: \"yes\" should be true or false",
            "media.listenIp: should be a text in quotes",
            "media.minPort: \"4000\" should be a whole number",
            "media.maxPort: should be a whole number",
            "media.srtpProfiles: should be a list",
            "log.level: should be a text in quotes",
            "metrics.port: should be a whole number",
            "shutdown.deadline: \"soon\" is not a duration (such as \"250ms\", \"30s\", \"5m\", or"
                + " seconds)"),
        problems);
  }

  @Test
  void commentsAndTrailingCommasAreAllowed() {
    Config config = ConfigFile.of("// a\n{ /* b */ \"node\": {\"id\": \"n1\",}, }", DEVELOPMENT);

    assertEquals("n1", config.node().id());
  }

  @Test
  void brokenTextsAreRefusedWithTheirLine() {
    assertTrue(ConfigTest.problemsOf("{\n\"a\"", DEVELOPMENT).getFirst().contains("(line 2)"));
    assertTrue(ConfigTest.problemsOf("{} {}", DEVELOPMENT).getFirst().startsWith("the file: "));
    assertTrue(
        ConfigTest.problemsOf("{\"node\":{}, \"node\":{}}", DEVELOPMENT)
            .getFirst()
            .contains("Duplicate"));
    assertEquals(
        List.of("the file: should be an object"), ConfigTest.problemsOf("[]", DEVELOPMENT));
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path dir) {
    Path file = dir.resolve("none.jsonc");

    try {
      ConfigFile.load(file, DEVELOPMENT);
    } catch (ConfigException e) {
      assertEquals(List.of(file + ": no such file"), e.problems());
      return;
    }
    throw new AssertionError("it was loaded");
  }

  @Test
  void listsReplaceTheDefaultAndTheirObjectsMergeWithItsFirst() {
    Config config =
        ConfigFile.of(
            "{\"listeners\": [{\"port\": 1}, {\"port\": 2, \"dialects\": [\"match\"]}]}",
            DEVELOPMENT);

    assertEquals(2, config.listeners().size());
    assertEquals("0.0.0.0", config.listeners().get(1).host());
    assertEquals(List.of(Config.DialectName.MATCH), config.listeners().get(1).dialects());
    assertEquals(4, config.listeners().get(0).dialects().size());
  }

  @Test
  void variablesOfTheOldSystemsAreRead() {
    assertEquals(3333, dev("PORT", "3333").listeners().getFirst().port());
    assertEquals(
        List.of("http://localhost:5173", "http://localhost:3000"),
        dev("CORS_ORIGINS", "http://localhost:5173,http://localhost:3000")
            .listeners()
            .getFirst()
            .corsOrigins());
    assertEquals(
        List.of("https://a.b"),
        dev("ALLOWED_ORIGINS", "https://a.b").listeners().getFirst().corsOrigins());
    assertEquals(Duration.ofHours(1), dev("JWT_EXPIRATION", "3600").accounts().jwtExpiration());
    assertEquals(Duration.ofMinutes(5), dev("JWT_EXPIRATION", "5m").accounts().jwtExpiration());
    assertEquals(
        Duration.ofSeconds(30), dev("SOCKET_PING_TIMEOUT", "30000").signaling().pingTimeout());
    assertEquals(
        Duration.ofMinutes(1), dev("RATE_LIMIT_WINDOW_MS", "60000").limits().http().window());
    assertEquals(2, dev("MEDIASOUP_NUM_WORKERS", "2").media().workers());
    assertEquals(Config.LogLevel.NONE, dev("MEDIASOUP_LOG_LEVEL", "none").log().media());
    assertTrue(dev("OTEL_ENABLED", "true").metrics().tracing());
    assertEquals("m:", dev("REDIS_KEY_PREFIX", "m:").meetings().keyPrefix());
    assertEquals("s", dev("TURN_SECRET", "s").turn().sharedSecret().value());
    assertEquals(List.of(Config.Role.MEDIA), dev("PARLEY_ROLES", " media ,").roles());
  }

  @Test
  void anEmptyVariableGivesWayToTheDefault() {
    assertEquals(6379, dev("REDIS_PORT", "").redis().port());
  }

  @Test
  void aVariableOfTheWrongTypeIsRefused() {
    assertEquals(
        List.of("redis.port: \"many\" is not a whole number"),
        ConfigTest.problemsOf("{}", Map.of("NODE_ENV", "development", "REDIS_PORT", "many")));
  }

  @Test
  void aSecretMayComeFromAFile(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("secret"), "from-a-file\n");

    Config config = dev("JWT_SECRET_FILE", file.toString());
    List<String> problems =
        ConfigTest.problemsOf("{}", Map.of("NODE_ENV", "test", "JWT_SECRET_FILE", "/nowhere/s"));

    assertEquals("from-a-file", config.accounts().jwtSecret().value());
    assertEquals(
        List.of("accounts.jwtSecret: the file that JWT_SECRET_FILE names cannot be read"),
        problems);
  }

  @Test
  void valuesOfVariablesAreTakenAsTheyAre() {
    assertEquals("${PORT}", dev("JWT_SECRET", "${PORT}").accounts().jwtSecret().value());
  }

  @Test
  void aDollarBeforeAVariableKeepsItsText() {
    Config config = ConfigFile.of("{\"turn\": {\"realm\": \"a$${b}-$${c\"}}", DEVELOPMENT);

    assertEquals("a${b}-${c", config.turn().realm());
  }

  @Test
  void malformedVariablesAreRefused() {
    String file = "{\"turn\": {\"realm\": \"%s\"}}";

    assertEquals(
        List.of("turn.realm: a variable is not closed with }"),
        ConfigTest.problemsOf(file.formatted("${A"), DEVELOPMENT));
    assertEquals(
        List.of("turn.realm: \"1\" is not the name of a variable"),
        ConfigTest.problemsOf(file.formatted("${1}"), DEVELOPMENT));
    assertEquals(
        List.of("turn.realm: environment variable A is not set"),
        ConfigTest.problemsOf(file.formatted("${A}"), DEVELOPMENT));
    assertEquals(
        List.of("turn.realm: variables are nested too deep"),
        ConfigTest.problemsOf(file.formatted("${A:".repeat(99) + "}".repeat(99)), DEVELOPMENT));
  }

  @Test
  void problemsDoNotQuoteSecrets() {
    List<String> problems =
        ConfigTest.problemsOf("{\"mode\": \"test\"}", Map.of("JWT_SECRET", "p4ssw0rd"));

    assertFalse(problems.toString().contains("p4ssw0rd"), problems::toString);
  }
}
