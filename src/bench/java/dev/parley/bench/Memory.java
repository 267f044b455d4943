package dev.parley.bench;

import io.vertx.core.json.JsonObject;

/// Memory of the servers of a target, added up, in bytes.
///
/// @param live objects after a full collection
/// @param resident what the system holds for the processes, after it
/// @param withoutFiles the part of it that is no mapped file
record Memory(long live, long resident, long withoutFiles) {

  static Memory of(Target target) {
    long live = 0;
    long resident = 0;
    long withoutFiles = 0;
    for (ServerProcess server : target.servers()) {
      live += target.liveBytes(server);
      resident += server.residentBytes();
      withoutFiles += server.privateBytes();
    }
    return new Memory(live, resident, withoutFiles);
  }

  Memory since(Memory before) {
    return new Memory(
        live - before.live, resident - before.resident, withoutFiles - before.withoutFiles);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("liveMB", tenths(live / 1e6))
        .put("residentMB", tenths(resident / 1e6))
        .put("withoutFilesMB", tenths(withoutFiles / 1e6));
  }

  /// Its share for each of a number of connections, in kB of 1000 bytes.
  JsonObject per(int connections) {
    return new JsonObject()
        .put("liveKB", tenths(live / 1e3 / connections))
        .put("residentKB", tenths(resident / 1e3 / connections))
        .put("withoutFilesKB", tenths(withoutFiles / 1e3 / connections));
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
