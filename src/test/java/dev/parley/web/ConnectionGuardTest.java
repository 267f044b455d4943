package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.web.ConnectionGuard.Cut;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionGuardTest {

  private final List<Cut> cuts = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  ConnectionGuardTest() {
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            new ConnectionGuard(
                new ConnectionGuard.Patience(
                    Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(75)),
                cuts::add));
  }

  @AfterEach
  void close() {
    var _ = channel.finishAndReleaseAll();
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }

  private void head() {
    channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
  }

  private void end() {
    channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void answer(HttpResponseStatus status) {
    channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
  }

  private void upgrade() {
    head();
    end();
    answer(HttpResponseStatus.SWITCHING_PROTOCOLS);
  }

  private boolean accepts(WebSocketFrame frame) {
    return channel.writeInbound(frame);
  }

  @Test
  void aConnectionWithoutARequestIsCut() {
    pass(9);
    assertTrue(channel.isOpen());

    pass(1);
    assertFalse(channel.isOpen());
    assertEquals(List.of(Cut.HEAD), cuts);
  }

  @Test
  void aBodyThatDoesNotEndIsCutHoweverManyDropsCome() {
    head();
    for (int i = 0; i < 29; i++) {
      pass(1);
      channel.writeInbound(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[1])));
    }
    assertTrue(channel.isOpen());

    pass(1);
    assertFalse(channel.isOpen());
    assertEquals(List.of(Cut.BODY), cuts);
  }

  @Test
  void aRequestMayWaitForItsAnswerAndTheAnswerMayTakeItsTime() {
    head();
    end();
    pass(1_000);
    channel.writeOutbound(
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK),
        new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[1])));
    pass(1_000);

    assertTrue(channel.isOpen());
  }

  @Test
  void afterAnAnswerAConnectionIsKeptForAWhile() {
    head();
    end();
    answer(HttpResponseStatus.OK);
    pass(74);
    assertTrue(channel.isOpen());
    head();
    end();
    answer(HttpResponseStatus.OK);
    pass(74);
    assertTrue(channel.isOpen());

    pass(1);
    assertFalse(channel.isOpen());
    assertEquals(List.of(Cut.IDLE), cuts);
  }

  @Test
  void anAnswerBeforeTheEndOfTheBodyDoesNotKeepTheConnection() {
    head();
    answer(HttpResponseStatus.CONTINUE);
    answer(HttpResponseStatus.BAD_REQUEST);
    pass(30);

    assertFalse(channel.isOpen());
    assertEquals(List.of(Cut.BODY), cuts);
  }

  @Test
  void requestsAheadOfAnswersAreNotIdle() {
    head();
    end();
    head();
    end();
    answer(HttpResponseStatus.OK);
    pass(1_000);
    assertTrue(channel.isOpen());
    answer(HttpResponseStatus.OK);
    pass(75);

    assertFalse(channel.isOpen());
  }

  @Test
  void aWebSocketIsLeftToItsHeartbeat() {
    upgrade();
    pass(100_000);

    assertTrue(channel.isOpen());
    assertTrue(accepts(new TextWebSocketFrame("2probe")));
  }

  @Test
  void aMessageInEverMoreFramesIsCutAndWhatFollowsIsDropped() {
    upgrade();
    assertTrue(accepts(new TextWebSocketFrame(false, 0, "4")));
    for (int i = 1; i < ConnectionGuard.MAX_FRAGMENTS; i++) {
      assertTrue(accepts(new ContinuationWebSocketFrame(false, 0, Unpooled.EMPTY_BUFFER)));
    }
    ByteBuf dropped = Unpooled.buffer().writeByte(1);

    assertThrows(
        CorruptedWebSocketFrameException.class,
        () -> accepts(new ContinuationWebSocketFrame(false, 0, dropped)));
    assertEquals(0, dropped.refCnt());
    channel.inboundMessages().clear();
    assertFalse(accepts(new TextWebSocketFrame("2")));
    assertEquals(List.of(Cut.FRAGMENTS), cuts);
  }

  @Test
  void fragmentsAreCountedByMessage() {
    upgrade();
    for (int i = 0; i < 3 * ConnectionGuard.MAX_FRAGMENTS; i++) {
      assertTrue(accepts(new BinaryWebSocketFrame(false, 0, Unpooled.EMPTY_BUFFER)));
      assertTrue(accepts(new ContinuationWebSocketFrame(true, 0, Unpooled.EMPTY_BUFFER)));
    }

    assertEquals(List.of(), cuts);
  }

  @Test
  void aFloodOfPingsIsCut() {
    upgrade();
    int burst = ConnectionGuard.CONTROL_FRAMES.burst();

    assertThrows(
        CorruptedWebSocketFrameException.class,
        () -> {
          for (int i = 0; i < 2 * burst; i++) {
            accepts(new PingWebSocketFrame());
          }
        });
    assertEquals(List.of(Cut.CONTROL_FRAMES), cuts);
    assertTrue(channel.inboundMessages().size() >= burst);
  }

  @Test
  void bitsThatNobodyAgreedOnAreCut() {
    upgrade();

    assertThrows(
        CorruptedWebSocketFrameException.class,
        () -> accepts(new TextWebSocketFrame(true, 2, "4")));
    assertEquals(List.of(Cut.RESERVED_BITS), cuts);
  }
}
