package dev.parley.media.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Builds Binding requests byte by byte, without the codec under test.
final class StunRequest {

  static final int USE_CANDIDATE = 0x0025;
  static final int NOMINATION = 0xc001;
  static final int ICE_CONTROLLED = 0x8029;
  static final int ICE_CONTROLLING = 0x802a;
  static final int PRIORITY = 0x0024;

  private static final AtomicLong TRANSACTIONS = new AtomicLong();

  private final long transaction = TRANSACTIONS.incrementAndGet();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /// A usual check of a controlling browser, still without integrity.
  static StunRequest check(String localUfrag) {
    return new StunRequest()
        .username(localUfrag + ":browser")
        .attribute(PRIORITY, new byte[] {0x6e, 0, 1, (byte) 0xff})
        .attribute(ICE_CONTROLLING, new byte[8])
        .attribute(0xc057, new byte[4]);
  }

  StunRequest username(String value) {
    return attribute(0x0006, value.getBytes(StandardCharsets.UTF_8));
  }

  StunRequest useCandidate() {
    return attribute(USE_CANDIDATE, new byte[0]);
  }

  StunRequest nomination(int value) {
    return attribute(NOMINATION, ByteBuffer.allocate(4).putInt(value).array());
  }

  StunRequest attribute(int type, byte[] value) {
    body.writeBytes(
        ByteBuffer.allocate(4 + (value.length + 3) / 4 * 4)
            .putShort((short) type)
            .putShort((short) value.length)
            .put(value)
            .array());
    return this;
  }

  /// With MESSAGE-INTEGRITY and FINGERPRINT.
  byte[] signed(String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
      attribute(0x0008, mac.doFinal(message(24)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    CRC32 crc = new CRC32();
    crc.update(message(8));
    attribute(0x8028, ByteBuffer.allocate(4).putInt((int) crc.getValue() ^ 0x5354554e).array());
    return message(0);
  }

  /// The message so far, its length field `ahead` bytes ahead.
  byte[] message(int ahead) {
    byte[] attributes = body.toByteArray();
    return ByteBuffer.allocate(20 + attributes.length)
        .putShort((short) 1)
        .putShort((short) (attributes.length + ahead))
        .putInt(0x2112a442)
        .putInt(0x74657374)
        .putLong(transaction)
        .put(attributes)
        .array();
  }

  /// Whether a message has the transaction id of this request.
  boolean isAnsweredBy(byte[] response) {
    return response.length >= 20 && ByteBuffer.wrap(response).getLong(12) == transaction;
  }

  /// The code of an error response, or 0 for a success response.
  static int errorCode(byte[] response) {
    int type = ((response[0] & 0xff) << 8) | (response[1] & 0xff);
    if (type == 0x0101) {
      return 0;
    }
    for (int at = 20; at + 4 <= response.length; ) {
      int size = ((response[at + 2] & 0xff) << 8) | (response[at + 3] & 0xff);
      if ((((response[at] & 0xff) << 8) | (response[at + 1] & 0xff)) == 0x0009) {
        return 100 * response[at + 6] + response[at + 7];
      }
      at += 4 + (size + 3) / 4 * 4;
    }
    throw new IllegalArgumentException("no ERROR-CODE");
  }
}
