package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /// What a server on loopback takes for the client's address; `;` parts headers, `|` proxies.
  private static String addressSeen(String trusted, String forwarded) throws Exception {
    List<String> proxies = trusted.isEmpty() ? List.of() : List.of(trusted.split("\\|", -1));
    ClientAddress addresses = new ClientAddress(proxies);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(addresses.of(request)))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort()));
      for (String header : forwarded.split(";", -1)) {
        if (!header.isEmpty()) {
          request.header("X-Forwarded-For", header);
        }
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    } finally {
      server.close().await(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '!',
      nullValues = "-",
      value = {
        "`` ! `` ! 127.0.0.1",
        "`` ! 192.0.2.1 ! 127.0.0.1",
        "10.0.0.0/8 ! 192.0.2.1 ! 127.0.0.1",
        "127.0.0.1 ! `` ! 127.0.0.1",
        "127.0.0.1 ! 192.0.2.1 ! 192.0.2.1",
        "127.0.0.0/8 ! 192.0.2.1, 198.51.100.7 ! 198.51.100.7",
        "127.0.0.1|10.0.0.0/8 ! 192.0.2.1, 198.51.100.7, 10.1.2.3 ! 198.51.100.7",
        "127.0.0.1|10.0.0.0/8 ! 192.0.2.1;198.51.100.7;10.1.2.3 ! 198.51.100.7",
        "127.0.0.1|10.0.0.0/8 ! 10.1.2.3, 10.4.5.6 ! 10.1.2.3",
        "127.0.0.1|10.0.0.0/12 ! 10.16.0.1, 10.15.255.255 ! 10.16.0.1",
        "127.0.0.1|10.0.0.0/8 ! 192.0.2.1, unknown, 10.1.2.3 ! 10.1.2.3",
        "127.0.0.1|2001:db8::/32 ! 2001:db9::1, 2001:db8::7 ! 2001:db9:0:0:0:0:0:1",
        "127.0.0.1 ! evil.example.com ! 127.0.0.1",
        "127.0.0.1 ! ,,, ! 127.0.0.1",
      })
  void theLastAddressThatIsNoTrustedProxyCounts(String trusted, String forwarded, String expected)
      throws Exception {
    assertEquals(expected, addressSeen(trusted, forwarded));
  }
}
