// One person with a window of their own, who uses the page as people do.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { url } from "./browser.mjs";
import { smallCamera } from "./camera.mjs";

/** Long enough for a busy machine; what is waited for comes much sooner on an idle one. */
const PATIENCE_MS = 45_000;

export class Person {
  constructor(name, context, page) {
    this.name = name;
    this.context = context;
    this.page = page;
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(error.message));
    /** The newest first. */
    this.sockets = [];
    page.on("websocket", (socket) => this.sockets.unshift(socket));
    page.setDefaultTimeout(PATIENCE_MS);
  }

  /**
   * Opens the page, at a room's code or at a link if one is given. `line` is a way its sockets have
   * to take (see `line.mjs`); a `small` window has a camera with few and small pictures.
   */
  static async arrive(browser, name, room = "", { line, small = false } = {}) {
    const context = await browser.newContext({
      viewport: small ? { width: 640, height: 480 } : { width: 1100, height: 760 },
      permissions: ["camera", "microphone"],
    });
    if (small) await context.addInitScript(smallCamera);
    const person = new Person(name, context, await context.newPage());
    await line?.lead(person.page);
    const link = room.startsWith("http") ? room : `${url}/?room=${room}`;
    await person.page.goto(room === "" ? url : link);
    return person;
  }

  find(testid) {
    return this.page.getByTestId(testid);
  }

  async click(testid) {
    await this.find(testid).first().click();
  }

  /** Creates an account; its password is in `password`, its e-mail in `email`. */
  async register() {
    const unique = randomBytes(6).toString("hex");
    this.email = `${this.name.toLowerCase().replace(/\W/g, "")}.${unique}@example.org`;
    this.password = `secret-${unique}`;
    await this.click("auth-to-register");
    await this.find("auth-name").fill(this.name);
    await this.find("auth-email").fill(this.email);
    await this.find("auth-password").fill(this.password);
    await this.click("auth-submit");
    await this.page.waitForFunction(() => window.parley.state().session !== null);
    this.userId = await this.page.evaluate(() => window.parley.state().session.userId);
  }

  /** Opens a room and goes to its lobby; returns the room's code. */
  async create(title) {
    await this.find("create-title").fill(title);
    await this.click("create-submit");
    await this.find("lobby").waitFor();
    return (await this.find("room-code").textContent()).trim();
  }

  async joinByCode(code) {
    await this.find("join-code").fill(code);
    await this.click("join-submit");
    await this.find("lobby").waitFor();
  }

  /** Waits until the devices are open. */
  async isReady() {
    await this.page.waitForFunction(() => {
      const { local } = window.parley.state();
      return !local.opening && (!local.cameraOn || local.camera) && (!local.micOn || local.mic);
    });
  }

  /** Asks to enter from the lobby. */
  async knock() {
    await this.isReady();
    await this.click("enter");
  }

  /** From the lobby into the room. */
  async enter() {
    await this.knock();
    await this.find("call").waitFor();
    await this.isIn();
  }

  /** Waits until the call is up; from then on `userId` is how the others know this person. */
  async isIn() {
    await this.page.waitForFunction(() => window.parley.state().call?.media === "up");
    this.userId = await this.page.evaluate(() => window.parley.state().call.selfId);
  }

  /** Waits until a line that was lost is back and the call goes on. */
  async comesBack() {
    await this.page.waitForFunction(() => window.parley.state().line === "up");
    await this.isIn();
  }

  /** Says in the lobby what to be called, where no account tells. */
  async callSelf() {
    await this.find("lobby").waitFor();
    await this.find("guest-name").fill(this.name);
  }

  /** The link of the place whose lobby or call is open. */
  link() {
    return this.page.url();
  }

  /** Opens a quick room from the first screen and goes into its lobby. */
  async openQuickRoom() {
    await this.click("quick-room");
    await this.callSelf();
  }

  /**
   * Makes a meeting from the first screen; `fields` and `checks` are those of the form. With an
   * account there is no name to fill in.
   */
  async planMeeting(title, { fields = {}, checks = {} } = {}) {
    await this.click("meetings");
    await this.find("meeting-form").waitFor();
    if (this.email === undefined) await this.find("meeting-host").fill(this.name);
    await this.find("meeting-title").fill(title);
    for (const [field, value] of Object.entries(fields)) {
      await this.find(`meeting-${field}`).fill(value);
    }
    for (const [check, on] of Object.entries(checks)) {
      await this.find(`meeting-${check}`).setChecked(on);
    }
    await this.click("meeting-submit");
  }

  /** The end of the stay has this code. */
  async isOut(code) {
    await this.page.locator(`[data-testid="ended"][data-code="${code}"]`).waitFor();
  }

  /** Waits for so many more decoded frames of someone, whichever way they come. */
  async seesMore(of, frames = 5) {
    const { framesDecoded = 0 } = await this.from(of);
    return this.waitFor(of, "framesDecoded", framesDecoded + frames);
  }

  /** Someone is connected this way: `mesh` or `sfu`. */
  async getsVia(of, via) {
    await this.sees(of, "data-via", via);
  }

  /** The tile of someone in this person's window. */
  tile(of, kind = "camera") {
    return this.page.locator(
      `[data-testid="tile"][data-user-id="${of.userId}"][data-kind="${kind}"]`,
    );
  }

  /** Waits until the tile of someone has this mark, such as `data-muted` being `true`. */
  async sees(of, attribute, value, kind = "camera") {
    await this.page
      .locator(
        `[data-testid="tile"][data-user-id="${of.userId}"][data-kind="${kind}"]` +
          `[${attribute}="${value}"]`,
      )
      .waitFor();
  }

  async seesTiles(count) {
    await this.page.waitForFunction(
      (n) => document.querySelectorAll('[data-testid="tile"][data-kind="camera"]').length === n,
      count,
    );
  }

  async isGone(of, kind = "camera") {
    await this.tile(of, kind).waitFor({ state: "detached" });
  }

  async openPeople() {
    if ((await this.find("people-panel").count()) === 0) await this.click("control-people");
    await this.find("people-panel").waitFor();
  }

  /** Uses a host's tool on someone: `mute`, `kick`, `make-co-host`, `unmake-co-host`. */
  async use(tool, on) {
    await this.openPeople();
    await this.page
      .locator(`[data-testid="person"][data-user-id="${on.userId}"]`)
      .getByTestId(`tool-${tool}`)
      .click();
  }

  stats() {
    return this.page.evaluate(() => window.parley.stats());
  }

  /** What is received from someone so far. */
  async from(other) {
    return (await this.stats()).remote[other.userId] ?? {};
  }

  /** Waits until a figure of what is received from someone is above a floor; returns it. */
  async waitFor(other, figure, floor) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = (await this.from(other))[figure] ?? 0;
      if (value > floor) return value;
      assert.ok(
        Date.now() < deadline,
        `${this.name} gets ${figure} ${value} from ${other.name}, not more than ${floor}`,
      );
      await wait(250);
    }
  }

  /** The page ran without a script error. */
  assertNoErrors() {
    assert.deepEqual(this.errors, [], `script errors in the window of ${this.name}`);
  }

  /** Ends the renderer as a crash does: no goodbye of the page. */
  async vanish() {
    const session = await this.context.newCDPSession(this.page);
    session.send("Page.crash").catch(() => {});
    await this.page.waitForEvent("crash");
  }
}
