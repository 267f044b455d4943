// Accounts in the page: signing up, in and out, and what is said when it does not work.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch } from "./lib/browser.mjs";
import { Person } from "./lib/person.mjs";

describe("an account", () => {
  let browser;
  let dee;

  before(async () => {
    browser = await launch();
    dee = await Person.arrive(browser, "Dee");
  });

  after(async () => {
    await browser?.close();
  });

  it("is created and greeted by name", async () => {
    await dee.register();
    await dee.find("create-form").waitFor();
    assert.equal(await dee.find("user-name").textContent(), "Dee");
  });

  it("stays signed in over a reload, in its own window only", async () => {
    await dee.page.reload();
    await dee.find("create-form").waitFor();

    const stranger = await Person.arrive(browser, "Stranger");
    await stranger.find("auth-form").waitFor();
  });

  it("cannot be entered with a wrong password", async () => {
    await dee.click("logout");
    await dee.find("auth-email").fill(dee.email);
    await dee.find("auth-password").fill("not the password");
    await dee.click("auth-submit");

    assert.match(await dee.find("form-error").textContent(), /do not match/);
  });

  it("is entered with the right one and kept on this device when asked", async () => {
    await dee.find("auth-password").fill(dee.password);
    await dee.find("auth-stay").check();
    await dee.click("auth-submit");
    await dee.find("create-form").waitFor();

    const second = new Person("Dee", dee.context, await dee.context.newPage());
    await second.page.goto(dee.page.url());
    await second.find("create-form").waitFor();
  });

  it("is not created twice for one e-mail", async () => {
    await dee.click("logout");
    await dee.click("auth-to-register");
    await dee.find("auth-name").fill("Dee again");
    await dee.find("auth-email").fill(dee.email);
    await dee.find("auth-password").fill("another password");
    await dee.click("auth-submit");

    assert.match(await dee.find("form-error").textContent(), /already an account/);
  });
});
