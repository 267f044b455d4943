package dev.parley.kernel;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import org.jspecify.annotations.Nullable;

/// Carries a `Failure` over the bus. A code that this node does not know yet arrives as INTERNAL.
final class FailureCodec implements MessageCodec<Failure, Failure> {

  private record Wire(String code, String message, @Nullable Long retryAfterMs) {}

  @Override
  public void encodeToWire(Buffer buffer, Failure failure) {
    Long hint = failure.retryAfterMs() > 0 ? failure.retryAfterMs() : null;
    byte[] json = Json.writeBytes(new Wire(failure.code().name(), failure.text(), hint));
    buffer.appendInt(json.length).appendBytes(json);
  }

  @Override
  public Failure decodeFromWire(int position, Buffer buffer) {
    int length = buffer.getInt(position);
    Wire wire = Json.read(buffer.getBytes(position + 4, position + 4 + length), Wire.class);
    Long hint = wire.retryAfterMs();
    return new Failure(code(wire.code()), wire.message(), hint == null ? 0 : hint);
  }

  private static Failure.Code code(String name) {
    try {
      return Failure.Code.valueOf(name);
    } catch (IllegalArgumentException e) {
      return Failure.Code.INTERNAL;
    }
  }

  @Override
  public Failure transform(Failure failure) {
    return failure;
  }

  @Override
  public String name() {
    return Failure.class.getName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
