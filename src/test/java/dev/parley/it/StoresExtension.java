package dev.parley.it;

import dev.parley.dev.EmbeddedStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One Redis and one PostgreSQL for all tests of the JVM: those that the environment variables
/// `PARLEY_TEST_REDIS_URL` and `PARLEY_TEST_POSTGRES_URL` name (both or neither), else embedded
/// ones on free ports. A store that does not start fails the tests.
///
/// Tests take a `StoresExtension.Stores` parameter and use ids of their own: the data is shared.
public final class StoresExtension implements BeforeAllCallback, ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(StoresExtension.class);

  /// Where the stores are.
  ///
  /// @param redisUrl `redis://…`
  /// @param postgresUrl `postgresql://user:password@host:port/database`
  public record Stores(String redisUrl, String postgresUrl) {

    /// Environment variables that lead a configuration to these stores.
    public Map<String, String> env() {
      var uri = java.net.URI.create(postgresUrl);
      String[] login = uri.getUserInfo().split(":", 2);
      return Map.of(
          "REDIS_URL",
          redisUrl,
          "POSTGRES_HOST",
          uri.getHost(),
          "POSTGRES_PORT",
          String.valueOf(uri.getPort() < 0 ? 5432 : uri.getPort()),
          "POSTGRES_USER",
          login[0],
          "POSTGRES_PASSWORD",
          login.length > 1 ? login[1] : "",
          "POSTGRES_DB",
          uri.getPath().substring(1));
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    stores(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stores.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return stores(context);
  }

  static Stores stores(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent("pair", _ -> Pair.open(), Pair.class)
        .stores;
  }

  /// Closed by JUnit after the last test.
  private static final class Pair implements AutoCloseable {

    private final Stores stores;
    private final @Nullable EmbeddedStores embedded;
    private final @Nullable Path directory;

    private Pair(Stores stores, @Nullable EmbeddedStores embedded, @Nullable Path directory) {
      this.stores = stores;
      this.embedded = embedded;
      this.directory = directory;
    }

    static Pair open() {
      String redis = System.getenv("PARLEY_TEST_REDIS_URL");
      String postgres = System.getenv("PARLEY_TEST_POSTGRES_URL");
      if (redis != null && postgres != null) {
        return new Pair(new Stores(redis, postgres), null, null);
      }
      if (redis != null || postgres != null) {
        throw new IllegalStateException(
            "set both PARLEY_TEST_REDIS_URL and PARLEY_TEST_POSTGRES_URL, or neither");
      }
      try {
        Path directory = Files.createTempDirectory("parley-test-stores");
        EmbeddedStores embedded = EmbeddedStores.start(directory, false);
        return new Pair(
            new Stores(embedded.redisUrl(), embedded.postgresUrl()), embedded, directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      if (embedded == null || directory == null) {
        return;
      }
      embedded.close();
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
