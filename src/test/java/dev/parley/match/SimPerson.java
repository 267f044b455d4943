package dev.parley.match;

import dev.parley.contract.Seeker;
import org.jspecify.annotations.Nullable;

/// Somebody, with one socket at most.
final class SimPerson {
  final String device;
  int node;
  int sockets;
  boolean isHere;
  boolean isQueued;
  int missing;
  long wishedMs;
  String session = "";
  String over = "";
  @Nullable Seeker seeker;

  SimPerson(String device) {
    this.device = device;
  }

  String socket() {
    return device + "#" + sockets;
  }
}
