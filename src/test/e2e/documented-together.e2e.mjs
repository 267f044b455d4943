// Documented clients of meetings and of light rooms at one address: both have events of the same
// names, and each is told what it knows only.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch } from "./lib/browser.mjs";
import { MeetingPerson, RoomPerson, connected, seeEachOther } from "./lib/mesh.mjs";
import { serveMesh } from "./lib/site.mjs";
import { post } from "./lib/wire.mjs";

const meetingEvents = ["ice-servers", "existing-participants", "joined-meeting", "ice-candidate"];
const roomEvents = ["joined-room", "ice-candidate"];

describe("documented clients of two kinds at one listener", () => {
  let browser;
  let site;

  before(async () => {
    [browser, site] = await Promise.all([launch(), serveMesh()]);
  });

  after(async () => {
    await browser?.close();
    site?.close();
  });

  async function hasHeardOnly(one, ...names) {
    assert.deepEqual(await one.heardNames(), new Set(names), one.name);
    await one.assertNoErrors();
  }

  it("call each other in turns and hear only the words of their own kind", async () => {
    const [ann, ben] = await Promise.all(
      ["Ann", "Ben"].map((name) => MeetingPerson.arrive(browser, site, name)),
    );
    const [cho, dan] = await Promise.all(
      ["Cho", "Dan"].map((name) => RoomPerson.arrive(browser, site, name)),
    );
    const { meeting } = await post("/api/meetings/create", { title: "Pair", hostId: ann.userId });
    const room = await post("/api/rooms", { name: "Pair" });

    await ann.join(meeting.roomId);
    await cho.join(room.id, { username: "Cho", offerer: "present" });
    await Promise.all([ann.hears("joined-meeting"), cho.hears("joined-room")]);
    await Promise.all([
      ben.join(meeting.roomId),
      dan.join(room.id, { username: "Dan", offerer: "present" }),
    ]);

    await Promise.all([seeEachOther(ann, ben), seeEachOther(cho, dan)]);
    const met = ["participant-joined", "webrtc-offer"];
    await Promise.all([connected(ben, ann), connected(cho, dan)]);
    await hasHeardOnly(ann, ...meetingEvents, ...met);
    await hasHeardOnly(ben, ...meetingEvents, "webrtc-answer");
    await hasHeardOnly(cho, ...roomEvents, "user-joined", "webrtc-answer");
    await hasHeardOnly(dan, ...roomEvents, "webrtc-offer");

    await Promise.all([ben.leaves("leave-meeting"), dan.leaves("leave-room")]);
    await Promise.all([ann.hears("participant-left"), cho.hears("user-left")]);
    await dan.hears("left-room");
    await hasHeardOnly(ann, ...meetingEvents, ...met, "participant-left");
    await hasHeardOnly(ben, ...meetingEvents, "webrtc-answer");
    await hasHeardOnly(cho, ...roomEvents, "user-joined", "webrtc-answer", "user-left");
    await hasHeardOnly(dan, ...roomEvents, "webrtc-offer", "left-room");
  });
});
