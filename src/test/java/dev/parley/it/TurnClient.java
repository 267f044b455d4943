package dev.parley.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A client of a TURN server on the loopback address, over UDP and IPv4: what a browser does to
/// have its packets relayed (RFC 8656), with long-term credentials (RFC 8489 §9.2).
final class TurnClient implements AutoCloseable {

  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;

  private static final int PATIENCE_MS = 10_000;
  private static final int MAX_DATAGRAM = 1500;

  private static final int BINDING = 0x001;
  private static final int ALLOCATE = 0x003;
  private static final int CREATE_PERMISSION = 0x008;
  private static final int SEND_INDICATION = 0x016;
  private static final int DATA_INDICATION = 0x017;
  private static final int SUCCESS = 0x100;
  private static final int ERROR = 0x110;

  private static final int USERNAME = 0x0006;
  private static final int MESSAGE_INTEGRITY = 0x0008;
  private static final int ERROR_CODE = 0x0009;
  private static final int XOR_PEER_ADDRESS = 0x0012;
  private static final int DATA = 0x0013;
  private static final int REALM = 0x0014;
  private static final int NONCE = 0x0015;
  private static final int XOR_RELAYED_ADDRESS = 0x0016;
  private static final int REQUESTED_TRANSPORT = 0x0019;

  private static final int HEADER = 20;
  private static final int INTEGRITY = 24;
  private static final int COOKIE = 0x2112A442;
  private static final byte[] UDP = {17, 0, 0, 0};

  private final DatagramSocket socket;
  private final Map<Integer, byte[]> credentials = new LinkedHashMap<>();
  private byte[] key = {};

  TurnClient(int port) {
    try {
      socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(InetAddress.getLoopbackAddress(), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What came back, or came by itself.
  static final class Message {
    private final byte[] bytes;
    private final int type;
    private final Map<Integer, byte[]> attributes = new LinkedHashMap<>();

    private Message(byte[] bytes) {
      this.bytes = bytes;
      ByteBuffer read = ByteBuffer.wrap(bytes);
      this.type = read.getShort();
      read.position(HEADER);
      while (read.remaining() >= 4) {
        int name = Short.toUnsignedInt(read.getShort());
        byte[] value = new byte[read.getShort()];
        read.get(value);
        attributes.putIfAbsent(name, value);
        read.position(read.position() + padded(value.length) - value.length);
      }
    }

    /// 0 of what is no error.
    int errorCode() {
      byte[] code = attributes.get(ERROR_CODE);
      return code == null ? 0 : code[2] * 100 + code[3];
    }

    private byte[] attribute(int name) {
      byte[] value = attributes.get(name);
      if (value == null) {
        throw new AssertionError("no attribute " + name + " in " + this);
      }
      return value;
    }

    String realm() {
      return new String(attribute(REALM), StandardCharsets.UTF_8);
    }

    InetSocketAddress relayed() {
      return address(attribute(XOR_RELAYED_ADDRESS));
    }

    InetSocketAddress peer() {
      return address(attribute(XOR_PEER_ADDRESS));
    }

    String data() {
      return new String(attribute(DATA), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "Message[type=0x%x, %s]".formatted(type, HexFormat.of().formatHex(bytes));
    }
  }

  /// Whether a STUN server answers at the port now.
  static boolean answers(int port) {
    try (TurnClient client = new TurnClient(port)) {
      client.socket.setSoTimeout(100);
      return client.ask(BINDING, Map.of()).type == (BINDING | SUCCESS);
    } catch (IOException | UncheckedIOException _) {
      return false;
    }
  }

  /// Asks for a relayed address: first without credentials, as the server must say for which realm
  /// they are to be. Fails when it lets in whoever comes.
  Message allocate(String username, String password) {
    Message challenge = ask(ALLOCATE, Map.of(REQUESTED_TRANSPORT, UDP));
    if (challenge.errorCode() != UNAUTHORIZED) {
      throw new AssertionError("not asked for credentials: " + challenge);
    }
    credentials.put(USERNAME, username.getBytes(StandardCharsets.UTF_8));
    credentials.put(REALM, challenge.attribute(REALM));
    credentials.put(NONCE, challenge.attribute(NONCE));
    key = md5(username + ":" + challenge.realm() + ":" + password);
    return ask(ALLOCATE, Map.of(REQUESTED_TRANSPORT, UDP));
  }

  /// Lets what comes from a peer through.
  Message permit(InetSocketAddress peer) {
    return ask(CREATE_PERMISSION, Map.of(XOR_PEER_ADDRESS, xored(peer)));
  }

  /// Has the server send a text to a peer.
  void send(InetSocketAddress peer, String text) {
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    attributes.put(XOR_PEER_ADDRESS, xored(peer));
    attributes.put(DATA, text.getBytes(StandardCharsets.UTF_8));
    transmit(encoded(SEND_INDICATION, attributes));
  }

  /// The next that a peer sent.
  Message received() {
    Message message = read();
    if (message.type != DATA_INDICATION) {
      throw new AssertionError("no data: " + message);
    }
    return message;
  }

  /// Proves, once there are credentials, who it is; and has the server prove that it knows the
  /// same.
  private Message ask(int method, Map<Integer, byte[]> attributes) {
    Map<Integer, byte[]> all = new LinkedHashMap<>(attributes);
    all.putAll(credentials);
    byte[] request = encoded(method, all);
    if (key.length > 0) {
      request = signed(request);
    }
    transmit(request);
    Message answer = read();
    boolean isMine = Arrays.equals(request, 4, HEADER, answer.bytes, 4, HEADER);
    boolean isAnswer = answer.type == (method | SUCCESS) || answer.type == (method | ERROR);
    if (!isMine || !isAnswer) {
      throw new AssertionError("no answer: " + answer);
    }
    if (key.length > 0 && answer.type == (method | SUCCESS)) {
      verify(answer);
    }
    return answer;
  }

  private void verify(Message message) {
    ByteBuffer read = ByteBuffer.wrap(message.bytes).position(HEADER);
    while (read.getShort(read.position()) != MESSAGE_INTEGRITY) {
      read.position(read.position() + 4 + padded(read.getShort(read.position() + 2)));
    }
    byte[] expected = signed(Arrays.copyOf(message.bytes, read.position()));
    byte[] given = Arrays.copyOf(message.bytes, read.position() + INTEGRITY);
    // The length in the header is that up to the attribute.
    if (!Arrays.equals(expected, HEADER, expected.length, given, HEADER, given.length)) {
      throw new AssertionError("not signed with the password: " + message);
    }
  }

  private static byte[] encoded(int type, Map<Integer, byte[]> attributes) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    attributes.forEach((name, value) -> {
      body.writeBytes(
          ByteBuffer.allocate(4)
              .putShort(name.shortValue())
              .putShort((short) value.length)
              .array());
      body.writeBytes(Arrays.copyOf(value, padded(value.length)));
    });
    byte[] transaction = new byte[12];
    ThreadLocalRandom.current().nextBytes(transaction);
    return ByteBuffer.allocate(HEADER + body.size())
        .putShort((short) type)
        .putShort((short) body.size())
        .putInt(COOKIE)
        .put(transaction)
        .put(body.toByteArray())
        .array();
  }

  /// With MESSAGE-INTEGRITY, whose own length counts (RFC 8489 §14.5).
  private byte[] signed(byte[] message) {
    byte[] longer = Arrays.copyOf(message, message.length + INTEGRITY);
    ByteBuffer write = ByteBuffer.wrap(longer);
    write.putShort(2, (short) (longer.length - HEADER));
    byte[] tag = hmac(Arrays.copyOf(longer, message.length));
    write.position(message.length);
    write.putShort((short) MESSAGE_INTEGRITY).putShort((short) tag.length).put(tag);
    return longer;
  }

  private void transmit(byte[] message) {
    try {
      socket.send(new DatagramPacket(message, message.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Message read() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    try {
      socket.receive(packet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  private static int padded(int length) {
    return (length + 3) & ~3;
  }

  /// An IPv4 address as an attribute writes it (RFC 8489 §14.2).
  private static byte[] xored(InetSocketAddress address) {
    int host = ByteBuffer.wrap(address.getAddress().getAddress()).getInt();
    return ByteBuffer.allocate(8)
        .putShort((short) 1)
        .putShort((short) (address.getPort() ^ (COOKIE >>> 16)))
        .putInt(host ^ COOKIE)
        .array();
  }

  private static InetSocketAddress address(byte[] xored) {
    ByteBuffer read = ByteBuffer.wrap(xored);
    int port = Short.toUnsignedInt(read.getShort(2)) ^ (COOKIE >>> 16);
    byte[] host = ByteBuffer.allocate(4).putInt(read.getInt(4) ^ COOKIE).array();
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] md5(String text) {
    try {
      return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] hmac(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "HmacSHA1"));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
