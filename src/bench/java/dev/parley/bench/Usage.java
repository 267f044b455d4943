package dev.parley.bench;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// CPU time of the processes of a target.
///
/// @param servers seconds of those that carry sockets
/// @param brokers seconds of those that relays go through besides
/// @param bystanders seconds of the rest
record Usage(
    Map<String, Double> servers, Map<String, Double> brokers, Map<String, Double> bystanders) {

  static Usage of(Target target) {
    return new Usage(
        seconds(target.servers()), seconds(target.brokers()), seconds(target.bystanders()));
  }

  private static Map<String, Double> seconds(List<ServerProcess> processes) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    processes.forEach(process -> seconds.put(process.name(), process.cpuSeconds()));
    return seconds;
  }

  Usage since(Usage before) {
    return new Usage(
        minus(servers, before.servers),
        minus(brokers, before.brokers),
        minus(bystanders, before.bystanders));
  }

  private static Map<String, Double> minus(Map<String, Double> now, Map<String, Double> before) {
    Map<String, Double> spent = new LinkedHashMap<>();
    now.forEach((name, seconds) ->
        spent.put(name, Math.round(100 * (seconds - before.getOrDefault(name, 0.0))) / 100.0));
    return spent;
  }

  /// What relays cost: servers and brokers.
  double serverSeconds() {
    return sum(servers) + sum(brokers);
  }

  private static double sum(Map<String, Double> seconds) {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    servers.forEach(json::put);
    brokers.forEach(json::put);
    bystanders.forEach((name, seconds) -> json.put(name + " (not counted)", seconds));
    return json;
  }
}
