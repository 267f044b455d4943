package dev.parley.web;

import java.net.Inet4Address;
import java.net.InetAddress;

/// What limits tell clients apart by: an IPv4 address, or the /64 network of an IPv6 address, all
/// of which one subscriber has for himself.
final class ClientKey {

  /// Of addresses that cannot be read.
  static final long UNKNOWN = 0;

  /// Before an IPv4 address; no IPv6 client's network looks like this (`ffff::/32` is multicast).
  private static final long IPV4 = 0xffff_ffff_0000_0000L;

  private ClientKey() {}

  /// @param address an IP address as text
  static long of(String address) {
    byte[] bytes;
    boolean isV4;
    try {
      // An IPv4-mapped IPv6 address becomes an IPv4 one.
      InetAddress parsed = InetAddress.ofLiteral(address);
      bytes = parsed.getAddress();
      isV4 = parsed instanceof Inet4Address;
    } catch (IllegalArgumentException _) {
      return UNKNOWN;
    }
    long key = 0;
    for (int i = 0; i < (isV4 ? 4 : 8); i++) {
      key = key << 8 | (bytes[i] & 0xff);
    }
    return isV4 ? IPV4 | key : key;
  }
}
