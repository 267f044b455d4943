// Before the node starts: a chat app for the bridge of the node under test, which has to know the app's
// key and its address. Writes into a directory `bridge.json`, the section of the node's configuration,
// and `chat-app.json`, what the tests sign with and listen on (CHAT_APP); prints the port that the node
// has to take, as the bridge has to know the URL of the page.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** So many ports that are free now. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) server.close();
  return ports;
}

const [, , directory] = process.argv;
const [nodePort, port] = await freePorts(2);
const { privateKey, publicKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const secret = `whsec_${randomBytes(32).toString("base64")}`;
const operatorToken = randomBytes(16).toString("hex");

function write(file, content) {
  writeFileSync(join(directory, file), JSON.stringify(content), { mode: 0o600 });
}

write("bridge.json", {
  rooms: "parley",
  ocPublic: publicKey,
  operatorToken,
  page: `http://localhost:${nodePort}`,
  pollInterval: "2s",
  webhook: { url: `http://127.0.0.1:${port}/hook`, secret },
});
write("chat-app.json", { port, privateKey, secret, operatorToken });
console.log(nodePort);
