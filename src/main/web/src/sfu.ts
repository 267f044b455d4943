/** What is asked of the media server, in the words of either dialect that leads to it. */
import type { types } from "mediasoup-client";
import type { Signal } from "./signal";
import type { Consumed, CreatedTransport, Kind, Label } from "./wire";

export type Direction = "send" | "recv";

export interface Sfu {
  /** Whether anything can be asked right now. */
  readonly isUp: boolean;
  createTransport(direction: Direction): Promise<CreatedTransport>;
  connectTransport(transportId: string, dtlsParameters: types.DtlsParameters): Promise<unknown>;
  restartIce(transportId: string): Promise<{ iceParameters: types.IceParameters }>;
  /** Resolves to the id of the producer. */
  produce(
    transportId: string,
    kind: Kind,
    rtpParameters: types.RtpParameters,
    appData: { label?: Label },
  ): Promise<string>;
  pauseProducer(producerId: string): Promise<unknown>;
  resumeProducer(producerId: string): Promise<unknown>;
  closeProducer(producerId: string): Promise<unknown>;
  consume(
    transportId: string,
    producerId: string,
    rtpCapabilities: types.RtpCapabilities,
  ): Promise<Consumed>;
  /** Lets the media of a new consumer flow, where it does not do so by itself. */
  resumeConsumer(consumerId: string): Promise<unknown>;
  /** Wishes for the small (0) or large (1) encoding, where there is a choice. */
  preferLayer(consumerId: string, spatialLayer: number): Promise<unknown>;
}

/** The verbs of the conference, `media:*`. */
export function conferenceSfu(signal: Signal<object>, roomId: string): Sfu {
  return {
    get isUp() {
      return signal.isUp;
    },
    createTransport: (direction) => signal.request("media:createTransport", { roomId, direction }),
    connectTransport: (transportId, dtlsParameters) =>
      signal.request("media:connectTransport", { transportId, dtlsParameters }),
    restartIce: (transportId) => signal.request("media:restartIce", { transportId }),
    produce: async (transportId, kind, rtpParameters, appData) => {
      const payload = { roomId, transportId, kind, rtpParameters, appData };
      return (await signal.request<{ producerId: string }>("media:produce", payload)).producerId;
    },
    pauseProducer: (producerId) => signal.request("media:pauseProducer", { producerId }),
    resumeProducer: (producerId) => signal.request("media:resumeProducer", { producerId }),
    closeProducer: (producerId) => signal.request("media:closeProducer", { roomId, producerId }),
    consume: (transportId, producerId, rtpCapabilities) =>
      signal.request("media:consume", { roomId, transportId, producerId, rtpCapabilities }),
    resumeConsumer: (consumerId) => signal.request("media:resumeConsumer", { consumerId }),
    preferLayer: (consumerId, spatialLayer) =>
      signal.request("media:setPreferredLayers", { consumerId, spatialLayer }),
  };
}

/** The verbs of a meeting, which have no prefix and start consumers by themselves. */
export function meetingSfu(signal: Signal<object>, roomId: string): Sfu {
  return {
    get isUp() {
      return signal.isUp;
    },
    createTransport: (direction) => signal.request("createWebRtcTransport", { roomId, direction }),
    connectTransport: (transportId, dtlsParameters) =>
      signal.request("connectTransport", { transportId, dtlsParameters }),
    restartIce: (transportId) => signal.request("restartIce", { transportId }),
    produce: async (transportId, kind, rtpParameters, appData) => {
      const payload = { transportId, kind, rtpParameters, appData };
      return (await signal.request<{ id: string }>("produce", payload)).id;
    },
    pauseProducer: (producerId) => signal.request("pauseProducer", { producerId }),
    resumeProducer: (producerId) => signal.request("resumeProducer", { producerId }),
    closeProducer: (producerId) => signal.request("closeProducer", { producerId }),
    consume: async (transportId, producerId, rtpCapabilities) => {
      const payload = { transportId, producerId, rtpCapabilities };
      const consumed = await signal.request<Omit<Consumed, "consumerId"> & { id: string }>(
        "consume",
        payload,
      );
      return { ...consumed, consumerId: consumed.id };
    },
    resumeConsumer: () => Promise.resolve(),
    preferLayer: () => Promise.resolve(),
  };
}
