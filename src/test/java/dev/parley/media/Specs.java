package dev.parley.media;

import dev.parley.contract.MediaKind;
import dev.parley.media.codec.Codec;
import dev.parley.media.rtp.ExtensionIds;
import java.util.ArrayList;
import java.util.List;

/// Producers and consumers as a browser would negotiate them.
final class Specs {

  /// Ids of the sending browser.
  static final ExtensionIds SENDER = new ExtensionIds(4, 10, 11, 2, 3, 1, 13, 14, 8, 12);

  /// Ids of the router, thus of receiving browsers.
  static final ExtensionIds ROUTER = new ExtensionIds(1, 2, 3, 4, 5, 10, 11, 12, 13, 14);

  private Specs() {}

  /// Opus, payload type 111.
  static ProducerSpec audio(String id, String mid, long ssrc) {
    return new ProducerSpec(
        id,
        MediaKind.AUDIO,
        mid,
        Codec.OPUS,
        111,
        -1,
        48_000,
        SENDER,
        false,
        false,
        false,
        true,
        false,
        "sender",
        List.of(new ProducerSpec.EncodingSpec(null, ssrc, 0)));
  }

  /// VP8, payload types 96 and 97, one stream for each rid; its ssrc is learnt.
  static ProducerSpec video(String id, String mid, String... rids) {
    List<ProducerSpec.EncodingSpec> encodings = new ArrayList<>();
    for (String rid : rids) {
      encodings.add(new ProducerSpec.EncodingSpec(rid, 0, 0));
    }
    return video(id, mid, encodings);
  }

  static ProducerSpec video(String id, String mid, List<ProducerSpec.EncodingSpec> encodings) {
    return new ProducerSpec(
        id,
        MediaKind.VIDEO,
        mid,
        Codec.VP8,
        96,
        97,
        90_000,
        SENDER,
        true,
        true,
        true,
        true,
        false,
        "sender",
        encodings);
  }

  /// A consumer of that producer with payload types 101 and 102, or 100 for audio.
  static ConsumerSpec consumer(String id, ProducerSpec producer, long ssrc) {
    boolean video = producer.kind() == MediaKind.VIDEO;
    return new ConsumerSpec(
        id,
        producer.id(),
        producer.kind(),
        producer.codec(),
        "0",
        ssrc,
        video ? ssrc + 1 : 0,
        video ? 101 : 100,
        video ? 102 : -1,
        producer.clockRate(),
        ROUTER,
        video,
        video,
        video,
        true,
        false,
        "cname");
  }
}
