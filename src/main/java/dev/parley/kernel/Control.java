package dev.parley.kernel;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/// A virtual-thread context: where code may wait. Tasks start in the order they were given, one
/// runs at a time, and while one waits the next goes on; so state that only they touch needs no
/// lock, but may have changed after each wait.
public final class Control {

  private final Context context;

  private Control(Context context) {
    this.context = context;
  }

  public static Future<Control> create(Vertx vertx) {
    Holder holder = new Holder();
    return vertx
        .deployVerticle(
            holder, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .map(_ -> new Control(holder.own()));
  }

  private static final class Holder extends VerticleBase {
    Context own() {
      return context;
    }
  }

  /// Runs a task soon; from any thread. Tasks of one thread start in the order given.
  public void run(Runnable task) {
    context.runOnContext(_ -> task.run());
  }

  public Context context() {
    return context;
  }
}
