package dev.parley.web;

import dev.parley.api.OpsRoutes;
import dev.parley.kernel.Health;
import dev.parley.kernel.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;

/// Metrics and health on a port of their own, apart from what clients reach.
public final class OpsVerticle extends VerticleBase {

  private final int port;
  private final Health health;
  private final Metrics metrics;

  public OpsVerticle(int port, Health health, Metrics metrics) {
    this.port = port;
    this.health = health;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    OpsRoutes.mount(router, health, metrics, true);
    return vertx.createHttpServer().requestHandler(router).listen(port);
  }
}
