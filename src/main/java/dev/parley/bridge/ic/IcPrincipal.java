package dev.parley.bridge.ic;

import dev.parley.kernel.Failure;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The name of a canister or of a caller on the Internet Computer: 1 to 29 bytes.
///
/// As text: a CRC-32 of the bytes and the bytes themselves in the lower-case Base32 of RFC 4648 §6
/// without padding, a dash after every five characters. There is one text for one principal.
public final class IcPrincipal {

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int MAX_BYTES = 29;
  private static final int MAX_TEXT = 63;
  private static final int CHECKSUM = 4;
  private static final int GROUP = 5;

  private final byte[] bytes;
  private final String text;

  private IcPrincipal(byte[] bytes) {
    this.bytes = bytes;
    this.text = encode(bytes);
  }

  /// @throws Failure INVALID when these are too few or too many bytes
  public static IcPrincipal of(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw Failure.invalid("a principal has 1 to " + MAX_BYTES + " bytes, not " + bytes.length);
    }
    return new IcPrincipal(bytes.clone());
  }

  /// @throws Failure INVALID when it is not the text of a principal, exactly as `text` gives it
  public static IcPrincipal parse(String text) {
    byte[] decoded = text.length() > MAX_TEXT ? new byte[0] : decode(text);
    int length = decoded.length - CHECKSUM;
    if (length >= 1 && length <= MAX_BYTES) {
      var principal = new IcPrincipal(Arrays.copyOfRange(decoded, CHECKSUM, decoded.length));
      // Encoded again it is the same: so the checksum, the dashes and the spare bits are right.
      if (principal.text.equals(text)) {
        return principal;
      }
    }
    throw Failure.invalid("not the text of a principal");
  }

  private static String encode(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    byte[] all = Arrays.copyOf(Wire.bigEndian32(crc.getValue()), CHECKSUM + bytes.length);
    System.arraycopy(bytes, 0, all, CHECKSUM, bytes.length);
    var text = new StringBuilder(MAX_TEXT);
    int digits = (all.length * 8 + 4) / 5;
    for (int i = 0; i < digits; i++) {
      if (i > 0 && i % GROUP == 0) {
        text.append('-');
      }
      text.append(ALPHABET.charAt(fiveBits(all, i * 5)));
    }
    return text.toString();
  }

  private static int fiveBits(byte[] all, int bit) {
    int at = bit / 8;
    int pair = ((all[at] & 0xff) << 8) | (at + 1 < all.length ? all[at + 1] & 0xff : 0);
    return (pair >> (11 - bit % 8)) & 0x1f;
  }

  /// The bytes of what digits there are; none when there is a character that is neither digit nor
  /// dash.
  private static byte[] decode(String text) {
    var bytes = new ByteArrayOutputStream();
    int bits = 0;
    int held = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '-') {
        continue;
      }
      int digit = ALPHABET.indexOf(c);
      if (digit < 0) {
        return new byte[0];
      }
      held = ((held << 5) | digit) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.write(held >> bits);
      }
    }
    return bytes.toByteArray();
  }

  public String text() {
    return text;
  }

  /// A copy of the bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IcPrincipal principal && Arrays.equals(bytes, principal.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return text;
  }
}
