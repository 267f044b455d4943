package dev.parley.conformance;

import io.vertx.core.Vertx;

/// All of `RecoveryConformanceTest` over HTTP long-polling.
class RecoveryPollingConformanceTest extends RecoveryConformanceTest {

  @Override
  RawClient open(Vertx client, int port) {
    return RawPoller.connect(client, port, "/socket.io/");
  }
}
