// The demo with its stand-in host, and files to upload, for all tests of one file.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { dist } from "../../pkg-config/run.mjs";
import { LargeFiles, MB } from "../e2e/large.mjs";
import { planFaults, startDemo } from "../e2e/support.mjs";

export const picture = fileURLToPath(new URL("../e2e/fixtures/harbour.jpg", import.meta.url));

/** What lies in the folder `photos`. */
export const inFolder = ["photos/a.txt", "photos/sub/b.txt", "photos/sub/deep/é ü.txt"];

/** Starts it before the tests, and ends it after them. Beside the folder lies `note.txt`. */
export function setUpHost() {
  const large = new LargeFiles();
  before(async () => {
    const settings = { STAND_IN_FAULTS: "1" };
    large.demo = await startDemo({ pages: "tests/engines/pages", settings });
    large.film = large.file("film.mp4", 40 * MB - 12_345);
    for (const path of ["note.txt", ...inFolder]) {
      mkdirSync(dirname(join(large.files.folder, path)), { recursive: true });
      // Each says where it is from.
      writeFileSync(join(large.files.folder, path), path);
    }
  });
  after(async () => {
    await large.demo?.stop();
    large.files.remove();
  });

  /**
   * Sets what is to go wrong with uploads in one request. Counting starts anew.
   *
   * @param {object[]} [store]
   */
  const plan = (store = []) => planFaults(large.demo.host, { store });

  return { large, plan };
}

const types = { ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * A server that is not to be trusted. Below `/once/` it has each script as the build made it, but only the first
 * time; below `/changed/` the German words are others. Both are pages with a German element in them.
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
