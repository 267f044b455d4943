package dev.parley.media.transport;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Request;
import org.ice4j.message.Response;
import org.ice4j.security.CredentialsAuthority;
import org.ice4j.stack.StunStack;
import org.jspecify.annotations.Nullable;

/// Reads Binding requests and writes their responses with ice4j's codec (RFC 8489, RFC 8445 §7.3).
/// It opens no socket and starts no thread. For one event loop.
final class Stun {

  /// STUN error codes (RFC 8489 §14.8, RFC 8445 §7.3.1.1).
  enum Problem {
    BAD_REQUEST(400, "Bad Request"),
    UNAUTHENTICATED(401, "Unauthenticated"),
    UNKNOWN_ATTRIBUTE(420, "Unknown Attribute"),
    ROLE_CONFLICT(487, "Role Conflict");

    private final char code;
    private final String phrase;

    Problem(int code, String phrase) {
      this.code = (char) code;
      this.phrase = phrase;
    }
  }

  /// The name under which ice4j asks for the key of a response.
  private static final String ANY_USER = "local";

  private final StunStack stack = new StunStack();
  private final Key key = new Key();

  Stun() {
    stack.getCredentialsManager().registerAuthority(key);
  }

  /// Whether MESSAGE-INTEGRITY, found at `integrityAt`, was made with `password` (RFC 8489 §14.5).
  boolean isAuthentic(byte[] data, int integrityAt, byte[] password) {
    byte[] covered = Arrays.copyOf(data, integrityAt);
    putLength(covered, integrityAt + StunScan.INTEGRITY - StunScan.HEADER);
    byte[] expected =
        MessageIntegrityAttribute.calculateHmacSha1(covered, 0, covered.length, password);
    byte[] carried = Arrays.copyOfRange(data, integrityAt + 4, integrityAt + StunScan.INTEGRITY);
    return MessageDigest.isEqual(expected, carried);
  }

  /// Decodes the authentic part of a request: what stands behind MESSAGE-INTEGRITY is left out (RFC
  /// 8489 §14.5).
  @Nullable Request decode(byte[] data, int integrityAt) {
    byte[] authentic = Arrays.copyOf(data, integrityAt + StunScan.INTEGRITY);
    putLength(authentic, authentic.length - StunScan.HEADER);
    try {
      return Message.decode(authentic, 0, authentic.length) instanceof Request request
          ? request
          : null;
    } catch (StunException | RuntimeException e) {
      return null;
    }
  }

  /// The success response to a request: XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY, FINGERPRINT.
  byte[] success(Request request, InetSocketAddress from, byte[] password) {
    Response response =
        MessageFactory.createBindingResponse(request, new TransportAddress(from, Transport.UDP));
    return encode(response, request.getTransactionID(), password);
  }

  /// An error response to the request in `data`; without a password it carries no integrity.
  byte[] error(byte[] data, Problem problem, byte @Nullable [] password) {
    return encode(
        MessageFactory.createBindingErrorResponse(problem.code, problem.phrase),
        transaction(data),
        password);
  }

  /// The error response 420 to a request with attributes that it required us to know.
  byte[] unknown(byte[] data, char[] types, byte[] password) {
    Problem problem = Problem.UNKNOWN_ATTRIBUTE;
    return encode(
        MessageFactory.createBindingErrorResponse(problem.code, problem.phrase, types),
        transaction(data),
        password);
  }

  /// Frees what ice4j holds.
  void close() {
    stack.getCredentialsManager().unregisterAuthority(key);
    stack.shutDown();
  }

  private byte[] encode(Response response, byte[] transaction, byte @Nullable [] password) {
    try {
      response.setTransactionID(transaction);
    } catch (StunException e) {
      throw new IllegalStateException("a transaction id has twelve bytes", e);
    }
    if (password != null) {
      key.password = password;
      response.putAttribute(AttributeFactory.createMessageIntegrityAttribute(ANY_USER));
    }
    response.putAttribute(AttributeFactory.createFingerprintAttribute());
    return response.encode(stack);
  }

  private static byte[] transaction(byte[] data) {
    return Arrays.copyOfRange(data, StunScan.HEADER - StunScan.TRANSACTION_ID, StunScan.HEADER);
  }

  private static void putLength(byte[] message, int length) {
    message[2] = (byte) (length >>> 8);
    message[3] = (byte) length;
  }

  /// The bytes of an ICE password as a key (RFC 8445 §7: no SASLprep is needed).
  static byte[] keyOf(String password) {
    return password.getBytes(StandardCharsets.US_ASCII);
  }

  /// Hands ice4j the key of the response that is being encoded.
  private static final class Key implements CredentialsAuthority {
    private byte[] password = new byte[0];

    @Override
    public byte[] getLocalKey(String user) {
      return password;
    }

    @Override
    public byte[] getRemoteKey(String user, String media) {
      return password;
    }

    @Override
    public boolean checkLocalUserName(String user) {
      return true;
    }
  }
}
