// Builds the page into the directory given as the only argument. Does nothing when neither the
// sources nor the dependencies have changed since the last time.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(web, "dist"));
// Not beside the output: what stands there is served or packaged.
const place = createHash("sha256").update(out).digest("hex").slice(0, 8);
const outStamp = join(web, "node_modules", `.parley-page-${place}`);
const modulesStamp = join(web, "node_modules", ".parley-modules");

const dependencies = ["package.json", "package-lock.json", ".npmrc"];
const sources = ["index.html", "vite.config.ts", "tsconfig.json", "build.mjs", "src", "public"];

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`The page needs Node.js 20 or newer, this is ${process.version}.`);

const dependenciesHash = hash(dependencies);
if (read(modulesStamp) !== dependenciesHash) {
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(modulesStamp, dependenciesHash);
}
const outHash = hash([...dependencies, ...sources]);
if (read(outStamp) !== outHash || !existsSync(join(out, "index.html"))) {
  run(process.execPath, [bin("typescript", "tsc"), "--noEmit"]);
  run(process.execPath, [bin("vite", "vite.js"), "build", "--logLevel", "warn", "--outDir", out]);
  writeFileSync(outStamp, outHash);
}

function hash(names) {
  const sum = createHash("sha256");
  for (const file of names.flatMap((name) => filesIn(join(web, name)))) {
    sum.update(`${relative(web, file)}\0`).update(readFileSync(file)).update("\0");
  }
  return sum.digest("hex");
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function bin(name, file) {
  return join(web, "node_modules", name, "bin", file);
}

function run(command, args) {
  const shell = process.platform === "win32" && command === "npm";
  const { status, error } = spawnSync(command, args, { cwd: web, stdio: "inherit", shell });
  if (error) fail(`${command} cannot be started: ${error.message}`);
  if (status !== 0) fail(`${command} ${args.join(" ")} failed`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
