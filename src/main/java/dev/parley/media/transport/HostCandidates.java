package dev.parley.media.transport;

import dev.parley.contract.TransportParameters.IceCandidate;
import dev.parley.kernel.Config;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// The UDP host candidates that are told to browsers (RFC 8445 §5.1).
final class HostCandidates {

  private static final int HOST_PREFERENCE = 126;
  private static final int MAX_LOCAL_PREFERENCE = 65_535;

  private HostCandidates() {}

  /// One candidate for each announced address, best first. `announcedIp` may name several, joined
  /// by commas; when it is empty the listening address counts, and when that is the wildcard, the
  /// addresses of this machine's interfaces.
  static List<IceCandidate> of(Config.Media config, int port) {
    List<IceCandidate> candidates = new ArrayList<>();
    for (String address : addresses(config)) {
      long priority =
          ((long) HOST_PREFERENCE << 24)
              + ((long) (MAX_LOCAL_PREFERENCE - candidates.size()) << 8)
              + 255;
      candidates.add(
          new IceCandidate(
              "udp" + candidates.size(), priority, address, address, "udp", port, "host", null));
    }
    return List.copyOf(candidates);
  }

  private static List<String> addresses(Config.Media config) {
    String announced = config.announcedIp().isBlank() ? config.listenIp() : config.announcedIp();
    if (!announced.equals("0.0.0.0") && !announced.equals("::")) {
      return List.of(announced.trim().split("\\s*,\\s*", -1));
    }
    List<String> found = interfaces(announced.equals("::"));
    return found.isEmpty() ? List.of("127.0.0.1") : found;
  }

  private static List<String> interfaces(boolean withIpv6) {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(HostCandidates::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .filter(address -> withIpv6 || address instanceof Inet4Address)
          .map(HostCandidates::text)
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
