package dev.parley.media.transport;

/// Where plain RTP and RTCP packets leave towards one browser. All calls on the worker's event
/// loop.
///
/// A packet is written into `buffer()` from index 0 and handed over by its length; the buffer is
/// scratch that is valid until the next call of `sendRtp` or `sendRtcp` on any outlet of the
/// worker.
public interface Outlet {

  /// Longest plain packet that may be sent, in bytes; longer ones are dropped and counted.
  int MAX_PACKET = 1440;

  /// The scratch buffer: at least `MAX_PACKET` bytes and room for what encryption adds.
  byte[] buffer();

  /// Encrypts and sends the RTP packet in `buffer()[0, length)`. Dropped and counted while not
  /// connected. Sent at the latest when the current batch of received packets has been handled.
  void sendRtp(int length);

  /// The same for a compound RTCP packet.
  void sendRtcp(int length);

  /// Whether ICE and DTLS are up, so that packets reach the browser.
  boolean isConnected();
}
