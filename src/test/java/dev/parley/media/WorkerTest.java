package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.MediaRequest.Direction;
import dev.parley.media.transport.LivePeer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a worker counts.
final class WorkerTest {

  private final LiveWorker worker = new LiveWorker();

  @AfterEach
  void close() {
    worker.close();
  }

  /// Ten packets that are forged and five that nobody expects, over a transport that then closes.
  private void comeAndGo(String owner) throws IOException {
    try (LivePeer peer = worker.connect(owner, Direction.SEND)) {
      for (int seq = 0; seq < 10; seq++) {
        byte[] forged = peer.rtp(7, seq);
        forged[20] ^= 1;
        peer.send(forged);
      }
      for (int seq = 0; seq < 5; seq++) {
        peer.send(peer.rtp(8, seq));
      }
      assertEquals(0, peer.check());
    }
  }

  private static long drops(Worker.Sample sample, String reason) {
    return sample.drops().getOrDefault(reason, 0L);
  }

  private static void assertNothingFell(Worker.Sample before, Worker.Sample after) {
    assertTrue(after.packetsIn() >= before.packetsIn());
    assertTrue(after.bytesIn() >= before.bytesIn());
    assertTrue(after.packetsOut() >= before.packetsOut());
    assertTrue(after.bytesOut() >= before.bytesOut());
    before.drops().forEach((reason, number) -> assertTrue(drops(after, reason) >= number, reason));
  }

  @Test
  void whatAClosedTransportCountedStaysCounted() throws IOException {
    comeAndGo("first");
    Worker.Sample open = worker.sample();
    worker.closeOwner("first");
    Worker.Sample closed = worker.sample();
    comeAndGo("second");
    worker.closeOwner("second");
    Worker.Sample again = worker.sample();

    assertEquals(1, open.transports());
    assertEquals(0, again.transports());
    assertEquals(Map.of("unauthentic", 10L, "unknown_ssrc", 5L), present(open));
    assertNothingFell(open, closed);
    assertNothingFell(closed, again);
    assertEquals(Map.of("unauthentic", 20L, "unknown_ssrc", 10L), present(again));
    assertEquals(10, again.packetsIn());
  }

  /// The two reasons at play; others depend on how soon the browser was heard.
  private static Map<String, Long> present(Worker.Sample sample) {
    return Map.of(
        "unauthentic", drops(sample, "unauthentic"), "unknown_ssrc", drops(sample, "unknown_ssrc"));
  }

  @Test
  void everyReasonThatIsCountedIsPublished() throws IOException {
    comeAndGo("first");

    assertTrue(Worker.dropReasons().containsAll(worker.sample().drops().keySet()));
  }
}
