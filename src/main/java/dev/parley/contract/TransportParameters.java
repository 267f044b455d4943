package dev.parley.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// All a browser needs to reach one WebRTC transport, in the shape mediasoup-client takes.
public record TransportParameters(
    String id,
    IceParameters iceParameters,
    List<IceCandidate> iceCandidates,
    DtlsParameters dtlsParameters) {

  /// Our side's ICE credentials; `iceLite` is always true.
  public record IceParameters(String usernameFragment, String password, boolean iceLite) {}

  /// One host candidate (RFC 8445 §5.1). `ip` and `address` hold the same value.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record IceCandidate(
      String foundation,
      long priority,
      String ip,
      String address,
      String protocol,
      int port,
      String type,
      @Nullable String tcpType) {}

  /// DTLS role and certificate fingerprints (RFC 8122 §5).
  ///
  /// @param fingerprints what a client leaves out is missing here, never null
  public record DtlsParameters(@Nullable String role, List<Fingerprint> fingerprints) {
    public DtlsParameters {
      fingerprints =
          fingerprints == null
              ? List.of()
              : fingerprints.stream().filter(Objects::nonNull).toList();
    }
  }

  /// A certificate's hash: `sha-256` and `AA:BB:…`.
  public record Fingerprint(String algorithm, String value) {
    public Fingerprint {
      algorithm = Objects.requireNonNullElse(algorithm, "");
      value = Objects.requireNonNullElse(value, "");
    }
  }
}
