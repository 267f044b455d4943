// The front end of someone else: served from an origin that is not the server's.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const fixtures = new URL("../fixtures/", import.meta.url);

/** Bundles the fixture with a version of mediasoup-client, by its name in package.json. */
async function bundle(mediasoup) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("client.js", fixtures))],
    alias: { "mediasoup-client": mediasoup },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** Serves the front end in each version, at `/<version>/`; returns its origin and its end. */
export async function serve(...versions) {
  const files = new Map();
  const page = await readFile(new URL("index.html", fixtures), "utf8");
  for (const version of versions) {
    files.set(`/${version}/`, ["text/html", page]);
    files.set(`/${version}/client.js`, ["text/javascript", await bundle(version)]);
  }
  return open(files);
}

/** Serves the page that clients of meshes run in, at `/`; returns its origin and its end. */
export async function serveMesh() {
  const socketIo = import.meta.resolve("socket.io-client/dist/socket.io.js");
  return open(
    new Map([
      ["/", ["text/html", await readFile(new URL("mesh.html", fixtures), "utf8")]],
      ["/mesh.js", ["text/javascript", await readFile(new URL("mesh.js", fixtures), "utf8")]],
      ["/socket.io.js", ["text/javascript", await readFile(new URL(socketIo), "utf8")]],
    ]),
  );
}

/** Serves files, each with its type and text by its path. */
async function open(files) {
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
