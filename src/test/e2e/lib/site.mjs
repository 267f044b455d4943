// The front end of someone else: served from an origin that is not the server's.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const fixtures = new URL("../fixtures/", import.meta.url);

/** Bundles a fixture; `alias` names the packages that stand in for those it imports. */
async function bundle(script, alias = {}) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(script, fixtures))],
    alias,
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/**
 * Serves the conference's front end with each of these versions of mediasoup-client (by their names
 * in package.json) at `/<version>/`; returns its origin and its end.
 */
export async function serve(...versions) {
  const files = new Map();
  const page = await readFile(new URL("index.html", fixtures), "utf8");
  for (const version of versions) {
    const script = await bundle("client.js", { "mediasoup-client": version });
    files.set(`/${version}/`, ["text/html", page]);
    files.set(`/${version}/client.js`, ["text/javascript", script]);
  }
  return listen(files);
}

/** Serves the front end that was written from the README of meetings, at `/`. */
export async function serveReadme() {
  const page = await readFile(new URL("readme.html", fixtures), "utf8");
  return listen(
    new Map([
      ["/", ["text/html", page]],
      ["/readme.js", ["text/javascript", await bundle("readme.js")]],
    ]),
  );
}

/** Serves the page that clients of meshes run in, at `/`; returns its origin and its end. */
export function serveMesh() {
  return servePage("mesh");
}

/** Serves a client of random video chat, at `/`; returns its origin and its end. */
export function serveStranger() {
  return servePage("stranger");
}

async function servePage(name) {
  const socketIo = import.meta.resolve("socket.io-client/dist/socket.io.js");
  const read = (file) => readFile(new URL(file, fixtures), "utf8");
  return listen(
    new Map([
      ["/", ["text/html", await read(`${name}.html`)]],
      [`/${name}.js`, ["text/javascript", await read(`${name}.js`)]],
      ["/socket.io.js", ["text/javascript", await readFile(new URL(socketIo), "utf8")]],
    ]),
  );
}

/** Serves files, each with its type and text by its path. */
async function listen(files) {
  const server = createServer((request, response) => {
    const [type, text] = files.get(request.url) ?? [];
    if (text === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(text);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => server.close(),
  };
}
