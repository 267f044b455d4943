package dev.parley.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.contract.MediaEvent;
import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaRequest;
import dev.parley.contract.MediaRequest.AdoptOwner;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.Done;
import dev.parley.contract.MediaRequest.OwnedConsumer;
import dev.parley.contract.MediaRequest.OwnedTransport;
import dev.parley.contract.MediaRequest.OwnerAdopted;
import dev.parley.contract.MediaRequest.ResumeOwner;
import dev.parley.contract.MediaRequest.SuspendOwner;
import dev.parley.kernel.Json;
import dev.parley.media.transport.LivePeer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The owners of a room's transports, and the nodes that are told of them.
final class OwnersTest {

  private static final OwnerAdopted NOTHING = new OwnerAdopted(List.of(), List.of(), List.of());

  private final LiveWorker worker = new LiveWorker();

  @AfterEach
  void close() {
    worker.close();
  }

  private Record adopt(String owner) {
    return worker.ask(new AdoptOwner(LiveWorker.ROOM, owner, "new"));
  }

  private String produce(String owner, LivePeer peer) {
    Record answer =
        worker.ask(
            new MediaRequest.Produce(
                LiveWorker.ROOM,
                owner,
                peer.transportId(),
                MediaKind.AUDIO,
                BrowserSamples.parameters("chrome-opus"),
                false));
    return answer instanceof MediaRequest.Produced(var id) ? id : "";
  }

  private String consume(String owner, LivePeer peer, String producer) {
    Record answer =
        worker.ask(
            new MediaRequest.Consume(
                LiveWorker.ROOM,
                owner,
                peer.transportId(),
                producer,
                BrowserSamples.device("chrome"),
                true));
    return answer instanceof MediaRequest.Consumed consumed ? consumed.consumerId() : "";
  }

  private static MediaEvent next(BlockingQueue<MediaEvent> events) throws InterruptedException {
    MediaEvent event = events.poll(10, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing was told");
    }
    return event;
  }

  @Test
  void adoptionTellsAllThatTheOwnerHasAndNothingOfOthers() throws IOException {
    try (LivePeer annSends = worker.connect("ann", Direction.SEND);
        LivePeer annReceives = worker.connect("ann", Direction.RECV);
        LivePeer bobSends = worker.connect("bob", Direction.SEND)) {
      String annsTrack = produce("ann", annSends);
      String bobsTrack = produce("bob", bobSends);
      String consumer = consume("ann", annReceives, bobsTrack);

      Record answer = adopt("ann");

      assertEquals(
          new OwnerAdopted(
              List.of(
                  new OwnedTransport(annSends.transportId(), Direction.SEND),
                  new OwnedTransport(annReceives.transportId(), Direction.RECV)),
              List.of(annsTrack),
              List.of(new OwnedConsumer(consumer, annReceives.transportId(), bobsTrack))),
          answer);
      assertEquals(answer, Json.read(Json.write(answer), OwnerAdopted.class));
    }
  }

  @Test
  void eventsOfAnAdoptedOwnerGoToTheNewNodeAndThoseOfOthersToTheOld() throws Exception {
    BlockingQueue<MediaEvent> old = worker.listen("old");
    BlockingQueue<MediaEvent> adopting = worker.listen("new");
    try (LivePeer ann = worker.connect("ann", Direction.SEND);
        LivePeer bob = worker.connect("bob", Direction.SEND)) {
      String track = produce("ann", ann);
      adopt("ann");

      ann.closeDtls();
      assertEquals(new MediaEvent.ProducerClosed(LiveWorker.ROOM, "ann", track), next(adopting));
      assertEquals(
          new MediaEvent.TransportClosed(LiveWorker.ROOM, "ann", ann.transportId(), "dtls-closed"),
          next(adopting));
      bob.closeDtls();

      assertEquals(
          new MediaEvent.TransportClosed(LiveWorker.ROOM, "bob", bob.transportId(), "dtls-closed"),
          next(old));
      assertTrue(adopting.isEmpty());
    }
  }

  @Test
  void unknownRoomsAndOwnersHaveNothing() throws IOException {
    Set<MediaRequest<Done>> requests =
        Set.of(
            new SuspendOwner(LiveWorker.ROOM, "eve", 1_000),
            new ResumeOwner(LiveWorker.ROOM, "eve"));
    assertEquals(NOTHING, adopt("eve"));
    requests.forEach(request -> assertEquals(new Done(), worker.ask(request)));

    try (LivePeer ann = worker.connect("ann", Direction.SEND)) {
      assertEquals(NOTHING, adopt("eve"));
      requests.forEach(request -> assertEquals(new Done(), worker.ask(request)));
      assertEquals(0, ann.check());
    }
  }

  @Test
  void adoptionOpensNoRoom() {
    adopt("ann");

    assertEquals(0, worker.sample().routers());
  }
}
