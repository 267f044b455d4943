package dev.parley.media.rtp;

/// Numbers of the RTCP wire format.
public final class Rtcp {

  /// Sender report (RFC 3550 §6.4.1).
  public static final int SR = 200;

  /// Receiver report (RFC 3550 §6.4.2).
  public static final int RR = 201;

  /// Source description (RFC 3550 §6.5).
  public static final int SDES = 202;

  /// Goodbye (RFC 3550 §6.6).
  public static final int BYE = 203;

  /// Transport-layer feedback (RFC 4585 §6.2); the format is in the count field.
  public static final int RTPFB = 205;

  /// Payload-specific feedback (RFC 4585 §6.3).
  public static final int PSFB = 206;

  /// Extended reports (RFC 3611).
  public static final int XR = 207;

  /// Format of `RTPFB`: generic NACK (RFC 4585 §6.2.1).
  public static final int FORMAT_NACK = 1;

  /// Format of `RTPFB`: transport-wide congestion control feedback
  /// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
  public static final int FORMAT_TRANSPORT_CC = 15;

  /// Format of `PSFB`: picture loss indication (RFC 4585 §6.3.1).
  public static final int FORMAT_PLI = 1;

  /// Format of `PSFB`: full intra request (RFC 5104 §4.3.1).
  public static final int FORMAT_FIR = 4;

  /// Format of `PSFB`: application layer feedback (RFC 4585 §6.4); REMB is one.
  public static final int FORMAT_AFB = 15;

  /// The letters `REMB` (draft-alvestrand-rmcat-remb-03 §2.2).
  public static final int REMB = 0x52454d42;

  /// SDES item CNAME.
  public static final int CNAME = 1;

  /// Bytes of a report block.
  public static final int REPORT_BLOCK = 24;

  private Rtcp() {}
}
