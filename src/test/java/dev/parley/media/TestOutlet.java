package dev.parley.media;

import dev.parley.media.transport.Outlet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An outlet that keeps what is sent through it.
final class TestOutlet implements Outlet {

  final List<byte[]> rtp = new ArrayList<>();
  final List<byte[]> rtcp = new ArrayList<>();
  boolean connected = true;
  private final byte[] buffer = new byte[MAX_PACKET + 200];

  @Override
  public byte[] buffer() {
    return buffer;
  }

  @Override
  public void sendRtp(int length) {
    rtp.add(Arrays.copyOf(buffer, length));
  }

  @Override
  public void sendRtcp(int length) {
    rtcp.add(Arrays.copyOf(buffer, length));
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  /// Takes out what RTCP was sent.
  List<byte[]> takeRtcp() {
    List<byte[]> taken = List.copyOf(rtcp);
    rtcp.clear();
    return taken;
  }

  /// Takes out what RTP was sent.
  List<byte[]> takeRtp() {
    List<byte[]> taken = List.copyOf(rtp);
    rtp.clear();
    return taken;
  }
}
