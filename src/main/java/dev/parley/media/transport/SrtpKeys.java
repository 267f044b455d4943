package dev.parley.media.transport;

import java.util.Arrays;

/// Master keys and salts of both directions, as DTLS exports them (RFC 5764 §4.2).
final class SrtpKeys {

  private final SrtpProfile profile;
  private final byte[] sendKey;
  private final byte[] sendSalt;
  private final byte[] receiveKey;
  private final byte[] receiveSalt;

  SrtpKeys(
      SrtpProfile profile, byte[] sendKey, byte[] sendSalt, byte[] receiveKey, byte[] receiveSalt) {
    this.profile = profile;
    this.sendKey = sendKey;
    this.sendSalt = sendSalt;
    this.receiveKey = receiveKey;
    this.receiveSalt = receiveSalt;
  }

  /// Bytes to export for a profile.
  static int materialLength(SrtpProfile profile) {
    return 2 * (profile.keyLength() + profile.saltLength());
  }

  /// The server's view of exported material: client key, server key, client salt, server salt.
  static SrtpKeys ofServer(SrtpProfile profile, byte[] material) {
    int key = profile.keyLength();
    int salt = profile.saltLength();
    return new SrtpKeys(
        profile,
        Arrays.copyOfRange(material, key, 2 * key),
        Arrays.copyOfRange(material, 2 * key + salt, 2 * (key + salt)),
        Arrays.copyOfRange(material, 0, key),
        Arrays.copyOfRange(material, 2 * key, 2 * key + salt));
  }

  /// The same material seen from the other side.
  SrtpKeys mirrored() {
    return new SrtpKeys(
        profile,
        /* sendKey= */ receiveKey,
        /* sendSalt= */ receiveSalt,
        /* receiveKey= */ sendKey,
        /* receiveSalt= */ sendSalt);
  }

  SrtpProfile profile() {
    return profile;
  }

  byte[] sendKey() {
    return sendKey;
  }

  byte[] sendSalt() {
    return sendSalt;
  }

  byte[] receiveKey() {
    return receiveKey;
  }

  byte[] receiveSalt() {
    return receiveSalt;
  }
}
