package dev.parley.media.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Datagrams that found a socket's receive buffer full, as the kernel counts them. Linux tells by
/// `SO_MEMINFO`, one system call; where it does not, none are known of. For one event loop.
final class ReceiveOverflow {

  private static final int SOL_SOCKET = 1;
  private static final int SO_MEMINFO = 55;

  /// Numbers of 32 bits that the option has, and the place of the drops among them.
  private static final int NUMBERS = 9;

  private static final int DROPS = 8;

  private static final RawUnixChannelOption MEMORY =
      new RawUnixChannelOption("SO_MEMINFO", SOL_SOCKET, SO_MEMINFO, NUMBERS * Integer.BYTES);

  private final Channel channel;
  private boolean isTold;
  private int last;

  /// @param isEpoll whether the channel can be asked
  ReceiveOverflow(Channel channel, boolean isEpoll) {
    this.channel = channel;
    isTold = isEpoll;
  }

  /// How many there were since the last call.
  long sinceLast() {
    if (!isTold || !channel.isOpen()) {
      return 0;
    }
    try {
      ByteBuffer memory = channel.config().getOption(MEMORY);
      int now = memory.order(ByteOrder.nativeOrder()).getInt(DROPS * Integer.BYTES);
      long more = Integer.toUnsignedLong(now - last);
      last = now;
      return more;
    } catch (ChannelException e) {
      isTold = false;
      return 0;
    }
  }
}
