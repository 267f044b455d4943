package dev.parley.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each rule has one example that breaks it.
class ConfigTest {

  private static final Map<String, String> SECRETS =
      Map.of(
          "JWT_SECRET", "a-secret-of-some-length",
          "POSTGRES_PASSWORD", "secret",
          "MEDIASOUP_ANNOUNCED_IP", "192.0.2.7");

  static List<String> problemsOf(String jsonc, Map<String, String> env) {
    return assertThrows(ConfigException.class, () -> ConfigFile.of(jsonc, env)).problems();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'mode': 'fast'} | mode: \"fast\" is none of development, production, test",
        "{'roles': []} | roles: names no role",
        "{'roles': ['media', 'media']} | roles: names something twice",
        "{'node': {'id': 'a b'}} | node.id: may hold up to 64 letters",
        "{'cluster': {'name': ' '}} | cluster.name: is empty",
        "{'cluster': {'xml': ''}} | cluster.xml: is empty",
        "{'cluster': {'host': ''}} | cluster.host: is empty",
        "{'cluster': {'port': 0}} | cluster.port: 0 is not a port (1 to 65535)",
        "{'cluster': {'busPort': -1}} | cluster.busPort: -1 is not a port (1 to 65535, or 0 for",
        "{'cluster': {'members': ['a']}} | cluster.members[0]: \"a\" is not host:port",
        "{'listeners': []} | listeners: none serves the role api",
        "{'listeners': [{}, {}]} | listeners[1].port: 3000 is taken by another listener",
        "{'listeners': [{'host': ''}]} | listeners[0].host: is empty",
        "{'listeners': [{'port': 65536}]} | listeners[0].port: 65536 is not a port",
        "{'listeners': [{'roles': ['media']}]} | listeners[0].roles: a listener serves",
        "{'listeners': [{'dialects': []}]} | listeners[0].dialects: names no dialect",
        "{'listeners': [{'dialects': ['x']}]} | listeners[0].dialects[0]: \"x\" is none of",
        "{'listeners': [{'basePath': 'a/'}]} | listeners[0].basePath: \"a/\" is not empty or",
        "{'listeners': [{'corsOrigins': ['*']}]} | listeners[0].corsOrigins: \"*\" is not allowed",
        "{'listeners': [{'corsOrigins': ['a.b']}]} | listeners[0].corsOrigins[0]: \"a.b\" is not an",
        "{'listeners': [{'trustedProxies': ['10.0.0.0/33']}]} | listeners[0].trustedProxies[0]: ",
        "{'redis': {'host': ''}} | redis.host: is empty",
        "{'redis': {'port': 0}} | redis.port: 0 is not a port",
        "{'redis': {'db': -1}} | redis.db: -1 is out of range (0 to 1023)",
        "{'redis': {'url': 'http://a'}} | redis.url: is not a URL",
        "{'redis': {'endpoints': ['a:1']}} | redis.endpoints[0]: is not a URL",
        "{'redis': {'mode': 'sentinel'}} | redis.endpoints: is empty",
        "{'redis': {'mode': 'sentinel', 'masterName': ''}} | redis.masterName: is empty",
        "{'redis': {'mode': 'cluster', 'db': 1}} | redis.db: a Redis cluster has only 0",
        "{'redis': {'poolSize': 0}} | redis.poolSize: 0 is out of range",
        "{'redis': {'maxWaiting': 0}} | redis.maxWaiting: 0 is out of range",
        "{'redis': {'connectTimeout': '0s'}} | redis.connectTimeout: 0s is out of range (1ms to 1m)",
        "{'redis': {'commandTimeout': '2m'}} | redis.commandTimeout: 2m is out of range",
        "{'postgres': {'host': ''}} | postgres.host: is empty",
        "{'postgres': {'port': 0}} | postgres.port: 0 is not a port",
        "{'postgres': {'user': ''}} | postgres.user: is empty",
        "{'postgres': {'password': ''}} | postgres.password: is not set (environment variable POSTG",
        "{'postgres': {'database': ''}} | postgres.database: is empty",
        "{'postgres': {'poolSize': 0}} | postgres.poolSize: 0 is out of range",
        "{'postgres': {'connectTimeout': 0}} | postgres.connectTimeout: 0s is out of range",
        "{'accounts': {'jwtSecret': ''}} | accounts.jwtSecret: is not set (environment variable JWT",
        "{'accounts': {'jwtSecret': 'short'}} | accounts.jwtSecret: is shorter than 16 characters",
        "{'accounts': {'jwtExpiration': 0}} | accounts.jwtExpiration: 0s is out of range",
        "{'accounts': {'passwordHashing': {'memoryKiB': 8}}} | accounts.passwordHashing.memoryKiB: ",
        "{'accounts': {'passwordHashing': {'iterations': 0}}} | accounts.passwordHashing.iterations",
        "{'accounts': {'passwordHashing': {'parallelism': 0}}} | accounts.passwordHashing.parallel",
        "{'accounts': {'passwordHashing': {'concurrency': 0}}} | accounts.passwordHashing.concurr",
        "{'accounts': {'passwordHashing': {'maxQueued': -1}}} | accounts.passwordHashing.maxQueued",
        "{'rooms': {'maxParticipants': 501}} | rooms.maxParticipants: 501 is out of range (1 to 500)",
        "{'rooms': {'rateLimit': {'events': 0}}} | rooms.rateLimit.events: 0 is out of range",
        "{'rooms': {'rateLimit': {'window': 0}}} | rooms.rateLimit.window: 0s is out of range",
        "{'rooms': {'roomTtl': '1s'}} | rooms.roomTtl: 1s is out of range",
        "{'rooms': {'auth': 'off'}} | rooms.auth: \"off\" is none of anonymous, required",
        "{'rooms': {'issuers': [{}]}} | rooms.issuers[0].jwksUrl: is missing",
        "{'signaling': {'pingInterval': 0}} | signaling.pingInterval: 0s is out of range",
        "{'signaling': {'pingTimeout': 0}} | signaling.pingTimeout: 0s is out of range",
        "{'signaling': {'connectTimeout': 0}} | signaling.connectTimeout: 0s is out of range",
        "{'signaling': {'maxPayload': 1}} | signaling.maxPayload: 1 is out of range",
        "{'signaling': {'maxQueueBytes': 2000}} | signaling.maxQueueBytes: is less than maxPayload",
        "{'signaling': {'eventLimit': {'rate': 0}}} | signaling.eventLimit.rate: 0 is out of range",
        "{'signaling': {'eventLimit': {'burst': 0}}} | signaling.eventLimit.burst: 0 is out of",
        "{'signaling': {'deflate': {'minBytes': -1}}} | signaling.deflate.minBytes: -1 is out of",
        "{'signaling': {'resume': {'window': '2h'}}} | signaling.resume.window: 2h is out of range",
        "{'signaling': {'resume': {'maxEvents': -1}}} | signaling.resume.maxEvents: -1 is out of",
        "{'signaling': {'resume': {'maxBytes': -1}}} | signaling.resume.maxBytes: -1 is out of",
        "{'media': {'listenIp': 'host'}} | media.listenIp: \"host\" is not an IP address",
        "{'media': {'announcedIp': 'host'}} | media.announcedIp: \"host\" is not an IP address",
        "{'media': {'announcedIp': '127.0.0.1'}} | media.announcedIp: must be an address that",
        "{'media': {'announcedIp': ''}} | media.announcedIp: must be an address that browsers reach",
        "{'media': {'minPort': 70000}} | media.minPort: 70000 is not a port (1 to 65535, or 0 for any free one)",
        "{'media': {'maxPort': 0}} | media.minPort: and maxPort are both 0 for any free port",
        "{'media': {'minPort': 50000}} | media.minPort: 50000 is above maxPort 49999",
        "{'media': {'workers': -1}} | media.workers: -1 is out of range",
        "{'media': {'minPort': 49999, 'workers': 2}} | media.workers: 2 is more than the range",
        "{'media': {'iceConsentTimeout': 0}} | media.iceConsentTimeout: 0s is out of range",
        "{'media': {'srtpProfiles': []}} | media.srtpProfiles: names no profile",
        "{'media': {'srtpProfiles': ['NULL']}} | media.srtpProfiles[0]: \"NULL\" is none of",
        "{'meetings': {'ttl': 1}} | meetings.ttl: 1s is out of range",
        "{'meetings': {'maxParticipants': 1}} | meetings.maxParticipants: 1 is out of range",
        "{'meetings': {'keyPrefix': ''}} | meetings.keyPrefix: is empty",
        "{'match': {'jwtSecret': 'short'}} | match.jwtSecret: is shorter than 16 characters",
        "{'match': {'jwtExpiration': 0}} | match.jwtExpiration: 0s is out of range",
        "{'match': {'sessionTtl': 1}} | match.sessionTtl: 1s is out of range",
        "{'match': {'banDuration': '400d'}} | match.banDuration: 400d is out of range (0s to 366d)",
        "{'match': {'autoBan': {'joins': 0}}} | match.autoBan.joins: 0 is out of range",
        "{'match': {'autoBan': {'skips': 0}}} | match.autoBan.skips: 0 is out of range",
        "{'match': {'autoBan': {'reporters': 0}}} | match.autoBan.reporters: 0 is out of range",
        "{'match': {'autoBan': {'duration': 1}}} | match.autoBan.duration: 1s is out of range",
        "{'turn': {'port': 0}} | turn.port: 0 is not a port",
        "{'turn': {'tlsPort': -1}} | turn.tlsPort: -1 is not a port",
        "{'turn': {'credentialTtl': 1}} | turn.credentialTtl: 1s is out of range",
        "{'turn': {'host': 'turn.example.com'}} | turn.sharedSecret: is not set, but host is",
        "{'turn': {'server': 'turn'}} | turn.server: \"turn\" is not host:port",
        "{'turn': {'server': 'turn:1'}} | turn.username: and password must be set with server",
        "{'turn': {'server': 'turn:1', 'username': 'u', 'sharedSecret': 's'}} | turn.username: and pass",
        "{'turn': {'provider': 'coturn'}} | turn.provider: \"coturn\" is none of auto, static, shared-s",
        "{'turn': {'provider': 'static'}} | turn.server: is not set, but provider is static",
        "{'turn': {'provider': 'static', 'password': 'p'}} | turn.username: is not set, but provider",
        "{'turn': {'provider': 'static', 'username': 'u'}} | turn.password: is not set, but provider",
        "{'turn': {'provider': 'shared-secret', 'host': 'h'}} | turn.sharedSecret: is not set, but prov",
        "{'turn': {'provider': 'shared-secret', 'sharedSecret': 's'}} | turn.host: is not set, but prov",
        "{'turn': {'provider': 'twilio'}} | turn.http.url: is not set, but provider is twilio (environ",
        "{'turn': {'provider': 'xirsys'}} | turn.http.username: is not set, but provider is xirsys",
        "{'turn': {'provider': 'twilio'}} | turn.http.password: is not set, but provider is twilio",
        "{'turn': {'http': {'url': 'ftp://a/b'}}} | turn.http.url: is not a URL",
        "{'turn': {'http': {'url': 'https://a b'}}} | turn.http.url: is not a URL",
        "{'turn': {'http': {'url': 'https://u:p@a/b'}}} | turn.http.url: holds a user; it has keys of",
        "{'turn': {'http': {'username': 'a:b'}}} | turn.http.username: holds a colon",
        "{'turn': {'http': {'timeout': '1m'}}} | turn.http.timeout: 1m is out of range",
        "{'turn': {'stunServers': ['stun:0']}} | turn.stunServers[0]: \"stun:0\" is not host:port",
        "{'bridge': {'dailyUrl': ''}} | bridge.dailyUrl: is not a URL",
        "{'bridge': {'icUrl': 'x'}} | bridge.icUrl: is not a URL",
        "{'bridge': {'framedBy': ['https://a.example; script-src *']}} | bridge.framedBy[0]: \"https:",
        "{'bridge': {'pollInterval': 0}} | bridge.pollInterval: 0s is out of range",
        "{'bridge': {'dailyApiKey': 'k'}} | bridge.ocPublic: is not set, but dailyApiKey is",
        "{'bridge': {'rooms': 'zoom'}} | bridge.rooms: \"zoom\" is none of daily, parley",
        "{'bridge': {'page': 'meet.example.com'}} | bridge.page: is not a URL",
        "{'bridge': {'pollInterval': '2h'}} | bridge.pollInterval: 2h is out of range (100ms to 1h)",
        "{'bridge': {'joinWithin': 0}} | bridge.joinWithin: 0s is out of range (100ms to 2h)",
        "{'bridge': {'ocPublic': 'p'}} | bridge.dailyApiKey: is not set, but ocPublic is (environment",
        "{'bridge': {'rooms': 'parley', 'fallback': true}} | bridge.fallback: is for rooms at daily.co",
        "{'bridge': {'ocIdentity': 'i'}} | bridge.icUrl: is not set, but the other is (environment",
        "{'bridge': {'icUrl': 'https://icp-api.io'}} | bridge.ocIdentity: is not set, but the other is",
        "{'bridge': {'rooms': 'parley', 'ocPublic': 'p'}} | bridge.webhook.url: is not set, nor are ocI",
        "{'bridge': {'operatorToken': 'fifteen-letters'}} | bridge.operatorToken: has less than 16",
        "{'bridge': {'webhook': {'url': 'ftp://a/b'}}} | bridge.webhook.url: is not a URL",
        "{'bridge': {'webhook': {'url': 'https://a/b'}}} | bridge.webhook.secret: is not set, but url",
        "{'limits': {'maxBody': 1}} | limits.maxBody: 1 is out of range",
        "{'limits': {'connections': -1}} | limits.connections: -1 is out of range",
        "{'limits': {'connectionsPerAddress': -1}} | limits.connectionsPerAddress: -1 is out of",
        "{'limits': {'handshakes': {'rate': 0}}} | limits.handshakes.rate: 0 is out of range",
        "{'limits': {'headTimeout': 0}} | limits.headTimeout: 0s is out of range",
        "{'limits': {'keepAlive': '1d'}} | limits.keepAlive: 1d is out of range",
        "{'log': {'level': 'loud'}} | log.level: \"loud\" is none of trace, debug, info, warn",
        "{'metrics': {'port': 65536}} | metrics.port: 65536 is not a port",
        "{'metrics': {'otlpEndpoint': ''}} | metrics.otlpEndpoint: is not a URL",
        "{'shutdown': {'deadline': 0}} | shutdown.deadline: 0s is out of range",
        "{'development': {'dataDir': ''}} | development.dataDir: is empty",
        "{'development': {'embeddedStores': true}} | development.embeddedStores: is not for product"
      })
  void refusesWhatBreaksARule(String jsonc, String problem) {
    List<String> problems = problemsOf(jsonc.replace('\'', '"'), SECRETS);

    assertTrue(problems.stream().anyMatch(p -> p.startsWith(problem)), problems::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'issuer': ' ' | issuer: is empty",
        "'audience': '' | audience: is empty",
        "'jwksUrl': '' | jwksUrl: is not a URL (https://…, http://…)",
        "'jwksUrl': 'ftp://i/keys' | jwksUrl: is not a URL (https://…, http://…)",
        "'jwksUrl': 'https://' | jwksUrl: is not a URL (https://…, http://…)",
        "'jwksUrl': 'https://i:65536/keys' | jwksUrl: is not a URL (https://…, http://…)",
        "'jwksUrl': 'https:///keys' | jwksUrl: is not a URL (https://…, http://…)",
        "'jwksUrl': 'https://i/the keys' | jwksUrl: is not a URL (https://…, http://…)",
        "'algorithms': [] | algorithms: names no algorithm",
        "'algorithms': ['RS256', 'HS256'] | algorithms[1]: \"HS256\" is not an asymmetric JWS",
        "'algorithms': ['none'] | algorithms[0]: \"none\" is not an asymmetric JWS algorithm",
        "'algorithms': ['RS256 '] | algorithms[0]: \"RS256 \" is not an asymmetric JWS algorithm",
        "'secret': 's' | secret: is not a key; known here: ",
      })
  void refusesAForeignIssuerThatBreaksARule(String wrong, String problem) {
    String name = wrong.substring(0, wrong.indexOf(':'));
    String rest =
        Stream.of(
                "'issuer': 'i'",
                "'audience': 'a'",
                "'jwksUrl': 'https://i/keys'",
                "'algorithms': ['RS256']")
            .filter(key -> !key.startsWith(name))
            .collect(Collectors.joining(", "));
    String issuer = "{'rooms': {'issuers': [{" + rest + ", " + wrong + "}]}}";

    List<String> problems = problemsOf(issuer.replace('\'', '"'), SECRETS);

    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().startsWith("rooms.issuers[0]." + problem), problems::toString);
  }

  @Test
  void anIssuerMayBeNamedByTheEnvironment() {
    String file =
        """
        {"rooms": {"issuers": [
          {"issuer": "https://sts.windows.net/${AZURE_TENANT_ID}/", "audience": "${AZURE_CLIENT_ID}",
           "jwksUrl": "http://key_server:8080/${AZURE_TENANT_ID}/keys", "algorithms": ["RS256"]}]}}
        """;
    Map<String, String> env = new HashMap<>(SECRETS);
    env.put("AZURE_TENANT_ID", "t");
    env.put("AZURE_CLIENT_ID", "c");

    assertEquals(
        List.of(
            new Features.Issuer(
                "https://sts.windows.net/t/",
                "c",
                "http://key_server:8080/t/keys",
                List.of("RS256"))),
        ConfigFile.of(file, env).rooms().issuers());
  }

  /// With what each of them needs, and nothing else.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | false | false",
        "{'webhook': {'url': 'https://a/b', 'secret': 's'}} | false | false",
        "{'webhook': {'url': 'https://a/b', 'secret': 's', 'allRooms': true}} | false | true",
        "{'ocPublic': 'p', 'dailyApiKey': 'k', 'ocIdentity': 'i', 'icUrl': 'https://a'} | true | true",
        "{'ocPublic': 'p', 'rooms': 'parley', 'ocIdentity': 'i', 'icUrl': 'https://a'} | true | true",
        "{'ocPublic': 'p', 'rooms': 'parley', 'webhook': {'url': 'https://a/b', 'secret': 's'}} | true | true",
      })
  void theBridgeIsOnByItsKeyAndWatchesByItsWebhook(String bridge, boolean isOn, boolean watches) {
    String file = "{\"bridge\": " + bridge.replace('\'', '"') + "}";

    Features.Bridge config = ConfigFile.of(file, SECRETS).bridge();

    assertEquals(isOn, config.isEnabled());
    assertEquals(watches, config.isWatching());
  }

  @Test
  void aListenerKeepsOnlyTheRolesOfItsNode() {
    Config config = ConfigFile.of("{\"roles\": [\"signaling\", \"media\"]}", SECRETS);

    assertEquals(List.of(Config.Role.SIGNALING), config.listeners().getFirst().roles());
  }

  @Test
  void aBareMediaNodeNeedsNoSecretAndOpensNoListener() {
    Config config =
        ConfigFile.of("{\"roles\": [\"media\"], \"media\": {\"announcedIp\": \"::2\"}}", Map.of());

    assertEquals(List.of(), config.listeners());
  }

  @Test
  void developmentNeedsNoSecretAtAll() {
    Config config = ConfigFile.of("{\"mode\": \"development\"}", Map.of());

    assertFalse(config.accounts().jwtSecret().isSet());
  }

  @Test
  void secretsAreNotPrinted() {
    String text = ConfigFile.of("{}", SECRETS).toString();

    assertFalse(text.contains("a-secret-of-some-length"), text);
  }

  @Test
  void aUrlNamesTheServerBeforeHostAndPort() {
    Config byHost = ConfigFile.of("{\"redis\": {\"host\": \"::1\", \"db\": 2}}", SECRETS);
    Config byUrl = ConfigFile.of("{\"redis\": {\"url\": \"rediss://r:1/3\"}}", SECRETS);

    assertEquals(List.of("redis://[::1]:6379/2"), byHost.redis().connectionStrings());
    assertEquals(List.of("rediss://r:1/3"), byUrl.redis().connectionStrings());
  }
}
