package dev.parley.conformance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.CompletableFuture;

/// One HTTP connection that is written to byte by byte, for the test's own thread.
final class RawHttp {

  private final NetSocket socket;
  private final Buffer received = Buffer.buffer();
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  private RawHttp(NetSocket socket) {
    this.socket = socket;
    socket.handler(chunk -> {
      received.appendBuffer(chunk);
      if (received.toString().contains("\r\n\r\n")) {
        answer.complete(received.toString());
      }
    });
    socket.closeHandler(_ -> answer.complete(received.toString()));
    socket.exceptionHandler(_ -> {});
  }

  static RawHttp connect(Vertx vertx, int port) {
    return new RawHttp(RawClient.await(vertx.createNetClient().connect(port, "localhost")));
  }

  void write(String text) {
    write(Buffer.buffer(text));
  }

  /// Waits until the bytes have left, so that they make a packet of their own.
  void write(Buffer bytes) {
    RawClient.await(socket.write(bytes));
  }

  /// The first answer from its head on, as far as it came in one piece with that; what there is if
  /// the server closes first.
  String answer() {
    return RawClient.await(Future.fromCompletionStage(answer));
  }

  void close() {
    RawClient.await(socket.close());
  }
}
