package dev.parley.contract;

/// How busy a media node is; published once a second at `MediaLoad.ADDRESS`.
///
/// @param transports WebRTC transports that are open
public record MediaLoad(String node, int routers, int transports) {

  /// Where all media nodes publish it.
  public static final String ADDRESS = "media.load";
}
