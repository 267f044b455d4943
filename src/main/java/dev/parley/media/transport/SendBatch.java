package dev.parley.media.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import org.jspecify.annotations.Nullable;

/// Datagrams on their way out: copied into preallocated direct memory and given to the kernel
/// together.
///
/// Neighbours to one address become one message with generic segmentation offload (GSO): all of
/// them have one length, only the last may be shorter, at most 64 of them and fewer than 65,000
/// bytes. When the kernel refuses such a message, that address (EINVAL, EMSGSIZE) or the whole port
/// (EIO) is served with single datagrams from then on. Memory is bounded: what the socket does not
/// take in time is dropped. For one event loop.
final class SendBatch {

  /// Datagrams of one merged message.
  static final int MAX_SEGMENTS = 64;

  /// Bytes of one merged message.
  static final int MAX_MERGED = 65_000;

  /// Bytes of one slab; several let the kernel be slow now and then.
  static final int SLAB = 256 * 1024;

  static final int SLABS = 8;

  private static final int EIO = 5;
  private static final int EINVAL = 22;
  private static final int EMSGSIZE = 90;

  private final Channel channel;
  private final ChannelPromise unheard;
  private final Drop.Counts drops;
  private final ByteBuf[] slabs = new ByteBuf[SLABS];
  private boolean canMerge;
  private int slab;
  private int end;

  private @Nullable Tuple runTuple;
  private int runStart;
  private int runSegment;
  private int runCount;
  private boolean isRunFull;

  private long messages;
  private long datagrams;

  /// @param canMerge whether the channel takes segmented messages
  SendBatch(Channel channel, boolean canMerge, Drop.Counts drops) {
    this.channel = channel;
    this.canMerge = canMerge;
    this.drops = drops;
    unheard = channel.voidPromise();
    for (int i = 0; i < SLABS; i++) {
      slabs[i] = PooledByteBufAllocator.DEFAULT.directBuffer(SLAB, SLAB);
      slabs[i].writerIndex(SLAB);
    }
  }

  /// Copies a datagram of at most 2048 bytes into the batch.
  ///
  /// @return false if it was dropped because the batch is full; it is counted
  boolean append(Tuple to, byte[] data, int offset, int length) {
    if (SLAB - end < length && !makeRoom()) {
      drops.add(Drop.SEND_OVERFLOW);
      return false;
    }
    if (runCount > 0 && !continuesRun(to, length)) {
      endRun();
    }
    if (runCount == 0) {
      runTuple = to;
      runStart = end;
      runSegment = length;
      isRunFull = !canMerge || length > to.mergeLimit;
    } else if (length < runSegment) {
      isRunFull = true;
    }
    slabs[slab].setBytes(end, data, offset, length);
    end += length;
    runCount++;
    datagrams++;
    return true;
  }

  /// Whether anything waits for `flush`.
  boolean isEmpty() {
    return runCount == 0 && end == 0;
  }

  /// Gives all to the kernel; what it does not take now stays with Netty until it does.
  void flush() {
    if (isEmpty()) {
      return;
    }
    endRun();
    channel.flush();
    if (slabs[slab].refCnt() == 1) {
      end = 0;
    }
  }

  /// Whether segmented messages are still made.
  boolean canMerge() {
    return canMerge;
  }

  /// Messages given to the kernel so far.
  long messages() {
    return messages;
  }

  /// Datagrams in those messages.
  long datagrams() {
    return datagrams;
  }

  /// Releases the memory; the channel is closed.
  void close() {
    runCount = 0;
    for (ByteBuf buffer : slabs) {
      buffer.release();
    }
  }

  private boolean continuesRun(Tuple to, int length) {
    return to == runTuple
        && !isRunFull
        && length <= runSegment
        && runCount < MAX_SEGMENTS
        && end - runStart + length < MAX_MERGED;
  }

  private void endRun() {
    Tuple to = runTuple;
    if (runCount == 0 || to == null) {
      return;
    }
    ByteBuf content = slabs[slab].retainedSlice(runStart, end - runStart);
    if (runCount == 1) {
      var _ = channel.write(new DatagramPacket(content, to.address), unheard);
    } else {
      ChannelPromise promise = channel.newPromise();
      if (to.mergedSent == null) {
        to.mergedSent = future -> onMergedSent(to, future);
      }
      ChannelPromise heard = promise.addListener(to.mergedSent);
      var _ = channel.write(new SegmentedDatagramPacket(content, runSegment, to.address), heard);
    }
    messages++;
    runCount = 0;
    runTuple = null;
  }

  /// Finds a slab that the kernel has done with.
  private boolean makeRoom() {
    endRun();
    channel.flush();
    for (int i = 0; i < SLABS; i++) {
      int candidate = (slab + i) % SLABS;
      if (slabs[candidate].refCnt() == 1) {
        slab = candidate;
        end = 0;
        return true;
      }
    }
    return false;
  }

  private void onMergedSent(Tuple to, ChannelFuture future) {
    if (future.isSuccess()) {
      return;
    }
    drops.add(Drop.SEND_FAILED);
    if (future.cause() instanceof Errors.NativeIoException refusal) {
      int error = Math.abs(refusal.expectedErr());
      if (error == EINVAL || error == EMSGSIZE) {
        to.mergeLimit = 0;
      } else if (error == EIO) {
        canMerge = false;
      }
    }
  }
}
