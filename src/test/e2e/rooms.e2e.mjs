// The events `room:*` and `media:*` on the wire, for three versions of socket.io-client at once:
// shapes of acknowledgements, who is told what, and the texts of refusals.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { io as io48 } from "socket.io-client";
import { io as io40 } from "socket.io-client-4.0";
import { io as io44 } from "socket.io-client-4.4";
import { url } from "./lib/browser.mjs";
import { camera, deviceFor, dtlsClient, microphone, someFingerprint } from "./lib/rtp.mjs";
import { once, register, Wire } from "./lib/wire.mjs";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CODE = /^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}$/;
const unknown = "00000000-0000-4000-8000-000000000000";
const done = { success: true };

const opened = [];

async function arrive(io, name) {
  const wire = await Wire.connect(io, await register(name));
  opened.push(wire);
  return wire;
}

function has(object, ...keys) {
  for (const key of keys) assert.ok(key in object, `${key} in ${Object.keys(object)}`);
}

async function newRoom(host, fields = {}) {
  return (await host.ask("room:create", { title: "Plenary", ...fields })).roomId;
}

after(() => opened.forEach((wire) => wire.close()));

describe("a connection", () => {
  it("is refused with a bad token, by an event and a disconnect", async () => {
    const socket = io48(url, {
      auth: { token: "not.a.token" },
      transports: ["websocket"],
      forceNew: true,
    });
    const error = once(socket, "error");
    const reason = once(socket, "disconnect");

    await once(socket, "connect");
    assert.equal((await error).message, "Authentication failed");
    assert.equal(await reason, "io server disconnect");
    assert.equal(socket.active, false);
  });

  it("may do nothing in conferences without a token, where guests are for other places", async () => {
    for (const auth of [undefined, {}]) {
      const socket = io48(url, { auth, transports: ["websocket"], forceNew: true });
      const ack = await new Promise((resolve) => {
        socket.emit("room:create", { title: "Nobody's" }, resolve);
      });
      assert.deepEqual(ack, {
        status: "error",
        message: "Socket not authenticated",
        code: "UNAUTHENTICATED",
      });
      socket.disconnect();
    }
  });

  it("takes its token from the header Authorization as well", async () => {
    const { token, userId } = await register("Header");
    const socket = io48(url, {
      extraHeaders: { authorization: `Bearer ${token}` },
      transports: ["websocket"],
      forceNew: true,
    });

    assert.deepEqual(await once(socket, "authenticated"), { userId });
    socket.disconnect();
  });

  it("has its early events wait until it is authenticated", async () => {
    const { token } = await register("Hasty");
    const socket = io44(url, { auth: { token }, transports: ["websocket"], forceNew: true });

    const ack = await new Promise((resolve) => {
      socket.emit("room:create", { title: "At once" }, resolve);
    });
    assert.match(ack.roomId, UUID);
    socket.disconnect();
  });

  it("does not get more than sixty rate-limited answers a minute", async () => {
    const hasty = await arrive(io48, "Flood");
    for (let i = 0; i < 60; i++) {
      await hasty.isRefused("room:join", { roomId: unknown }, "Room not found", "NOT_FOUND");
    }

    await hasty.isRefused("room:join", { roomId: unknown }, "Rate limit exceeded", "RATE_LIMITED");
    assert.deepEqual(await hasty.ask("room:leave", { roomId: unknown }), done);
  });
});

describe("a room", () => {
  let host;
  let guest;
  let third;
  let outsider;
  let roomId;
  let roomCode;

  before(async () => {
    [host, guest, third, outsider] = await Promise.all([
      arrive(io40, "Host"),
      arrive(io44, "Guest"),
      arrive(io48, "Third"),
      arrive(io48, "Outsider"),
    ]);
  });

  it("is created with an id and a code", async () => {
    const ack = await host.ask("room:create", { title: "Stand-up", maxParticipants: 3 });
    assert.deepEqual(Object.keys(ack), ["roomId", "roomCode"]);
    assert.match(ack.roomId, UUID);
    assert.match(ack.roomCode, CODE);
    ({ roomId, roomCode } = ack);
  });

  it("is not created from a bad title or size", async () => {
    const refuse = (payload, message) => host.isRefused("room:create", payload, message, "INVALID");
    await refuse({}, "title must be a string");
    await refuse({ title: "  " }, "title should not be empty");
    await refuse(
      { title: "x".repeat(256) },
      "title must be shorter than or equal to 255 characters",
    );
    await refuse({ title: "x", maxParticipants: 1 }, "maxParticipants must not be less than 2");
    await refuse(
      { title: "x", maxParticipants: 501 },
      "maxParticipants must not be greater than 500",
    );
    await refuse("Stand-up", "payload must be an object");
  });

  it("can be joined while it waits for its host, by id or code", async () => {
    const ack = await guest.ask("room:join", { roomId });
    has(ack, "role", "participants", "rtpCapabilities", "existingProducers");
    assert.equal(ack.role, "participant");
    assert.equal(ack.roomId, roomId);
    assert.equal(ack.roomCode, roomCode);
    assert.deepEqual(ack.existingProducers, []);
    const [self] = ack.participants;
    assert.equal(self.socketId, guest.socket.id);
    assert.ok(Math.abs(Date.now() - self.joinedAt) < 60_000);
    const { socketId, joinedAt, ...rest } = self;
    assert.deepEqual(rest, {
      userId: guest.userId,
      role: "participant",
      producerIds: [],
      isMuted: false,
      isVideoOff: false,
      displayName: "Guest",
      handRaised: false,
    });

    const joined = await host.ask("room:join", { roomId: roomCode.toLowerCase() });
    assert.equal(joined.role, "host");
    assert.equal(joined.roomId, roomId);
    assert.deepEqual(
      joined.participants.map((p) => p.userId),
      [guest.userId, host.userId],
    );
    const told = await guest.hears("room:userJoined");
    assert.equal(told.userId, host.userId);
    assert.equal(told.role, "host");
    assert.equal(told.displayName, "Host");
    assert.deepEqual(told.participants, joined.participants);
    await host.hasNotHeard("room:userJoined");
  });

  it("cannot be joined when unknown or full, but again by those within", async () => {
    const refuse = (who, payload, message, code) =>
      who.isRefused("room:join", payload, message, code);
    await refuse(outsider, { roomId: unknown }, "Room not found", "NOT_FOUND");
    await refuse(outsider, { roomId: "AAAA-BBBB-CCCC" }, "Room not found", "NOT_FOUND");
    await refuse(outsider, { roomId: "../../etc" }, "Room not found", "NOT_FOUND");
    await refuse(outsider, { roomId: 7 }, "roomId must be a string", "INVALID");

    const { role } = await third.ask("room:join", { roomId });
    assert.equal(role, "participant");
    await host.hears("room:userJoined", (e) => e.userId === third.userId);
    await guest.hears("room:userJoined", (e) => e.userId === third.userId);

    await refuse(outsider, { roomId }, "Room is full", "ROOM_FULL");
    const again = await guest.ask("room:join", { roomId });
    assert.equal(again.participants.length, 3);
    await host.hears("room:userJoined", (e) => e.userId === guest.userId);
    await third.hears("room:userJoined", (e) => e.userId === guest.userId);
  });

  it("obeys only those whose role allows it", async () => {
    const about = { roomId, targetUserId: third.userId };
    const refuse = (who, event, payload, message, code = "FORBIDDEN") =>
      who.isRefused(event, payload, message, code);
    const stranger = "Not a participant in this room";
    await refuse(outsider, "room:close", { roomId }, stranger);
    await refuse(outsider, "room:kick", about, stranger);
    await refuse(outsider, "room:muteAll", { roomId }, stranger);
    await refuse(outsider, "room:muteUser", about, stranger);
    await refuse(outsider, "room:changeRole", { ...about, newRole: "co_host" }, stranger);
    await refuse(outsider, "room:handRaise", { roomId }, stranger);
    await refuse(outsider, "room:reaction", { roomId, reaction: "👏" }, stranger);
    await refuse(outsider, "media:getProducers", { roomId }, stranger);

    const moderators = "Only hosts or co-hosts can perform this action";
    await refuse(guest, "room:close", { roomId }, "Only the host can close the room");
    await refuse(guest, "room:kick", about, moderators);
    await refuse(guest, "room:muteAll", { roomId }, moderators);
    await refuse(guest, "room:muteUser", about, moderators);
    await refuse(
      guest,
      "room:changeRole",
      { ...about, newRole: "co_host" },
      "Only the host can perform this action",
    );
    await refuse(
      guest,
      "room:updateSettings",
      { roomId, settings: { allowWhiteboard: false } },
      "Only the host can modify room settings",
    );
    await third.hasNotHeard("room:userKicked", "room:allMuted", "room:userMuted");
  });

  it("changes roles and tells everyone", async () => {
    const change = { roomId, targetUserId: guest.userId, newRole: "co_host" };
    assert.deepEqual(await host.ask("room:changeRole", change), done);
    for (const wire of [host, guest, third]) {
      assert.deepEqual(await wire.hears("room:roleChanged"), {
        userId: guest.userId,
        newRole: "co_host",
      });
    }

    const refuse = (fields, message, code) =>
      host.isRefused("room:changeRole", { ...change, ...fields }, message, code);
    await refuse({ newRole: "host" }, "Cannot assign host role", "INVALID");
    await refuse({ targetUserId: unknown }, "User not found in room", "NOT_FOUND");
    await refuse({ targetUserId: host.userId }, "Cannot change the role of the host", "INVALID");
    const roles = "newRole must be one of the following values: co_host, participant, host";
    await refuse({ newRole: "king" }, roles, "INVALID");
    await guest.isRefused(
      "room:changeRole",
      { ...change, targetUserId: third.userId },
      "Only the host can perform this action",
      "FORBIDDEN",
    );
  });

  it("has a co-host mute everyone, himself too, but the host", async () => {
    assert.deepEqual(await guest.ask("room:muteAll", { roomId }), { success: true, mutedCount: 2 });

    for (const wire of [guest, third]) {
      assert.deepEqual(await wire.hears("room:allMuted"), { roomId, mutedBy: guest.userId });
    }
    await host.hasNotHeard("room:allMuted");
  });

  it("mutes one", async () => {
    const one = { roomId, targetUserId: third.userId };
    assert.deepEqual(await host.ask("room:muteUser", one), done);
    assert.deepEqual(await third.hears("room:userMuted"), { roomId, mutedBy: host.userId });
    await guest.hasNotHeard("room:userMuted");

    const other = { roomId, targetUserId: host.userId };
    await guest.isRefused("room:muteUser", other, "Cannot mute the host", "FORBIDDEN");
    const nobody = { roomId, targetUserId: unknown };
    await guest.isRefused("room:muteUser", nobody, "User not found in room", "NOT_FOUND");
  });

  it("shows raised hands, reactions, settings and marks", async () => {
    assert.deepEqual(await third.ask("room:handRaise", { roomId }), {
      success: true,
      handRaised: true,
    });
    for (const wire of [host, guest, third]) {
      assert.deepEqual(await wire.hears("room:handRaised"), {
        userId: third.userId,
        handRaised: true,
      });
    }

    assert.deepEqual(await third.ask("room:reaction", { roomId, reaction: "👏" }), done);
    for (const wire of [host, guest]) {
      assert.deepEqual(await wire.hears("room:reactionReceived"), {
        userId: third.userId,
        reaction: "👏",
      });
    }

    const settings = { allowScreenShare: true, allowWhiteboard: false };
    const change = { roomId, settings: { allowWhiteboard: false } };
    assert.deepEqual(await host.ask("room:updateSettings", change), done);
    for (const wire of [host, guest, third]) {
      assert.deepEqual(await wire.hears("room:settingsUpdated"), { roomId, settings });
    }

    const marks = { audioEnabled: false, videoEnabled: true };
    assert.deepEqual(await third.ask("media:stateChange", { roomId, ...marks }), done);
    for (const wire of [host, guest]) {
      assert.deepEqual(await wire.hears("media:peerUpdate"), { userId: third.userId, ...marks });
    }
    await third.hasNotHeard("media:peerUpdate", "room:reactionReceived");
  });

  it("removes a kicked participant, who may come again", async () => {
    const kick = (targetUserId) => ({ roomId, targetUserId });
    await guest.isRefused("room:kick", kick(host.userId), "Cannot kick the host", "FORBIDDEN");
    await guest.isRefused("room:kick", kick(unknown), "User not found in room", "NOT_FOUND");

    assert.deepEqual(await guest.ask("room:kick", kick(third.userId)), done);
    assert.deepEqual(await third.hears("room:userKicked"), {
      roomId,
      reason: "You have been removed from the meeting",
    });
    for (const wire of [host, guest]) {
      const { participants, ...left } = await wire.hears("room:userLeft");
      assert.deepEqual(left, { userId: third.userId, kicked: true });
      assert.deepEqual(
        participants.map((p) => p.userId),
        [guest.userId, host.userId],
      );
    }
    assert.ok(third.socket.connected);
    await third.hasNotHeard("room:userLeft");

    const { role } = await third.ask("room:join", { roomId });
    assert.equal(role, "participant");
  });

  it("lets leave, and takes a leave of strangers for done", async () => {
    assert.deepEqual(await outsider.ask("room:leave", { roomId }), done);
    assert.deepEqual(await third.ask("room:leave", { roomId }), done);
    for (const wire of [host, guest]) {
      const left = await wire.hears("room:userLeft");
      assert.deepEqual(Object.keys(left), ["userId", "participants"]);
      assert.equal(left.userId, third.userId);
    }
    assert.deepEqual(await third.ask("room:leave", { roomId }), done);
    await host.hasNotHeard("room:userLeft");
  });

  it("is closed by its host for all, and gone then", async () => {
    assert.deepEqual(await host.ask("room:close", { roomId }), done);
    for (const wire of [host, guest]) {
      assert.deepEqual(await wire.hears("room:closed"), { roomId });
    }
    await host.isRefused("room:close", { roomId }, "Room not found", "NOT_FOUND");
    await guest.isRefused("room:join", { roomId }, "Room not found", "NOT_FOUND");
  });

  it("ends with its last participant", async () => {
    const small = await newRoom(host);
    await host.ask("room:join", { roomId: small });
    await host.ask("room:leave", { roomId: small });
    await host.isRefused("room:join", { roomId: small }, "Room not found", "NOT_FOUND");
  });

  it("knows a user by the newest of his sockets", async () => {
    const shared = await newRoom(host);
    await host.ask("room:join", { roomId: shared });
    await guest.ask("room:join", { roomId: shared });
    await host.hears("room:userJoined", (e) => e.userId === guest.userId);

    const newer = await Wire.connect(io48, guest);
    opened.push(newer);
    const { participants } = await newer.ask("room:join", { roomId: shared });
    assert.equal(participants.length, 2);
    const { socketId } = participants.find((p) => p.userId === guest.userId);
    assert.equal(socketId, newer.socket.id);
    guest.close();

    // The old socket's end is nobody's leave.
    assert.deepEqual(await newer.ask("room:handRaise", { roomId: shared }), {
      success: true,
      handRaised: true,
    });
    await host.hears("room:handRaised");
    await host.hasNotHeard("room:userLeft");

    newer.close();
    const left = await host.hears("room:userLeft");
    assert.equal(left.userId, guest.userId);
    assert.deepEqual(left.participants.map((p) => p.userId), [host.userId]);
  });
});

describe("media on the wire", () => {
  let ann;
  let ben;
  let outsider;
  let roomId;
  let capabilities;
  let send;
  let receive;
  let audioId;
  let videoId;
  let consumer;

  before(async () => {
    [ann, ben, outsider] = await Promise.all([
      arrive(io48, "Ann"),
      arrive(io40, "Ben"),
      arrive(io44, "Outsider"),
    ]);
    roomId = await newRoom(ann);
    await ann.ask("room:join", { roomId });
    await ben.ask("room:join", { roomId });
    await ann.hears("room:userJoined");
  });

  const connect = (transport, value = someFingerprint) => ({
    transportId: transport.id,
    dtlsParameters: dtlsClient(value),
  });

  it("tells a member what the router can", async () => {
    const ack = await ann.ask("media:getRouterCapabilities", { roomId });
    assert.deepEqual(Object.keys(ack), ["rtpCapabilities"]);
    capabilities = ack.rtpCapabilities;
    const types = capabilities.codecs.map((codec) => codec.mimeType);
    assert.deepEqual(types, ["audio/opus", "video/VP8", "video/rtx", "video/H264", "video/rtx"]);
    const [opus, vp8, rtx, h264] = capabilities.codecs;
    assert.deepEqual([opus.clockRate, opus.channels], [48000, 2]);
    assert.equal(rtx.parameters.apt, vp8.preferredPayloadType);
    assert.equal(h264.parameters["profile-level-id"], "42e01f");
    assert.equal(h264.parameters["packetization-mode"], 1);

    const refuse = (who, payload, message, code) =>
      who.isRefused("media:getRouterCapabilities", payload, message, code);
    await refuse(ann, { roomId: unknown }, "Router not found", "NOT_FOUND");
    await refuse(outsider, { roomId }, "Not a participant in this room", "FORBIDDEN");
  });

  it("opens transports of an ICE-lite server", async () => {
    for (const direction of ["send", "recv"]) {
      const transport = await ann.ask("media:createTransport", { roomId, direction });
      has(transport, "id", "iceParameters", "iceCandidates", "dtlsParameters");
      assert.match(transport.id, UUID);
      const { iceParameters, iceCandidates, dtlsParameters } = transport;
      assert.equal(iceParameters.iceLite, true);
      assert.ok(iceParameters.usernameFragment.length >= 4);
      assert.ok(iceParameters.password.length >= 22);
      const [candidate] = iceCandidates;
      has(candidate, "foundation", "priority", "ip", "address", "protocol", "port", "type");
      assert.equal(candidate.address, candidate.ip);
      assert.equal(candidate.protocol, "udp");
      assert.equal(candidate.type, "host");
      assert.equal(dtlsParameters.role, "auto");
      assert.equal(dtlsParameters.fingerprints.at(-1).algorithm, "sha-256");
      assert.match(dtlsParameters.fingerprints.at(-1).value, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      if (direction === "send") send = transport;
    }
    receive = await ben.ask("media:createTransport", { roomId, direction: "recv" });

    const refuse = (who, payload, message, code) =>
      who.isRefused("media:createTransport", payload, message, code);
    const directions = "direction must be one of the following values: send, recv";
    await refuse(ann, { roomId, direction: "both" }, directions, "INVALID");
    await refuse(ann, { roomId: unknown, direction: "send" }, "Router not found", "NOT_FOUND");
    await refuse(
      outsider,
      { roomId, direction: "send" },
      "Not a participant in this room",
      "FORBIDDEN",
    );
  });

  it("connects a transport once, by a fingerprint that makes sense", async () => {
    const prefix = "Transport connection failed: ";
    const notFound = `${prefix}Transport not found`;
    await ann.isRefused("media:connectTransport", connect({ id: unknown }), notFound, "NOT_FOUND");
    await ben.isRefused("media:connectTransport", connect(send), notFound, "NOT_FOUND");

    const bad = [
      { role: "client", fingerprints: [] },
      dtlsClient("AA:BB"),
      dtlsClient("not hexadecimal"),
      { role: "client", fingerprints: [{ algorithm: "rot13", value: someFingerprint }] },
      { role: "king", fingerprints: dtlsClient(someFingerprint).fingerprints },
    ];
    for (const dtlsParameters of bad) {
      const payload = { transportId: send.id, dtlsParameters };
      const ack = await ann.answer("media:connectTransport", payload);
      assert.equal(ack.status, "error", JSON.stringify(dtlsParameters));
      assert.equal(ack.code, "INVALID", JSON.stringify(ack));
      assert.deepEqual(await ann.hears("error"), ack);
    }
    await ann.isRefused(
      "media:connectTransport",
      { transportId: send.id },
      "dtlsParameters must be an object",
      "INVALID",
    );

    assert.deepEqual(await ann.ask("media:connectTransport", connect(send)), { connected: true });
    const again = await ann.answer("media:connectTransport", connect(send));
    assert.equal(again.code, "CONFLICT");
    assert.ok(again.message.startsWith(prefix), again.message);
    await ann.hears("error");
  });

  it("takes a microphone and a camera, and tells the others", async () => {
    const track = { roomId, transportId: send.id };
    const audio = { ...track, kind: "audio", rtpParameters: microphone("0", 1111) };
    const ack = await ann.ask("media:produce", { ...audio, appData: { label: "audio" } });
    assert.deepEqual(Object.keys(ack), ["producerId"]);
    audioId = ack.producerId;
    const told = await ben.hears("media:newProducer");
    assert.deepEqual(
      [told.producerId, told.userId, told.kind, told.appData.label],
      [audioId, ann.userId, "audio", "audio"],
    );

    const video = { ...track, kind: "video", rtpParameters: camera("1") };
    ({ producerId: videoId } = await ann.ask("media:produce", {
      ...video,
      appData: { label: "video" },
    }));
    const next = await ben.hears("media:newProducer");
    assert.deepEqual([next.producerId, next.kind], [videoId, "video"]);
    await ann.hasNotHeard("media:newProducer");
  });

  it("refuses tracks that fit no transport or no codec", async () => {
    const refuse = (who, fields, message, code) =>
      who.isRefused(
        "media:produce",
        { roomId, transportId: send.id, kind: "video", rtpParameters: camera("2"), ...fields },
        message,
        code,
      );
    await refuse(ann, { transportId: unknown }, "Transport not found", "NOT_FOUND");
    await refuse(ben, {}, "Transport not found", "NOT_FOUND");
    await refuse(
      ben,
      { transportId: receive.id },
      "Cannot produce on a recv transport",
      "INVALID",
    );
    await refuse(ann, { roomId: unknown }, "Router not found", "NOT_FOUND");
    const kinds = "kind must be one of the following values: audio, video";
    await refuse(ann, { kind: "smell" }, kinds, "INVALID");

    const foreign = camera("2");
    foreign.codecs = [{ ...foreign.codecs[0], mimeType: "video/theora" }];
    const payload = { roomId, transportId: send.id, kind: "video" };
    const twice = { ...camera("2"), encodings: [{ rid: "r0" }, { rid: "r0" }] };
    for (const rtpParameters of [foreign, twice, camera("1"), {}]) {
      const ack = await ann.answer("media:produce", { ...payload, rtpParameters });
      assert.equal(ack.code, "INVALID", JSON.stringify(rtpParameters));
      assert.ok(ack.message.startsWith("Produce failed: "), ack.message);
      await ann.hears("error");
    }
    await ben.hasNotHeard("media:newProducer");
  });

  it("lists the producers of the others", async () => {
    const { producers } = await ben.ask("media:getProducers", { roomId });
    assert.deepEqual(
      producers.map((p) => [p.producerId, p.userId, p.kind, p.appData.label]).sort(),
      [
        [audioId, ann.userId, "audio", "audio"],
        [videoId, ann.userId, "video", "video"],
      ].sort(),
    );
    assert.deepEqual(await ann.ask("media:getProducers", { roomId }), { producers: [] });
  });

  it("has a late comer told of the producers by the ack of the join, once", async () => {
    const late = await arrive(io48, "Late");
    const { existingProducers } = await late.ask("room:join", { roomId });
    assert.deepEqual(
      existingProducers.map((p) => [p.producerId, p.userId, p.kind]).sort(),
      [
        [audioId, ann.userId, "audio"],
        [videoId, ann.userId, "video"],
      ].sort(),
    );
    await late.ask("media:createTransport", { roomId, direction: "recv" });
    await late.hasNotHeard("media:newProducer");
    late.close();
    await ann.hears("room:userLeft");
    await ben.hears("room:userLeft");
  });

  it("tells again, on a receiving transport, of what came up since the join", async () => {
    await ben.ask("media:createTransport", { roomId, direction: "recv" });
    await ben.hears("media:newProducer", (e) => e.producerId === audioId);
    await ben.hears("media:newProducer", (e) => e.producerId === videoId);
  });

  it("sends a track to another, in the router's payload types", async () => {
    const rtpCapabilities = deviceFor(capabilities);
    const track = { roomId, transportId: receive.id, rtpCapabilities };
    const audio = await ben.ask("media:consume", { ...track, producerId: audioId });
    has(audio, "consumerId", "producerId", "kind", "rtpParameters");
    assert.equal(audio.producerId, audioId);
    assert.equal(audio.kind, "audio");
    assert.equal(audio.rtpParameters.mid, "0");
    assert.equal(audio.rtpParameters.codecs.length, 1);
    assert.equal(
      audio.rtpParameters.codecs[0].payloadType,
      capabilities.codecs[0].preferredPayloadType,
    );

    consumer = await ben.ask("media:consume", { ...track, producerId: videoId });
    const { mid, codecs, encodings, rtcp } = consumer.rtpParameters;
    assert.equal(consumer.kind, "video");
    assert.equal(mid, "1");
    assert.deepEqual(
      codecs.map((codec) => codec.payloadType),
      capabilities.codecs.slice(1, 3).map((codec) => codec.preferredPayloadType),
    );
    assert.equal(encodings.length, 1);
    assert.equal(encodings[0].rtx.ssrc, encodings[0].ssrc + 1);
    assert.equal(encodings[0].scalabilityMode, "L2T3");
    assert.ok(rtcp.cname.length > 0);
    assert.equal(rtcp.cname, audio.rtpParameters.rtcp.cname);
  });

  it("refuses to send what cannot be received", async () => {
    const rtpCapabilities = deviceFor(capabilities);
    const track = { roomId, transportId: receive.id, producerId: videoId, rtpCapabilities };
    const refuse = (who, fields, message, code) =>
      who.isRefused("media:consume", { ...track, ...fields }, message, code);
    const cannot = "Cannot consume this producer with given RTP capabilities";
    await refuse(ben, { producerId: unknown }, cannot, "NOT_FOUND");
    const audioOnly = { ...rtpCapabilities, codecs: rtpCapabilities.codecs.slice(0, 1) };
    await refuse(ben, { rtpCapabilities: audioOnly }, cannot, "INVALID");
    await refuse(ann, {}, "Transport not found", "NOT_FOUND");
    await refuse(ann, { transportId: send.id }, "Cannot consume on a send transport", "INVALID");
    await refuse(ben, { transportId: unknown }, "Transport not found", "NOT_FOUND");
    await refuse(ben, { roomId: unknown }, "Router not found", "NOT_FOUND");
    await refuse(outsider, {}, "Not a participant in this room", "FORBIDDEN");
  });

  it("pauses and resumes producers and tells the others", async () => {
    const about = { userId: ann.userId, producerId: audioId, kind: "audio" };
    assert.deepEqual(await ann.ask("media:pauseProducer", { producerId: audioId }), {
      paused: true,
    });
    assert.deepEqual(await ben.hears("media:producerPaused"), about);
    assert.deepEqual(await ann.ask("media:resumeProducer", { producerId: audioId }), {
      resumed: true,
    });
    assert.deepEqual(await ben.hears("media:producerResumed"), about);

    for (const event of ["media:pauseProducer", "media:resumeProducer"]) {
      await ben.isRefused(event, { producerId: audioId }, "Producer not found", "NOT_FOUND");
      await ann.isRefused(event, { producerId: unknown }, "Producer not found", "NOT_FOUND");
    }
  });

  it("steers consumers of one's own only", async () => {
    const { consumerId } = consumer;
    const verbs = [
      ["media:resumeConsumer", { resumed: true }],
      ["media:requestKeyFrame", done],
      ["media:pauseConsumer", { paused: true }],
      ["media:setPreferredLayers", done],
    ];
    for (const [event, ack] of verbs) {
      const payload = { consumerId, spatialLayer: 0 };
      assert.deepEqual(await ben.ask(event, payload), ack);
      await ann.isRefused(event, payload, "Consumer not found", "NOT_FOUND");
      await ben.isRefused(
        event,
        { consumerId: unknown, spatialLayer: 0 },
        "Consumer not found",
        "NOT_FOUND",
      );
    }
    const high = { consumerId, spatialLayer: 1, temporalLayer: 2 };
    assert.deepEqual(await ben.ask("media:setPreferredLayers", high), done);
    const bad = { consumerId, spatialLayer: -1 };
    const message = "spatialLayer must not be less than 0";
    await ben.isRefused("media:setPreferredLayers", bad, message, "INVALID");
  });

  it("restarts ICE of one's own transports", async () => {
    const { iceParameters } = await ann.ask("media:restartIce", { transportId: send.id });
    assert.equal(iceParameters.iceLite, true);
    assert.notEqual(iceParameters.usernameFragment, send.iceParameters.usernameFragment);
    assert.notEqual(iceParameters.password, send.iceParameters.password);
    const refuse = (who, transportId) =>
      who.isRefused("media:restartIce", { transportId }, "Transport not found", "NOT_FOUND");
    await refuse(ben, send.id);
    await refuse(ann, unknown);
  });

  it("gives figures of what is one's own", async () => {
    const stats = async (who, query) => (await who.ask("media:getStats", query)).stats;
    const [transport] = await stats(ann, { transportId: send.id });
    assert.deepEqual([transport.type, transport.id], ["transport", send.id]);
    assert.ok((await stats(ann, { producerId: videoId })).every((s) => s.type === "producer"));
    const [consumed] = await stats(ben, { consumerId: consumer.consumerId });
    assert.deepEqual([consumed.type, consumed.id], ["consumer", consumer.consumerId]);

    const refuse = (who, query, message, code) =>
      who.isRefused("media:getStats", query, message, code);
    const notFound = "Transport, producer or consumer not found";
    await refuse(ben, { producerId: videoId }, notFound, "NOT_FOUND");
    await refuse(ann, { consumerId: consumer.consumerId }, notFound, "NOT_FOUND");
    await refuse(ann, {}, "transportId, producerId or consumerId is required", "INVALID");
  });

  it("closes what is one's own, and takes the rest for closed", async () => {
    const closed = { closed: true };
    const { consumerId } = consumer;
    assert.deepEqual(await ann.ask("media:closeConsumer", { consumerId }), closed);
    assert.deepEqual(await ben.ask("media:resumeConsumer", { consumerId }), { resumed: true });
    assert.deepEqual(await ben.ask("media:closeConsumer", { consumerId }), closed);
    const gone = ["Consumer not found", "NOT_FOUND"];
    await ben.isRefused("media:resumeConsumer", { consumerId }, ...gone);

    for (const who of [ben, outsider]) {
      const foreign = { roomId, producerId: audioId };
      assert.deepEqual(await who.ask("media:closeProducer", foreign), closed);
    }
    assert.deepEqual(await ann.ask("media:closeProducer", { roomId, producerId: unknown }), closed);
    await ben.hasNotHeard("media:producerClosed");

    const own = { roomId, producerId: audioId };
    assert.deepEqual(await ann.ask("media:closeProducer", own), closed);
    assert.deepEqual(await ben.hears("media:producerClosed"), {
      producerId: audioId,
      userId: ann.userId,
    });
    await ann.hasNotHeard("media:producerClosed");
  });

  it("answers an unknown event to him who asks, and is silent else", async () => {
    const ack = await ann.answer("media:levitate", {});
    assert.equal(ack.status, "error");
    ann.socket.emit("media:levitate", {});
    await ann.hasNotHeard("error");
  });

  it("ends the producers of one who leaves", async () => {
    ann.close();

    assert.deepEqual(await ben.hears("media:producerClosed"), {
      producerId: videoId,
      userId: ann.userId,
    });
    const { userId } = await ben.hears("room:userLeft");
    assert.equal(userId, ann.userId);
    assert.deepEqual(await ben.ask("media:getProducers", { roomId }), { producers: [] });
  });
});
