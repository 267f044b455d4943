// What several tests of meetings begin with. They have many windows: small ones with small pictures.
import { Person } from "./person.mjs";

/** Everyone with everyone else, one after the other: a busy machine decodes slowly enough. */
export async function pairs(people, look) {
  for (const viewer of people) {
    for (const sender of people) {
      if (sender !== viewer) await look(viewer, sender);
    }
  }
}

export async function start(browser, name) {
  const host = await Person.arrive(browser, name, "", { small: true });
  await host.planMeeting("Growth");
  await host.find("lobby").waitFor();
  const link = host.link();
  await host.enter();
  return { host, link };
}

export async function joining(browser, name, link, options) {
  const person = await Person.arrive(browser, name, link, { small: true, ...options });
  await person.callSelf();
  await person.enter();
  return person;
}
