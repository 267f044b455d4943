package dev.parley.kernel;

import java.time.Duration;
import java.util.List;

/// A node's configuration, decoded once at start. `conf/reference.jsonc` documents every key.
public record Config(Media media) {

  /// The media role.
  ///
  /// @param listenIp address the UDP ports are bound to
  /// @param announcedIp address told to browsers; the listening one when empty
  /// @param minPort first UDP port; each worker takes one port, the first free of the range
  /// @param maxPort last UDP port of the range
  /// @param workers event loops, 0 for one per core
  /// @param iceConsentTimeout silence of a browser after which its transport is closed
  /// @param srtpProfiles accepted, best first
  public record Media(
      String listenIp,
      String announcedIp,
      int minPort,
      int maxPort,
      int workers,
      Duration iceConsentTimeout,
      List<String> srtpProfiles) {}
}
