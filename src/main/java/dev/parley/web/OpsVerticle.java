package dev.parley.web;

import dev.parley.api.OpsRoutes;
import dev.parley.api.Routes;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Health;
import dev.parley.kernel.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;
import java.util.List;

/// An HTTP server for health and metrics alone, on a port that only those who run the node reach.
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
    OpsRoutes.mount(router, health, metrics, true, List.of(), OpsRoutes.NO_ROOMS);
    router.route().handler(context -> Routes.fail(context, Failure.notFound("Not found")));
    return vertx.createHttpServer().requestHandler(router).listen(port);
  }
}
