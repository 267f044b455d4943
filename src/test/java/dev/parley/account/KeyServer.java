package dev.parley.account;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An issuer's HTTP server, which answers whatever a test wants it to.
public final class KeyServer implements AutoCloseable {

  final AtomicInteger requests = new AtomicInteger();
  private final Vertx vertx;
  private final HttpServerOptions options;
  private final Consumer<Throwable> onConnectionFailure;
  private volatile Consumer<HttpServerRequest> answer = request -> request.response().end();
  private HttpServer server;
  private final int port;

  public KeyServer(Vertx vertx, HttpServerOptions options) throws TimeoutException {
    this(vertx, options, _ -> {});
  }

  /// @param onConnectionFailure told what went wrong before a request
  KeyServer(Vertx vertx, HttpServerOptions options, Consumer<Throwable> onConnectionFailure)
      throws TimeoutException {
    this.vertx = vertx;
    this.options = options;
    this.onConnectionFailure = onConnectionFailure;
    this.server = open(0);
    this.port = server.actualPort();
  }

  private HttpServer open(int wanted) throws TimeoutException {
    return vertx
        .createHttpServer(options)
        .exceptionHandler(onConnectionFailure::accept)
        .requestHandler(request -> {
          requests.incrementAndGet();
          answer.accept(request);
        })
        .listen(wanted, "127.0.0.1")
        .await(10, TimeUnit.SECONDS);
  }

  /// A certificate for the server that nobody has signed but itself.
  static PfxOptions certificate(KeyPair pair) {
    X500Name name = new X500Name("CN=127.0.0.1");
    Instant now = Instant.now();
    try {
      X509CertificateHolder certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.ONE,
                  Date.from(now.minus(Duration.ofDays(1))),
                  Date.from(now.plus(Duration.ofDays(1))),
                  name,
                  pair.getPublic())
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")))
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server",
          pair.getPrivate(),
          "secret".toCharArray(),
          new java.security.cert.Certificate[] {
            new JcaX509CertificateConverter().getCertificate(certificate)
          });
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      store.store(bytes, "secret".toCharArray());
      return new PfxOptions().setValue(Buffer.buffer(bytes.toByteArray())).setPassword("secret");
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  void answers(Consumer<HttpServerRequest> with) {
    answer = with;
  }

  void serves(int status, String body) {
    answers(request -> request.response().setStatusCode(status).end(body));
  }

  public void serves(String body) {
    serves(200, body);
  }

  /// Serves the keys as soon as the gate is open.
  void servesBehind(Future<Void> gate, String body) {
    answers(request -> gate.onSuccess(_ -> request.response().end(body)));
  }

  public String url() {
    return (options.isSsl() ? "https" : "http") + "://127.0.0.1:" + port + "/keys?v=2";
  }

  void goesAway() throws TimeoutException {
    server.close().await(10, TimeUnit.SECONDS);
  }

  void comesBack() throws TimeoutException {
    server = open(port);
  }

  @Override
  public void close() throws TimeoutException {
    goesAway();
  }
}
