package dev.parley.bench;

import java.util.Locale;

/// Who sends what to whom.
enum Scenario {
  /// An ICE candidate, some 250 bytes, to the other one of a pair.
  CANDIDATE(2, true),
  /// An offer of some 3 kB to the other one of a pair.
  OFFER(2, true),
  /// A line of 100 bytes to a room of ten, five on each server.
  CHAT(10, false);

  /// Stands before the number of each message, and nowhere else in it.
  static final char MARK = '~';

  /// Digits after the mark.
  static final int DIGITS = 10;

  private final int roomSize;
  private final boolean isTargeted;

  Scenario(int roomSize, boolean isTargeted) {
    this.roomSize = roomSize;
    this.isTargeted = isTargeted;
  }

  int roomSize() {
    return roomSize;
  }

  /// Whether a message names one receiver; else all others of the room get it.
  boolean isTargeted() {
    return isTargeted;
  }

  /// How many get a message.
  int receivers() {
    return isTargeted ? 1 : roomSize - 1;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What is relayed: a JSON object with a mark and zeros for the number.
  String data() {
    String mark = "{\"mark\":\"" + MARK + "0".repeat(DIGITS) + "\",";
    return mark
        + switch (this) {
          case CANDIDATE ->
              """
              "candidate":{"candidate":"candidate:842163049 1 udp 1677729535 203.0.113.17 46154 typ \
              srflx raddr 192.168.1.34 rport 46154 generation 0 ufrag Yk3q network-cost 999",\
              "sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"Yk3q"}}\
              """;
          case OFFER -> "\"sdp\":{\"type\":\"offer\",\"sdp\":\"" + sdp() + "\"}}";
          case CHAT ->
              """
              "text":"Could everybody hear the last part? I think we lost you."}\
              """;
        };
  }

  /// An offer of one camera and one microphone, of the length a browser's has.
  private static String sdp() {
    StringBuilder sdp =
        new StringBuilder(
            "v=0\\r\\no=- 4611731400430051336 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0");
    sdp.append("\\r\\na=group:BUNDLE 0 1\\r\\na=extmap-allow-mixed\\r\\na=msid-semantic: WMS");
    for (int media = 0; media < 2; media++) {
      sdp.append("\\r\\nm=").append(media == 0 ? "audio" : "video");
      sdp.append(" 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\\r\\nc=IN IP4 0.0.0.0");
      sdp.append("\\r\\na=ice-ufrag:Yk3q\\r\\na=ice-pwd:6J1vTYqH0zv1lYfWc2rS8sTn");
      sdp.append("\\r\\na=fingerprint:sha-256");
      for (int i = 0; i < 32; i++) {
        sdp.append(i == 0 ? ' ' : ':').append("%02X".formatted((37 * i + 11) & 0xff));
      }
      sdp.append("\\r\\na=setup:actpass\\r\\na=mid:").append(media);
      for (int i = 1; i <= 8; i++) {
        sdp.append("\\r\\na=extmap:").append(i).append(" urn:ietf:params:rtp-hdrext:sdes:mid-");
        sdp.append(i);
      }
      for (int type = 96; type < 106; type++) {
        sdp.append("\\r\\na=rtpmap:")
            .append(type)
            .append(" VP8/90000\\r\\na=rtcp-fb:")
            .append(type);
        sdp.append(" nack pli\\r\\na=fmtp:").append(type).append(" profile-id=").append(type);
      }
    }
    return sdp.append("\\r\\n").toString();
  }

  static Scenario of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
