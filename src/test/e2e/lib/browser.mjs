// Chromium with a fake camera, microphone and screen.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Where the system under test listens. */
export const url = (process.env.PARLEY_URL ?? "http://localhost:3000").replace(/\/$/, "");

const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-renderer-backgrounding",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--auto-select-desktop-capture-source=Entire",
  "--autoplay-policy=no-user-gesture-required",
  // A server on loopback offers a loopback candidate only.
  "--allow-loopback-in-peer-connection",
];

/** Starts a browser; fails with a hint when there is none. */
export async function launch() {
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error("No Chromium found: install it or set CHROMIUM");
  return chromium.launch({ executablePath, headless: true, args: flags });
}
