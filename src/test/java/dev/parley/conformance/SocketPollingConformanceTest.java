package dev.parley.conformance;

import io.vertx.core.Vertx;

/// All of `SocketConformanceTest` over HTTP long-polling, the polls and posts of one session on
/// several event loops.
class SocketPollingConformanceTest extends SocketConformanceTest {

  @Override
  RawClient open(Vertx vertx, int port) {
    return RawPoller.connect(vertx, port, "/socket.io/");
  }
}
