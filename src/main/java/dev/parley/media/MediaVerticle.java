package dev.parley.media;

import dev.parley.kernel.Bus;
import dev.parley.kernel.Config;
import dev.parley.kernel.Metrics;
import io.vertx.core.VerticleBase;

/// The media role of a node.
public final class MediaVerticle extends VerticleBase {
  public MediaVerticle(String node, Config.Media config, Bus bus, Metrics metrics) {}
}
