// People who meet strangers on the page.
import { Person } from "./person.mjs";
import { url } from "./browser.mjs";

/**
 * Comes to where strangers are met, with the rules accepted. `device` is the id of this person's
 * browser; the page makes one up without. What else is given is as for any person.
 */
export async function arrive(browser, name, { device, ...options } = {}) {
  const person = await Person.arrive(browser, name, `${url}/?strangers`, { small: true, ...options });
  if (device !== undefined) {
    await person.page.evaluate((id) => localStorage.setItem("parley.device", id), device);
  }
  await person.find("rules-adult").check();
  await person.click("rules-accept");
  await person.find("strangers").waitFor();
  return person;
}

/** Asks for a stranger, in English whatever the browser speaks. */
export async function seek(person, { interests = "" } = {}) {
  await person.find("wish-language").selectOption("en");
  await person.find("wish-name").fill(person.name);
  await person.find("wish-interests").fill(interests);
  await person.isReady();
  await person.click("meet");
  await person.isIn();
}

/** Waits until nobody is there, and the server has said so. */
export async function isSeeking(person) {
  await person.page.locator('[data-testid="search"][data-position]').waitFor();
}

/** Waits until someone is there; returns their device. */
export async function meets(person) {
  await person.page.waitForFunction(() => {
    const { call } = window.parley.state();
    return call !== null && call.search === null;
  });
  return peerOf(person);
}

/** The device of who is there, or null. */
export function peerOf(person) {
  return person.page.evaluate(() => {
    const { call } = window.parley.state();
    return call?.search === null ? call.stranger.peerId : null;
  });
}

/** Two are together, and each sees the other: pictures are decoded that came directly. */
export async function areTogether(one, other) {
  await Promise.all([one.tile(other).waitFor(), other.tile(one).waitFor()]);
  await Promise.all([one.seesMore(other), other.seesMore(one)]);
  await Promise.all([one.getsVia(other, "mesh"), other.getsVia(one, "mesh")]);
}

/** Lets the server tell someone so often where in the queue they stand: every two seconds. */
export async function isTold(person, times) {
  const [socket] = person.sockets;
  for (let i = 0; i < times; i++) {
    await socket.waitForEvent("framereceived", ({ payload }) =>
      String(payload).includes('"queue-update"'),
    );
  }
}
