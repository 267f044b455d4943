package dev.parley.media.transport;

import dev.parley.kernel.Config;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The UDP socket of one worker, read and written on the worker's own event loop, and the tables
/// that tell whose a datagram is: by remote address, and by ICE user name fragment for checks.
///
/// Datagrams are read in batches (`recvmmsg` with epoll). After each batch the worker's callback
/// runs, then all that was sent goes to the kernel together. Two ports share nothing.
public final class UdpPort {

  private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);

  /// Longest datagram that is looked at.
  static final int MAX_DATAGRAM = 2048;

  /// Datagrams read with one system call.
  static final int READ_TOGETHER = 64;

  /// Datagrams read before the loop does something else.
  static final int READ_AT_MOST = 256;

  /// Wanted socket buffers; the kernel gives what `net.core.rmem_max` and `wmem_max` allow.
  static final int SOCKET_BUFFER = 4 * 1024 * 1024;

  /// Room that encryption needs behind the longest plain packet.
  private static final int SCRATCH = Outlet.MAX_PACKET + 64;

  private final EventLoop loop;
  private final LongSupplier clock;
  private final LongConsumer batchEnd;
  private final Channel channel;
  private final SendBatch batch;
  private final ReceiveOverflow overflow;
  private final Drop.Counts drops = new Drop.Counts();
  private final Stun stun = new Stun();
  private final StunScan scan = new StunScan();
  private final AddressTable<WebRtcTransport> byAddress = new AddressTable<>();
  private final LongTable<WebRtcTransport> byUfrag = new LongTable<>();
  private final byte[] received = new byte[MAX_DATAGRAM];
  private final byte[] scratch = new byte[SCRATCH];
  private final Runnable flushTask = this::runFlushTask;
  private boolean isInBatch;
  private boolean isFlushPlanned;
  private long batchNs;

  private UdpPort(Channel channel, boolean isEpoll, LongSupplier clock, LongConsumer batchEnd) {
    this.channel = channel;
    this.clock = clock;
    this.batchEnd = batchEnd;
    loop = channel.eventLoop();
    overflow = new ReceiveOverflow(channel, isEpoll);
    batch =
        new SendBatch(
            channel, isEpoll && EpollDatagramChannel.isSegmentedDatagramPacketSupported(), drops);
  }

  /// Binds the first free port of the configured range on an event loop of Vert.x or Netty, epoll
  /// or NIO. May be called from any thread.
  ///
  /// @param loop the worker's event loop; all else of this class runs there
  /// @param clock nanoseconds that only grow, `System::nanoTime`
  /// @param batchEnd called with the time when a batch of received packets has been handled, before
  ///   what was sent is flushed
  /// @return fails with the last bind error when no port of the range is free
  public static Future<UdpPort> open(
      EventLoop loop, Config.Media config, LongSupplier clock, LongConsumer batchEnd) {
    Promise<UdpPort> opened = Promise.promise();
    boolean isEpoll = loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
    bind(loop, isEpoll, config, config.minPort(), clock, batchEnd, opened);
    return opened.future();
  }

  private static void bind(
      EventLoop loop,
      boolean isEpoll,
      Config.Media config,
      int port,
      LongSupplier clock,
      LongConsumer batchEnd,
      Promise<UdpPort> opened) {
    ChannelFuture bound =
        bootstrap(loop, isEpoll).bind(new InetSocketAddress(config.listenIp(), port));
    var _ =
        bound.addListener(_ -> {
          if (bound.isSuccess()) {
            UdpPort udp = new UdpPort(bound.channel(), isEpoll, clock, batchEnd);
            bound.channel().pipeline().addLast(udp.new Reader());
            bound.channel().config().setAutoRead(true);
            opened.complete(udp);
          } else if (port < config.maxPort()) {
            bind(loop, isEpoll, config, port + 1, clock, batchEnd, opened);
          } else {
            opened.fail(bound.cause());
          }
        });
  }

  private static Bootstrap bootstrap(EventLoop loop, boolean isEpoll) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(isEpoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
            .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER);
    if (isEpoll) {
      bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM);
    }
    int atOnce = isEpoll ? READ_TOGETHER : 1;
    FixedRecvByteBufAllocator memory = new FixedRecvByteBufAllocator(atOnce * MAX_DATAGRAM);
    memory.maxMessagesPerRead(READ_AT_MOST);
    bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, memory);
    return bootstrap;
  }

  /// The port number it is bound to.
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /// Gives to the kernel what was sent outside of a receive batch. Needs not be called: it happens
  /// by itself at the end of the loop's turn.
  public void flush() {
    batch.flush();
  }

  /// Transports that have this port.
  public int transports() {
    return byUfrag.size();
  }

  /// What was dropped and why, by the port and by all transports it has had, and what the kernel
  /// dropped before it could be read. No number ever falls.
  public Map<Drop, Long> drops() {
    drops.add(Drop.RECEIVE_OVERFLOW, overflow.sinceLast());
    return drops.snapshot();
  }

  /// Kernel messages and the datagrams in them: how well merging works.
  public SendStats sendStats() {
    return new SendStats(batch.messages(), batch.datagrams(), batch.canMerge());
  }

  /// How datagrams left.
  ///
  /// @param messages given to the kernel
  /// @param datagrams in those messages
  /// @param merges whether neighbours are merged (GSO)
  public record SendStats(long messages, long datagrams, boolean merges) {}

  /// Closes the socket. Transports are closed by their owner, before.
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    loop.execute(() -> {
      var _ =
          channel
              .close()
              .addListener(_ -> {
                batch.close();
                stun.close();
                closed.tryComplete();
              });
    });
    return closed.future();
  }

  long nowNs() {
    return isInBatch ? batchNs : clock.getAsLong();
  }

  Executor loop() {
    return loop;
  }

  Stun stun() {
    return stun;
  }

  byte[] scratch() {
    return scratch;
  }

  void addUfrag(IceLite.Credentials credentials, WebRtcTransport transport) {
    byUfrag.put(credentials.ufragKey, transport);
  }

  boolean hasUfrag(IceLite.Credentials credentials) {
    return byUfrag.get(credentials.ufragKey) != null;
  }

  void removeUfrag(IceLite.Credentials credentials) {
    byUfrag.remove(credentials.ufragKey);
  }

  /// Counts what a transport dropped.
  void drop(Drop reason) {
    drops.add(reason);
  }

  @Nullable WebRtcTransport at(InetSocketAddress address) {
    return byAddress.get(address);
  }

  void addAddress(InetSocketAddress address, WebRtcTransport transport) {
    byAddress.put(address, transport);
  }

  /// Removes an address if it is still this transport's.
  void removeAddress(InetSocketAddress address, WebRtcTransport transport) {
    if (byAddress.get(address) == transport) {
      byAddress.remove(address);
    }
  }

  int addresses() {
    return byAddress.size();
  }

  /// Adds a datagram to the batch.
  boolean send(Tuple to, byte[] data, int offset, int length) {
    boolean isTaken = channel.isOpen() && batch.append(to, data, offset, length);
    planFlush();
    return isTaken;
  }

  /// Sends to an address that no transport holds.
  private void sendStray(InetSocketAddress to, byte[] data) {
    send(new Tuple(to, 0), data, 0, data.length);
  }

  private void planFlush() {
    if (!isInBatch && !isFlushPlanned) {
      isFlushPlanned = true;
      loop.execute(flushTask);
    }
  }

  private void runFlushTask() {
    isFlushPlanned = false;
    if (channel.isOpen()) {
      batch.flush();
    }
  }

  private void dispatch(InetSocketAddress from, int length) {
    switch (Demux.of(received, length)) {
      case STUN -> onStun(from, length);
      case DTLS -> {
        WebRtcTransport transport = known(from);
        if (transport != null) {
          transport.onDtls(received, length);
        }
      }
      case RTP -> {
        WebRtcTransport transport = known(from);
        if (transport != null) {
          transport.onRtp(received, length, batchNs);
        }
      }
      case RTCP -> {
        WebRtcTransport transport = known(from);
        if (transport != null) {
          transport.onRtcp(received, length, batchNs);
        }
      }
      case OTHER -> drops.add(Drop.NOT_MEDIA);
    }
  }

  private @Nullable WebRtcTransport known(InetSocketAddress from) {
    WebRtcTransport transport = byAddress.get(from);
    if (transport == null) {
      drops.add(Drop.UNKNOWN_ADDRESS);
    }
    return transport;
  }

  private void onStun(InetSocketAddress from, int length) {
    if (!scan.scan(received, length)) {
      drops.add(Drop.MALFORMED_STUN);
      return;
    }
    WebRtcTransport transport = scan.ufrag() == 0 ? null : byUfrag.get(scan.ufrag());
    if (transport != null) {
      transport.onCheck(scan, Arrays.copyOf(received, length), from, batchNs);
    } else if (!scan.hasUsername() && byAddress.get(from) != null) {
      drops.add(Drop.REFUSED_STUN);
      sendStray(from, stun.error(received, Stun.Problem.BAD_REQUEST, null));
    } else {
      drops.add(Drop.UNKNOWN_UFRAG);
    }
  }

  /// Logged ever more seldom, so that hostile input cannot fill a disk.
  private void onFault(RuntimeException fault) {
    drops.add(Drop.INTERNAL);
    long count = drops.of(Drop.INTERNAL);
    if (Long.bitCount(count) == 1) {
      LOG.error("fault while handling a datagram count={}", count, fault);
    }
  }

  /// Takes datagrams off the channel.
  private final class Reader extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!isInBatch) {
        isInBatch = true;
        batchNs = clock.getAsLong();
      }
      try {
        if (message instanceof DatagramPacket packet) {
          ByteBuf content = packet.content();
          int length = content.readableBytes();
          if (length == 0 || length > MAX_DATAGRAM) {
            drops.add(Drop.NOT_MEDIA);
            return;
          }
          content.getBytes(content.readerIndex(), received, 0, length);
          dispatch(packet.sender(), length);
        }
      } catch (RuntimeException e) {
        onFault(e);
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      try {
        if (isInBatch) {
          batchEnd.accept(batchNs);
        }
      } catch (RuntimeException e) {
        onFault(e);
      } finally {
        batch.flush();
        isInBatch = false;
      }
    }

    /// A datagram that the kernel refused: unreachable, forbidden, too long.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      drops.add(Drop.SEND_FAILED);
    }
  }
}
