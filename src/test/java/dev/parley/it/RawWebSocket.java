package dev.parley.it;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A WebSocket made by hand on a TCP connection: sends any frame, legal or not, and reads only when
/// it is told to.
final class RawWebSocket implements AutoCloseable {

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;

  /// The connection has ended without a close frame.
  static final int NO_CLOSE_FRAME = -1;

  private static final int PATIENCE_MS = 15_000;
  private static final String PATH = "/socket.io/?EIO=4&transport=websocket";

  /// One frame as it came.
  ///
  /// @param first final bit, reserved bits and opcode
  record Frame(int first, Buffer payload) {

    int opcode() {
      return first & 0xf;
    }

    String text() {
      return payload.toString();
    }
  }

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final DataInputStream in;
  private final String answer;

  private RawWebSocket(int port, int receiveBuffer, String request) {
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      out = socket.getOutputStream();
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      answer = readHead();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks for a session with more headers, `Name: value` each; whatever the answer.
  static RawWebSocket ask(int port, String... headers) {
    StringBuilder request =
        new StringBuilder("GET " + PATH + " HTTP/1.1\r\nConnection: Upgrade\r\n")
            .append("Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    String all = String.join("\r\n", headers).toLowerCase(Locale.ROOT);
    if (!all.contains("host:")) {
      request.append("Host: localhost:").append(port).append("\r\n");
    }
    if (!all.contains("sec-websocket-version:")) {
      request.append("Sec-WebSocket-Version: 13\r\n");
    }
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return new RawWebSocket(port, 0, request.append("\r\n").toString());
  }

  /// Opens a session.
  static RawWebSocket open(int port, String... headers) {
    return ask(port, headers).opened();
  }

  /// Opens a session whose client has little room for what it does not read.
  static RawWebSocket openNarrow(int port) {
    String request =
        "GET "
            + PATH
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    return new RawWebSocket(port, 4096, request).opened();
  }

  private RawWebSocket opened() {
    if (status() != 101) {
      throw new AssertionError(answer);
    }
    if (!read().text().startsWith("0{")) {
      throw new AssertionError("no open packet");
    }
    return this;
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /// Status of the answer to the handshake.
  int status() {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  /// A header of the answer, empty without it.
  String header(String name) {
    for (String line : answer.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  void text(String text) {
    frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Sends a masked frame, as clients must.
  void frame(int first, byte... payload) {
    send(head(first, 0x80, payload.length), masked(payload));
  }

  /// Sends a frame that is not masked.
  void unmasked(int first, byte... payload) {
    send(head(first, 0, payload.length), payload);
  }

  /// Sends the head of a frame that announces so many bytes.
  void announce(int first, long length) {
    send(head(first, 0x80, length), new byte[0]);
  }

  private static byte[] head(int first, int mask, long length) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(first);
    if (length >= 0 && length < 126) {
      head.write((int) (mask | length));
    } else if (length >= 0 && length < 65_536) {
      head.write(mask | 126);
      head.write((int) (length >> 8));
      head.write((int) length);
    } else {
      head.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        head.write((int) (length >> shift));
      }
    }
    return head.toByteArray();
  }

  private static byte[] masked(byte[] payload) {
    byte[] mask = {1, 2, 3, 4};
    byte[] masked = new byte[payload.length + 4];
    System.arraycopy(mask, 0, masked, 0, 4);
    for (int i = 0; i < payload.length; i++) {
      masked[i + 4] = (byte) (payload[i] ^ mask[i & 3]);
    }
    return masked;
  }

  /// What cannot be sent, as the node has closed, is not.
  private void send(byte[] head, byte[] rest) {
    try {
      byte[] all = new byte[head.length + rest.length];
      System.arraycopy(head, 0, all, 0, head.length);
      System.arraycopy(rest, 0, all, head.length, rest.length);
      out.write(all);
    } catch (IOException _) {
      // Seen by whoever reads.
    }
  }

  /// The next frame.
  Frame read() {
    try {
      return readFrame();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Frame readFrame() throws IOException {
    int first = in.readUnsignedByte();
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    return new Frame(first, Buffer.buffer(payload));
  }

  /// The next text that begins like this; what comes before is skipped.
  String text(String beginning, boolean answersPings) {
    while (true) {
      Frame frame = read();
      if (frame.opcode() == TEXT) {
        String text = frame.text();
        if (text.startsWith(beginning)) {
          return text;
        }
        if (answersPings && text.equals("2")) {
          text("3");
        }
      }
    }
  }

  /// Answers the next ping; false when the node closes instead.
  boolean answersPing() {
    try {
      Frame frame = readFrame();
      text("3");
      return frame.opcode() != CLOSE;
    } catch (IOException _) {
      return false;
    }
  }

  /// Joins the default namespace as the holder of a token.
  RawWebSocket join(String token) {
    text("40{\"token\":\"" + token + "\"}");
    text("42[\"authenticated\"", true);
    return this;
  }

  /// Reads to the end; the code with which the node closes.
  int closeCode() {
    try {
      while (true) {
        Frame frame = readFrame();
        if (frame.opcode() == CLOSE && frame.payload().length() >= 2) {
          return frame.payload().getUnsignedShort(0);
        }
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not closed", e);
    } catch (IOException _) {
      // The end, or a reset, as the node had not read all.
      return NO_CLOSE_FRAME;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
