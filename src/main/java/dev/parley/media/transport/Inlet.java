package dev.parley.media.transport;

/// Who takes what one browser sends, decrypted and authenticated. All calls on the worker's event
/// loop. The arrays are reused: what is to be kept must be copied.
public interface Inlet {

  /// One RTP packet in `data[offset, offset + length)`.
  void onRtp(byte[] data, int offset, int length, long nowNs);

  /// One compound RTCP packet.
  void onRtcp(byte[] data, int offset, int length, long nowNs);

  /// The path is up: packets flow from now on. Again after an ICE restart moved the path, and when
  /// consent was given anew.
  void onConnected(long nowNs);

  /// The browser has not consented for too long: nothing is sent until `onConnected` is called once
  /// more. Not called before the path was up, nor for its end.
  void onDisconnected();

  /// The path is gone for good; called exactly once, also after a close that was asked for.
  ///
  /// @param reason `closed`, `ice-timeout`, `dtls-failed` or `dtls-closed`
  void onClosed(String reason);
}
