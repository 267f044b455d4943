package dev.parley.media.transport;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Tells whether the first packet of an SSRC is authentic, before anything is made for that SSRC:
/// session keys are the same for all SSRCs of a direction (RFC 3711 §4.3), so they are derived once
/// here, and a forged packet of an unknown SSRC costs no more than one of a known.
///
/// The rollover counter of such a packet is taken to be 0. Packets come whole: what their lengths
/// must be at least has been looked at. For one event loop.
final class TagCheck {

  private static final String PROVIDER = "SunJCE";
  private static final int RTP_HEADER = 12;
  private static final int RTCP_HEADER = 8;
  private static final int INDEX = 4;
  private static final int GCM_IV = 12;
  private static final int MAC_KEY = 20;

  // Labels of the key derivation (RFC 3711 §4.3.1, §4.3.2).
  private static final int RTP_ENCRYPTION = 0;
  private static final int RTP_AUTHENTICATION = 1;
  private static final int RTP_SALT = 2;
  private static final int RTCP_ENCRYPTION = 3;
  private static final int RTCP_AUTHENTICATION = 4;
  private static final int RTCP_SALT = 5;

  private final int tagLength;
  private final boolean isGcm;
  private final Keys rtp;
  private final Keys rtcp;
  private final Cipher cipher;
  private final Mac mac;
  private final byte[] iv = new byte[GCM_IV];
  private final byte[] counter = new byte[INDEX];

  TagCheck(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
    tagLength = profile.tagLength();
    isGcm = profile != SrtpProfile.AES_CM_128_HMAC_SHA1_80;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding", PROVIDER);
      mac = Mac.getInstance("HmacSHA1", PROVIDER);
      if (isGcm) {
        rtp = Keys.gcm(masterKey, masterSalt, RTP_ENCRYPTION, RTP_SALT);
        rtcp = Keys.gcm(masterKey, masterSalt, RTCP_ENCRYPTION, RTCP_SALT);
      } else {
        rtp = Keys.mac(masterKey, masterSalt, RTP_AUTHENTICATION);
        rtcp = Keys.mac(masterKey, masterSalt, RTCP_AUTHENTICATION);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether the tag of the SRTP packet in `data[offset, offset + length)` is right.
  boolean holdsForRtp(byte[] data, int offset, int length) {
    int header = header(data, offset, length);
    if (header > length - tagLength) {
      return false;
    }
    Arrays.fill(counter, (byte) 0);
    try {
      if (!isGcm) {
        return isMac(rtp, data, offset, length - tagLength, counter);
      }
      // RFC 7714 §8.1: two zero bytes, SSRC, rollover counter, sequence number.
      Arrays.fill(iv, (byte) 0);
      System.arraycopy(data, offset + 8, iv, 2, 4);
      System.arraycopy(data, offset + 2, iv, 10, 2);
      start(rtp);
      cipher.updateAAD(data, offset, header);
      return opens(data, offset + header, length - header);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// Whether the tag of the SRTCP packet in `data[offset, offset + length)` is right.
  boolean holdsForRtcp(byte[] data, int offset, int length) {
    try {
      if (!isGcm) {
        return isMac(rtcp, data, offset, length - tagLength, new byte[0]);
      }
      // RFC 7714 §9.1: two zero bytes, SSRC, two zero bytes, index without the E flag.
      int index = offset + length - INDEX;
      Arrays.fill(iv, (byte) 0);
      System.arraycopy(data, offset + 4, iv, 2, 4);
      System.arraycopy(data, index, iv, 8, INDEX);
      iv[8] &= 0x7f;
      start(rtcp);
      boolean isEncrypted = (data[index] & 0x80) != 0;
      int plain = isEncrypted ? RTCP_HEADER : length - INDEX - tagLength;
      cipher.updateAAD(data, offset, plain);
      cipher.updateAAD(data, index, INDEX);
      return opens(data, offset + plain, length - INDEX - plain);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// Bytes of the RTP header with CSRCs and extension (RFC 3550 §5.1, §5.3.1).
  private static int header(byte[] data, int offset, int length) {
    int header = RTP_HEADER + 4 * (data[offset] & 0x0f);
    if ((data[offset] & 0x10) == 0) {
      return header;
    }
    if (header + 4 > length) {
      return length;
    }
    int words = ((data[offset + header + 2] & 0xff) << 8) | (data[offset + header + 3] & 0xff);
    return header + 4 + 4 * words;
  }

  private void start(Keys keys) throws GeneralSecurityException {
    for (int i = 0; i < GCM_IV; i++) {
      iv[i] ^= keys.salt[i];
    }
    cipher.init(Cipher.DECRYPT_MODE, keys.key, new GCMParameterSpec(8 * tagLength, iv));
  }

  private boolean isMac(Keys keys, byte[] data, int offset, int length, byte[] more)
      throws GeneralSecurityException {
    mac.init(keys.key);
    mac.update(data, offset, length);
    byte[] right = Arrays.copyOf(mac.doFinal(more), tagLength);
    return MessageDigest.isEqual(
        right, Arrays.copyOfRange(data, offset + length, offset + length + tagLength));
  }

  /// Fails when the tag at the end is wrong.
  private boolean opens(byte[] data, int offset, int length) throws GeneralSecurityException {
    byte[] unused = cipher.doFinal(data, offset, length);
    return unused.length == length - tagLength;
  }

  /// The key derivation of RFC 3711 §4.3 with a rate of 0.
  private static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int length)
      throws GeneralSecurityException {
    byte[] start = Arrays.copyOf(masterSalt, 16);
    start[7] ^= (byte) label;
    Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding", PROVIDER);
    counterMode.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"), new IvParameterSpec(start));
    return counterMode.doFinal(new byte[length]);
  }

  /// What one kind of packets is checked with.
  private static final class Keys {
    final SecretKey key;
    final byte[] salt;

    private Keys(SecretKey key, byte[] salt) {
      this.key = key;
      this.salt = salt;
    }

    static Keys gcm(byte[] masterKey, byte[] masterSalt, int encryption, int salt)
        throws GeneralSecurityException {
      byte[] key = derive(masterKey, masterSalt, encryption, masterKey.length);
      return new Keys(new SecretKeySpec(key, "AES"), derive(masterKey, masterSalt, salt, GCM_IV));
    }

    static Keys mac(byte[] masterKey, byte[] masterSalt, int label)
        throws GeneralSecurityException {
      byte[] key = derive(masterKey, masterSalt, label, MAC_KEY);
      return new Keys(new SecretKeySpec(key, "HmacSHA1"), new byte[0]);
    }
  }
}
