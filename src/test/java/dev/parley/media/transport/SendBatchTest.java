package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Merging of datagrams, on real sockets and on a channel that only collects.
final class SendBatchTest {

  private final Drop.Counts drops = new Drop.Counts();
  private final Tuple one = new Tuple(new InetSocketAddress("192.0.2.1", 1), 0);
  private final Tuple two = new Tuple(new InetSocketAddress("192.0.2.2", 2), 0);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deliversEveryPacketInOrderMergedOrNot(boolean isNative) throws IOException {
    try (Rig rig = new Rig(isNative, List.of(SrtpProfile.AEAD_AES_128_GCM));
        Browser browser = new Browser(rig.port.port())) {
      Rig.Peer peer = rig.peer("t");
      peer.connect(browser);
      browser.check(peer.parameters.iceParameters());
      Browser.Session session = browser.handshake(peer.parameters, SrtpProfile.values());
      assertEquals(new Rig.Told.Connected(), peer.next());
      UdpPort.SendStats before = rig.call(rig.port::sendStats);

      rig.run(() -> {
        for (int seq = 0; seq < 200; seq++) {
          byte[] plain = Browser.rtp(5, seq, size(seq));
          System.arraycopy(plain, 0, peer.transport.buffer(), 0, plain.length);
          peer.transport.sendRtp(plain.length);
        }
      });

      for (int seq = 0; seq < 200; seq++) {
        assertArrayEquals(
            Browser.rtp(5, seq, size(seq)),
            Browser.unprotect(session.srtp(), browser.receive(Demux.RTP)));
      }
      UdpPort.SendStats after = rig.call(rig.port::sendStats);
      assertEquals(200, after.datagrams() - before.datagrams());
      long messages = after.messages() - before.messages();
      assertEquals(after.merges() ? 20 : 200, messages);
    }
  }

  /// Nine packets of one length and a shorter one, as a frame of video is.
  private static int size(int seq) {
    return seq % 10 == 9 ? 300 : 1100;
  }

  @Test
  void mergesOnlyNeighboursOfOneLengthToOneAddress() {
    EmbeddedChannel channel = new EmbeddedChannel();
    SendBatch batch = new SendBatch(channel, true, drops);
    byte[] data = new byte[1500];
    for (int length : new int[] {1000, 1000, 400, 1000, 1200}) {
      batch.append(one, data, 0, length);
    }
    batch.append(two, data, 0, 1200);
    batch.append(one, data, 0, 1473);
    batch.append(one, data, 0, 1473);

    batch.flush();

    assertMessage(channel, 1000, 2400);
    assertMessage(channel, 0, 1000);
    assertMessage(channel, 0, 1200);
    assertMessage(channel, 0, 1200);
    assertMessage(channel, 0, 1473);
    assertMessage(channel, 0, 1473);
    assertEquals(0, channel.outboundMessages().size());
    batch.close();
  }

  @Test
  void keepsWithinTheLimitsOfOneMessage() {
    EmbeddedChannel channel = new EmbeddedChannel();
    SendBatch batch = new SendBatch(channel, true, drops);
    for (int i = 0; i < 65; i++) {
      batch.append(one, new byte[100], 0, 100);
    }
    for (int i = 0; i < 60; i++) {
      batch.append(two, new byte[1400], 0, 1400);
    }

    batch.flush();

    assertMessage(channel, 100, 6400);
    assertMessage(channel, 0, 100);
    assertMessage(channel, 1400, 46 * 1400);
    assertMessage(channel, 1400, 14 * 1400);
    batch.close();
  }

  @Test
  void dropsAndCountsWhatTheSocketDoesNotTake() {
    EmbeddedChannel channel = new EmbeddedChannel();
    SendBatch batch = new SendBatch(channel, false, drops);
    int room = SendBatch.SLABS * (SendBatch.SLAB / 1024);
    byte[] data = new byte[1024];
    for (int i = 0; i < room; i++) {
      assertTrue(batch.append(one, data, 0, data.length));
    }

    assertFalse(batch.append(one, data, 0, data.length));

    assertEquals(1, drops.of(Drop.SEND_OVERFLOW));
    channel.releaseOutbound();
    assertTrue(batch.append(one, data, 0, data.length));
    batch.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {22, 90, 5})
  void sendsSingleDatagramsAfterTheKernelRefused(int error) {
    EmbeddedChannel channel = new EmbeddedChannel(new Refusing(error));
    SendBatch batch = new SendBatch(channel, true, drops);
    batch.append(one, new byte[100], 0, 100);
    batch.append(one, new byte[100], 0, 100);
    batch.flush();
    assertEquals(1, drops.of(Drop.SEND_FAILED));

    batch.append(one, new byte[100], 0, 100);
    batch.append(one, new byte[100], 0, 100);
    batch.flush();

    assertMessage(channel, 0, 100);
    assertMessage(channel, 0, 100);
    int wholePort = 5;
    assertEquals(error != wholePort, batch.canMerge());
    batch.close();
  }

  private static void assertMessage(EmbeddedChannel channel, int segment, int length) {
    DatagramPacket packet = assertInstanceOf(DatagramPacket.class, channel.readOutbound());
    assertEquals(
        segment, packet instanceof SegmentedDatagramPacket merged ? merged.segmentSize() : 0);
    assertEquals(length, packet.content().readableBytes());
    packet.release();
  }

  /// A kernel without segmentation offload.
  private static final class Refusing extends ChannelOutboundHandlerAdapter {
    private final int error;

    Refusing(int error) {
      this.error = error;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof SegmentedDatagramPacket) {
        ReferenceCountUtil.release(message);
        var _ = promise.setFailure(new Errors.NativeIoException("sendmmsg", -error));
      } else {
        var _ = context.write(message, promise);
      }
    }
  }
}
