package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One Socket.IO client on a WebSocket, as cheap as can be: frames are taken apart where they lie,
/// of a relayed event only the number after the mark is read, and what it sends over and over is
/// masked once. On the load client's event loop only, but for the futures.
final class LoadSocket extends ChannelInboundHandlerAdapter {

  /// What became of the relayed events of all sockets.
  interface Receiver {
    void onRelayed(LoadSocket socket, int number, long nowNs);
  }

  private static final int MASK = 0x5a17c3e9;
  private static final byte[] PONG = frame("3");
  private static final byte[] RELAYED = "42[\"room:message\"".getBytes(StandardCharsets.US_ASCII);
  private static final String ADMITTED = "42[\"authenticated\"";

  private final int index;
  private final Receiver receiver;
  private final String auth;
  private final boolean awaitsAdmission;
  private final CompletableFuture<LoadSocket> ready = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new HashMap<>(2);

  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf rest;
  private boolean isUpgraded;
  private boolean isClosing;
  private String closed = "";
  private int nextAck;
  private String id = "";
  private byte[] message = {};
  private int markAt;

  /// Its room, and its place there, counted from 0.
  int room = -1;

  int place;

  /// @param index number of this client
  /// @param auth the JSON object it connects with
  /// @param awaitsAdmission whether the server tells by an event that it is let in
  LoadSocket(int index, Receiver receiver, String auth, boolean awaitsAdmission) {
    this.index = index;
    this.receiver = receiver;
    this.auth = auth;
    this.awaitsAdmission = awaitsAdmission;
  }

  int index() {
    return index;
  }

  /// Complete when the server has let it in.
  CompletableFuture<LoadSocket> ready() {
    return ready;
  }

  /// Its id in the namespace.
  String id() {
    return id;
  }

  /// Why it was closed by the other side; empty when it was not.
  String closed() {
    return closed;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    String request =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            + "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
            + " Chrome/142.0.0.0 Safari/537.36\r\n"
            + "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-US,en;q=0.9\r\n"
            + "Cache-Control: no-cache\r\nPragma: no-cache\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), request), ctx.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    ByteBuf before = rest;
    if (before != null) {
      before.writeBytes(in);
      in.release();
      in = before;
      rest = null;
    }
    long nowNs = System.nanoTime();
    if (isUpgraded || readHead(in)) {
      while (readFrame(in, nowNs)) {}
    }
    if (in.isReadable()) {
      rest = ctx.alloc().buffer(Math.max(256, 2 * in.readableBytes())).writeBytes(in);
    }
    in.release();
  }

  private boolean readHead(ByteBuf in) {
    String text = in.toString(StandardCharsets.US_ASCII);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String status = text.substring(0, text.indexOf("\r\n"));
    in.skipBytes(end + 4);
    if (!status.contains(" 101")) {
      onClosed("refused: " + status);
      return false;
    }
    isUpgraded = true;
    return true;
  }

  /// Reads one frame of RFC 6455 §5.2; false when it is not whole yet.
  private boolean readFrame(ByteBuf in, long nowNs) {
    int at = in.readerIndex();
    int available = in.readableBytes();
    if (available < 2) {
      return false;
    }
    int length = in.getByte(at + 1) & 0x7f;
    int head = 2;
    if (length == 126) {
      head = 4;
      length = available < head ? 0 : in.getUnsignedShort(at + 2);
    } else if (length == 127) {
      head = 10;
      length = available < head ? 0 : Math.toIntExact(in.getLong(at + 2));
    }
    if (available < head + length) {
      return false;
    }
    int opcode = in.getByte(at) & 0x0f;
    if (opcode == 1 && length > 0) {
      onText(in, at + head, length, nowNs);
    } else if (opcode == 8) {
      onClosed(
          length < 2
              ? "closed"
              : "closed: "
                  + in.getUnsignedShort(at + head)
                  + " "
                  + in.toString(at + head + 2, length - 2, StandardCharsets.UTF_8));
    }
    in.readerIndex(at + head + length);
    return true;
  }

  private void onText(ByteBuf in, int at, int length, long nowNs) {
    byte type = in.getByte(at);
    if (type == '2') {
      write(PONG);
    } else if (isRelayed(in, at, length)) {
      int mark = in.indexOf(at + RELAYED.length, at + length, (byte) Scenario.MARK);
      if (mark > 0) {
        receiver.onRelayed(this, number(in, mark + 1), nowNs);
      }
    } else if (type == '0' || !ready.isDone() || !asked.isEmpty()) {
      onPacket(in.toString(at, length, StandardCharsets.UTF_8));
    }
  }

  private static boolean isRelayed(ByteBuf in, int at, int length) {
    if (length < RELAYED.length) {
      return false;
    }
    for (int i = 0; i < RELAYED.length; i++) {
      if (in.getByte(at + i) != RELAYED[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(ByteBuf in, int at) {
    int number = 0;
    for (int i = 0; i < Scenario.DIGITS; i++) {
      number = 10 * number + in.getByte(at + i) - '0';
    }
    return number;
  }

  private void onPacket(String packet) {
    if (packet.startsWith("0{")) {
      write(frame("40" + auth));
    } else if (packet.startsWith("40{")) {
      id = Json.read(packet.substring(2), JsonNode.class).path("sid").asText();
      if (!awaitsAdmission) {
        ready.complete(this);
      }
    } else if (packet.startsWith("44")) {
      ready.completeExceptionally(new IllegalStateException(packet));
    } else if (awaitsAdmission && packet.startsWith(ADMITTED)) {
      ready.complete(this);
    } else if (packet.startsWith("43")) {
      int arguments = packet.indexOf('[');
      var waiting = asked.remove(Integer.parseInt(packet.substring(2, arguments)));
      if (waiting != null) {
        waiting.complete(Json.read(packet.substring(arguments), JsonNode.class).path(0));
      }
    }
  }

  /// Sends an event and waits for its acknowledgement. Any thread.
  CompletableFuture<JsonNode> ask(String event, String payload) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    ChannelHandlerContext ctx = context();
    ctx.executor()
        .execute(() -> {
          int ack = nextAck++;
          asked.put(ack, answer);
          write(frame("42" + ack + "[\"" + event + "\"," + payload + "]"));
        });
    return answer;
  }

  /// Makes what `send` sends.
  ///
  /// @param target id of the only receiver; null for the whole room
  void prepare(String roomId, @Nullable String target, String data) {
    String text =
        "42[\"room:message\",{\"roomId\":\""
            + roomId
            + (target == null ? "" : "\",\"targetSocketId\":\"" + target)
            + "\",\"data\":"
            + data
            + "}]";
    message = frame(text);
    markAt = message.length - text.length() + text.indexOf(Scenario.MARK) + 1;
  }

  /// Sends the prepared message under a number.
  void send(int number) {
    int key = markAt - (message.length - payloadLength(message));
    for (int i = Scenario.DIGITS - 1, left = number; i >= 0; i--, left /= 10) {
      message[markAt + i] = (byte) (('0' + left % 10) ^ mask(key + i));
    }
    write(message);
  }

  private void write(byte[] frame) {
    ChannelHandlerContext ctx = context();
    ctx.writeAndFlush(ctx.alloc().directBuffer(frame.length).writeBytes(frame), ctx.voidPromise());
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not connected");
    }
    return context;
  }

  /// A masked text frame.
  private static byte[] frame(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    int head = (payload.length < 126 ? 2 : 4) + 4;
    byte[] frame = new byte[head + payload.length];
    frame[0] = (byte) 0x81;
    if (payload.length < 126) {
      frame[1] = (byte) (0x80 | payload.length);
    } else if (payload.length <= 0xffff) {
      frame[1] = (byte) 0xfe;
      frame[2] = (byte) (payload.length >> 8);
      frame[3] = (byte) payload.length;
    } else {
      throw new IllegalArgumentException("too long for this client: " + payload.length);
    }
    for (int i = 0; i < 4; i++) {
      frame[head - 4 + i] = (byte) mask(i);
    }
    for (int i = 0; i < payload.length; i++) {
      frame[head + i] = (byte) (payload[i] ^ mask(i));
    }
    return frame;
  }

  private static int payloadLength(byte[] frame) {
    return frame.length - ((frame[1] & 0x7f) == 126 ? 8 : 6);
  }

  /// The byte that the byte at an offset of the payload is masked with.
  private static int mask(int offset) {
    return (MASK >>> (24 - 8 * (offset & 3))) & 0xff;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (rest != null) {
      rest.release();
      rest = null;
    }
    onClosed("ended");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    onClosed(cause.toString());
    ctx.close();
  }

  private void onClosed(String reason) {
    if (closed.isEmpty() && !isClosing) {
      closed = reason;
      ready.completeExceptionally(new IllegalStateException(reason));
      asked
          .values()
          .forEach(answer -> answer.completeExceptionally(new IllegalStateException(reason)));
    }
  }

  /// Closes the connection, as clients do that go away. Any thread.
  void close() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.executor()
          .execute(() -> {
            isClosing = true;
            ctx.close();
          });
    }
  }

  @Override
  public String toString() {
    return "client " + index + Arrays.toString(new Object[] {id, closed});
  }
}
