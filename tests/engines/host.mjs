// The demo with its stand-in host, and files to upload, for the tests of a file.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { dist } from "../../pkg-config/run.mjs";
import { LargeFiles, MB } from "../e2e/large.mjs";
import { planFaults, startDemo } from "../e2e/support.mjs";

export const picture = fileURLToPath(new URL("../e2e/fixtures/harbour.jpg", import.meta.url));

/** The files in the folder `photos`. */
export const inFolder = ["photos/a.txt", "photos/sub/b.txt", "photos/sub/deep/é ü.txt"];

/** Starts the demo before the tests, and ends it after them. The file `note.txt` is beside the folder. */
export function setUpHost() {
  const large = new LargeFiles();
  before(async () => {
    const settings = { STAND_IN_FAULTS: "1" };
    large.demo = await startDemo({ pages: "tests/engines/pages", settings });
    large.film = large.file("film.mp4", 40 * MB - 12_345);
    for (const path of ["note.txt", ...inFolder]) {
      mkdirSync(dirname(join(large.files.folder, path)), { recursive: true });
      // The content of each file is its path.
      writeFileSync(join(large.files.folder, path), path);
    }
  });
  after(async () => {
    await large.demo?.stop();
    large.files.remove();
  });

  /**
   * Sets the plan of faults for simple uploads, and resets the counts.
   *
   * @param {object[]} [store]
   */
  const plan = (store = []) => planFaults(large.demo.host, { store });

  return { large, plan };
}

const types = { ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * A server that must not be trusted. Below `/once/` it serves the original scripts, but only the first
 * time; below `/changed/` it serves other German texts. Both have pages with a German element.
 */
export function setUpHostile() {
  const hostile = { address: "" };
  const server = createServer(({ url = "" }, response) => {
    const { pathname, search } = new URL(url, "http://localhost");
    const name = pathname.replace(/^\/\w+\//, "");
    response.setHeader("cache-control", "no-store");
    response.setHeader(
      "content-security-policy",
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types ittybit-uploader 'allow-duplicates'",
    );
    if (name === "") {
      seen.clear();
      response.setHeader("content-type", "text/html");
      response.end(
        '<!doctype html><html lang="de"><script type="module" src="element.js"></script><ittybit-uploader endpoint="/"></ittybit-uploader>',
      );
      return;
    }
    response.setHeader("content-type", types[/** @type {".js"} */ (extname(name))] ?? "text/html");
    const isOther = pathname.startsWith("/once/")
      ? seen.has(pathname + search)
      : name === "words/de.js";
    seen.add(pathname + search);
    response.end(isOther ? `globalThis.changed = true; export default {}` : read(name));
  });
  /** @type {Set<string>} */
  const seen = new Set();
  const read = (/** @type {string} */ name) => {
    try {
      return readFileSync(join(dist, name));
    } catch {
      return "";
    }
  };
  before(async () => {
    await new Promise((resolve) => server.listen(0, "localhost", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    hostile.address = `http://localhost:${port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return hostile;
}
