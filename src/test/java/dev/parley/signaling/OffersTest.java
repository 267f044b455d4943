package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.kernel.Utf8;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OffersTest {

  private final AtomicLong nowNs = new AtomicLong();
  private final Offers here = new Offers(nowNs::get);
  private final Offers there = new Offers(nowNs::get);

  private static boolean hears(Offers node, String name, String from) {
    return node.takes(new Relayed("r", "s", 1, 1, from, "", name, Utf8.of("{}")));
  }

  @Test
  void theSecondOfferWaitsForTheAnswerToTheFirst() {
    assertTrue(here.admits(Relay.Kind.OFFER, "a"));
    assertFalse(here.admits(Relay.Kind.OFFER, "b"));
    assertTrue(here.admits(Relay.Kind.OFFER, "a"));
    assertTrue(here.admits(Relay.Kind.ANSWER, "b"));
    assertTrue(here.admits(Relay.Kind.OFFER, "b"));
  }

  @Test
  void ofTwoThatCrossBetweenNodesOneGetsThrough() {
    assertTrue(here.admits(Relay.Kind.OFFER, "a"));
    assertTrue(there.admits(Relay.Kind.OFFER, "b"));
    assertTrue(hears(there, "offer", "a"));
    assertFalse(hears(here, "offer", "b"));
    assertTrue(there.admits(Relay.Kind.ANSWER, "b"));
    assertTrue(hears(here, "answer", "b"));
    assertTrue(there.admits(Relay.Kind.OFFER, "b"));
    assertTrue(hears(here, "offer", "b"));
  }

  @Test
  void whoHasHeardAnOfferDoesNotMakeOne() {
    assertTrue(hears(here, "offer", "b"));
    assertFalse(here.admits(Relay.Kind.OFFER, "a"));
    nowNs.addAndGet(Offers.PATIENCE_NS);
    assertTrue(here.admits(Relay.Kind.OFFER, "a"));
  }

  @Test
  void allElsePasses() {
    assertTrue(here.admits(Relay.Kind.OFFER, "a"));
    assertTrue(here.admits(Relay.Kind.CANDIDATE, "b"));
    assertTrue(hears(here, "candidate", "b"));
    assertTrue(hears(here, "message", "b"));
  }
}
