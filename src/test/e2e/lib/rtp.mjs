// What mediasoup-client says of tracks and devices, as Chrome's SDP makes it do.

const MID = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
const ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
const TRANSPORT_CC =
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

const extension = ([uri, id]) => ({ uri, id, encrypt: false, parameters: {} });
const feedback = (type, parameter = "") => ({ type, parameter });

/** A microphone: Opus with one ssrc. */
export function microphone(mid, ssrc) {
  return {
    mid,
    codecs: [
      {
        mimeType: "audio/opus",
        payloadType: 111,
        clockRate: 48000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1 },
        rtcpFeedback: [feedback("transport-cc")],
      },
    ],
    headerExtensions: [[MID, 4], [ABS_SEND_TIME, 2], [TRANSPORT_CC, 3], [AUDIO_LEVEL, 1]].map(
      extension,
    ),
    encodings: [{ ssrc, dtx: false }],
    rtcp: { cname: "oWnCnAmE", reducedSize: true },
    msid: "stream microphone",
  };
}

/** A camera: VP8 in two encodings that are told apart by rid, and no ssrc. */
export function camera(mid) {
  return {
    mid,
    codecs: [
      {
        mimeType: "video/VP8",
        payloadType: 96,
        clockRate: 90000,
        parameters: {},
        rtcpFeedback: [
          feedback("goog-remb"),
          feedback("transport-cc"),
          feedback("ccm", "fir"),
          feedback("nack"),
          feedback("nack", "pli"),
        ],
      },
      {
        mimeType: "video/rtx",
        payloadType: 97,
        clockRate: 90000,
        parameters: { apt: 96 },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [
      [MID, 4],
      [RID, 10],
      [REPAIRED_RID, 11],
      [ABS_SEND_TIME, 2],
      [TRANSPORT_CC, 3],
    ].map(extension),
    encodings: [
      {
        active: true,
        scaleResolutionDownBy: 2,
        maxBitrate: 500000,
        rid: "r0",
        scalabilityMode: "L1T3",
        dtx: false,
      },
      { active: true, maxBitrate: 1500000, rid: "r1", scalabilityMode: "L1T3", dtx: false },
    ],
    rtcp: { cname: "", reducedSize: true },
    msid: "stream camera",
  };
}

/** A device that takes all that a router offers. */
export function deviceFor(routerCapabilities) {
  return {
    codecs: routerCapabilities.codecs,
    headerExtensions: routerCapabilities.headerExtensions.map((e) => ({
      ...e,
      direction: "sendrecv",
    })),
  };
}

/** The end of a browser's DTLS. */
export function dtlsClient(value) {
  return { role: "client", fingerprints: [{ algorithm: "sha-256", value }] };
}

export const someFingerprint = Array.from({ length: 32 }, (_, i) =>
  (i + 16).toString(16).toUpperCase(),
).join(":");
