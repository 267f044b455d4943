package dev.parley.media.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitsi.srtp.SrtpPolicy;

/// How media is encrypted and authenticated (RFC 5764 §4.1.2, RFC 7714 §14.2).
public enum SrtpProfile {
  /// AES in counter mode, HMAC-SHA1 cut to 80 bits: every browser has it.
  AES_CM_128_HMAC_SHA1_80(0x0001, 16, 14),
  /// AES-128 in Galois counter mode: the quickest.
  AEAD_AES_128_GCM(0x0007, 16, 12),
  /// AES-256 in Galois counter mode.
  AEAD_AES_256_GCM(0x0008, 32, 12);

  private final int wireId;
  private final int keyLength;
  private final int saltLength;

  SrtpProfile(int wireId, int keyLength, int saltLength) {
    this.wireId = wireId;
    this.keyLength = keyLength;
    this.saltLength = saltLength;
  }

  /// The number that stands for it in the `use_srtp` extension.
  int wireId() {
    return wireId;
  }

  /// Bytes of a master key.
  int keyLength() {
    return keyLength;
  }

  /// Bytes of a master salt.
  int saltLength() {
    return saltLength;
  }

  /// Bytes that RTP grows by; RTCP grows by four more.
  int tagLength() {
    return this == AES_CM_128_HMAC_SHA1_80 ? 10 : 16;
  }

  /// The profiles that a configuration names, in its order.
  ///
  /// @throws IllegalArgumentException for an empty list or a name that is none of these
  static List<SrtpProfile> named(List<String> names) {
    List<SrtpProfile> profiles = new ArrayList<>();
    for (String name : names) {
      profiles.add(
          Arrays.stream(values())
              .filter(profile -> profile.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "no SRTP profile " + name + ", there are " + Arrays.toString(values()))));
    }
    if (profiles.isEmpty()) {
      throw new IllegalArgumentException("no SRTP profile is named");
    }
    return List.copyOf(profiles);
  }

  /// A fresh policy object: the library's are mutable. A retransmission may be sent with the
  /// sequence number it had, so replays are only refused on receipt.
  SrtpPolicy policy() {
    SrtpPolicy policy =
        switch (this) {
          case AES_CM_128_HMAC_SHA1_80 ->
              new SrtpPolicy(
                  SrtpPolicy.AESCM_ENCRYPTION,
                  keyLength,
                  SrtpPolicy.HMACSHA1_AUTHENTICATION,
                  20,
                  10,
                  saltLength);
          case AEAD_AES_128_GCM, AEAD_AES_256_GCM ->
              new SrtpPolicy(
                  SrtpPolicy.AESGCM_ENCRYPTION,
                  keyLength,
                  SrtpPolicy.NULL_AUTHENTICATION,
                  0,
                  16,
                  saltLength);
        };
    policy.setSendReplayEnabled(false);
    return policy;
  }
}
