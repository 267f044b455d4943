package dev.parley.media.transport;

import io.netty.channel.ChannelFutureListener;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One remote address that a browser has proved to be its own.
final class Tuple {

  private static final int ETHERNET_MTU = 1500;
  private static final int UDP_HEADER = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  final InetSocketAddress address;

  /// Longest datagram that may be merged with others to this address; 0 once the kernel refused.
  int mergeLimit;

  /// Hears how merged datagrams fared; made by the batch when first needed.
  @Nullable ChannelFutureListener mergedSent;

  /// When the last valid check came from here.
  long checkedNs;

  Tuple(InetSocketAddress address, long nowNs) {
    this.address = address;
    checkedNs = nowNs;
    int ip = address.getAddress() instanceof Inet6Address ? IPV6_HEADER : IPV4_HEADER;
    mergeLimit = ETHERNET_MTU - ip - UDP_HEADER;
  }
}
