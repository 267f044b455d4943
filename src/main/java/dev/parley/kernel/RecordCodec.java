package dev.parley.kernel;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/// Carries one record class over the bus: as itself within the process, as JSON between processes.
/// On the wire: length (int, big endian), then that many bytes of JSON.
final class RecordCodec<T extends Record> implements MessageCodec<T, T> {

  private final Class<T> type;

  RecordCodec(Class<T> type) {
    this.type = type;
  }

  @Override
  public void encodeToWire(Buffer buffer, T record) {
    byte[] json = Json.writeBytes(record);
    buffer.appendInt(json.length).appendBytes(json);
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    int length = buffer.getInt(position);
    return Json.read(buffer.getBytes(position + 4, position + 4 + length), type);
  }

  @Override
  public T transform(T record) {
    return record;
  }

  @Override
  public String name() {
    return type.getName();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
