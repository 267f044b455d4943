package dev.parley.media;

import java.util.ArrayList;
import java.util.List;

/// What a router told, in words.
final class RecordedEvents implements Router.Events {

  final List<String> told = new ArrayList<>();

  @Override
  public void producerClosed(Producer producer) {
    told.add("producer " + producer.id());
  }

  @Override
  public void consumerClosed(Consumer consumer) {
    told.add("consumer " + consumer.id());
  }

  @Override
  public void layersChanged(Consumer consumer) {
    told.add("layer " + consumer.id() + " " + consumer.currentLayer());
  }

  @Override
  public void sessionClosed(RtpSession session, String reason) {
    told.add("session " + session.id() + " " + reason);
  }
}
