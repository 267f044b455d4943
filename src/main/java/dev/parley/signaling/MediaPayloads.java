package dev.parley.signaling;

import dev.parley.contract.MediaKind;
import dev.parley.contract.MediaRequest.ConsumerAction;
import dev.parley.contract.MediaRequest.Direction;
import dev.parley.contract.MediaRequest.ProducerAction;
import dev.parley.contract.RtpCapabilities;
import dev.parley.contract.RtpParameters;
import dev.parley.contract.TransportParameters.DtlsParameters;
import java.util.List;
import java.util.function.Function;

/// Reads the payloads about media that the dialects have in common, whatever they call the events.
final class MediaPayloads {

  private static final int MAX_LABEL = 64;

  private MediaPayloads() {}

  /// @param roomId empty for the meeting that the connection is in
  static Command createTransport(Payload p, String roomId) {
    boolean sends = p.word("direction", List.of("send", "recv")).equals("send");
    return new Command.CreateTransport(roomId, sends ? Direction.SEND : Direction.RECV);
  }

  static Command connectTransport(Payload p) {
    return new Command.ConnectTransport(
        p.id("transportId"), p.record("dtlsParameters", DtlsParameters.class));
  }

  /// @param roomId empty for the meeting that the connection is in
  static Command produce(Payload p, String roomId) {
    MediaKind kind =
        p.word("kind", List.of("audio", "video")).equals("audio")
            ? MediaKind.AUDIO
            : MediaKind.VIDEO;
    Payload appData = p.objectOrEmpty("appData");
    return new Command.Produce(
        roomId,
        p.id("transportId"),
        kind,
        p.record("rtpParameters", RtpParameters.class),
        appData.isAbsent("label") ? kind.wireName() : appData.text("label", 1, MAX_LABEL),
        p.flagOr("paused", false));
  }

  /// @param roomId empty for the meeting that the connection is in
  /// @param isPaused whether nothing is sent until the consumer is resumed
  static Command consume(Payload p, String roomId, boolean isPaused) {
    return new Command.Consume(
        roomId,
        p.id("transportId"),
        p.id("producerId"),
        p.record("rtpCapabilities", RtpCapabilities.class),
        isPaused);
  }

  static Function<Payload, Command> producer(ProducerAction action) {
    return p -> new Command.ControlProducer(p.id("producerId"), action);
  }

  static Function<Payload, Command> consumer(ConsumerAction action) {
    return p -> new Command.ControlConsumer(p.id("consumerId"), action);
  }
}
