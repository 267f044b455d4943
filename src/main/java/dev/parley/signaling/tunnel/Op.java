package dev.parley.signaling.tunnel;

/// What a frame between two nodes is for. After the byte of the operation comes the number that the
/// edge has given to the request or WebSocket (int64), then:
///
/// | operation | direction | fields |
/// |---|---|---|
/// | `REQUEST` | to owner | method (octet), is binary (octet), session id, transport, version (texts) |
/// | `BODY` | to owner | bytes |
/// | `ABORT`, `RELEASE` | to owner | |
/// | `UPGRADE` | to owner | session id, transport, version (texts) |
/// | `OPEN`, `CANCEL` | to owner | |
/// | `ANSWER` | to edge | error code or `NO_ERROR` (octet), bytes |
/// | `GRANTED` | to edge | |
/// | `TO_OWNER_TEXT`, `TO_EDGE_TEXT` | | text |
/// | `TO_OWNER_BYTES`, `TO_EDGE_BYTES` | | bytes |
/// | `TO_OWNER_CREDIT`, `TO_EDGE_CREDIT` | | bytes that have been passed on (int32) |
/// | `TO_OWNER_CLOSED`, `TO_EDGE_CLOSE` | | reason (text) |
final class Op {

  static final int REQUEST = 1;
  static final int BODY = 2;
  static final int ABORT = 3;
  static final int RELEASE = 4;
  static final int UPGRADE = 5;
  static final int OPEN = 6;
  static final int CANCEL = 7;
  static final int TO_OWNER_TEXT = 8;
  static final int TO_OWNER_BYTES = 9;
  static final int TO_OWNER_CREDIT = 10;
  static final int TO_OWNER_CLOSED = 11;

  /// The first that goes to the edge.
  static final int ANSWER = 32;

  static final int GRANTED = 33;
  static final int TO_EDGE_TEXT = 34;
  static final int TO_EDGE_BYTES = 35;
  static final int TO_EDGE_CREDIT = 36;
  static final int TO_EDGE_CLOSE = 37;

  /// In place of an error code.
  static final int NO_ERROR = 255;

  private Op() {}
}
