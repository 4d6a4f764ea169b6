// Tests uploads in parts from the first request to the stored bytes: each backend with the local store and with
// moto, with prefixes and names that are hard to encode in a URL, and with each kind of checksum.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { startDemo, temporaryFolder } from "../e2e/support.mjs";
import { backends, bucket } from "./backends.mjs";
import { startMoto } from "./moto.mjs";
import { crc32c, posted, question, refused, scripted } from "./support.mjs";
import { ruled } from "./wire.mjs";

const { MOTO } = process.env;
const MiB = 1024 * 1024;

/**
 * @typedef {"crc32c" | "md5" | "none"} Checksums
 *
 * @typedef {object} Store
 * @property {object} settings
 * @property {boolean} compares whether it refuses a part with a wrong checksum, and returns the CRC32C of parts
 */

/** @type {Map<string, Store>} */
const stores = new Map();
/** @type {(() => unknown)[]} */
const stops = [];
/** @type {string} */
let apiUrl;

before(async () => {
  const { folder, remove } = temporaryFolder();
  stops.push(remove);
  const demo = await startDemo({ settings: { STAND_IN_DIR: folder } });
  stops.push(demo.stop);
  const secretAccessKey = readFileSync(join(folder, "s3/secret"), "utf8");
  const own = { region: "local", bucket: "demo", accessKeyId: "demo", secretAccessKey };
  stores.set("the local store", { settings: { ...own, endpoint: demo.store }, compares: true });
  if (MOTO) {
    const moto = await startMoto(MOTO);
    stops.push(moto.stop);
    stores.set("moto", { settings: { ...bucket, endpoint: moto.url }, compares: false });
  }
  const service = await scripted();
  stops.push(service.stop);
  apiUrl = service.url;
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

const prefixes = [
  "uploads/",
  "",
  "a b/",
  "a+b=c@d/",
  "100%/%2F/%41/",
  "'()*!~/",
  "&?#;:,$/",
  "äßñ/日本/قط/🎬/",
  '"<>[]{}|^`\\/',
];

const names = ["clip.mp4", 'ä "b"\\ +%2F&=.mp4', "قط\u202e🎬\n.mp4", "<a href='x'>&amp;"];

/** @type {Record<Checksums, (bytes: Uint8Array) => string | undefined>} */
const sumOf = {
  crc32c,
  md5: (bytes) => createHash("md5").update(bytes).digest("base64"),
  none: () => undefined,
};

const whole = Buffer.alloc(5 * MiB + 5, "0123456789abcdef!");
const parts = [whole.subarray(0, 5 * MiB), whole.subarray(5 * MiB)];

/**
 * Begins an upload and sends its parts, as a page does.
 *
 * @param {string} url of the backend
 * @param {Checksums} kind
 * @param {{ filename?: string, bytes?: Uint8Array[] }} [file] `bytes` is what arrives
 */
async function sent(url, kind, { filename = "clip.mp4", bytes = parts } = {}) {
  const ask = (/** @type {string} */ path, /** @type {RequestInit} */ init) =>
    fetch(`${url}/api/uploads${path}`, init);
  const asked = await ask("", question({ filename, filesize: whole.length }));
  const target = await asked.json();
  assert.equal(target.part_size, 5 * MiB, JSON.stringify(target));
  const at = `/${target.upload_id}`;
  const wanted = parts.map((part, index) => ({
    part_number: index + 1,
    checksum: sumOf[kind](part),
  }));
  const signed = await (await ask(`${at}/parts`, posted({ parts: wanted }))).json();
  /** @type {object[]} */
  const claimed = [];
  /** @type {number[]} */
  const statuses = [];
  for (const [index, { url, headers, part_number }] of signed.parts.entries()) {
    const body = /** @type {BodyInit} */ (/** @type {unknown} */ (bytes[index]));
    const answer = await fetch(url, { method: "PUT", headers, body });
    statuses.push(answer.status);
    claimed.push({ ...wanted[index], part_number, etag: answer.headers.get("etag") });
    await answer.arrayBuffer();
  }
  return { statuses, complete: () => ask(`${at}/complete`, posted({ parts: claimed })) };
}

/**
 * Declares a test for each backend and store.
 *
 * @param {string} title
 * @param {{ checksums: Checksums, prefix?: string }} how
 * @param {(url: string, store: Store) => Promise<void>} body
 */
function everywhere(title, how, body) {
  for (const storeName of ["the local store", "moto"]) {
    for (const [name, start] of Object.entries(backends)) {
      const skip = storeName === "moto" && !MOTO && "moto is not installed";
      test(`${ruled(title)} (${name}, ${storeName})`, { skip }, async () => {
        const store = stores.get(storeName);
        assert(store);
        const authorize = { grant: { protocol: "multipart", part_size: 5 * MiB } };
        const storage = { ...store.settings, ...how, handover: "own" };
        const running = await start(/** @type {any} */ ({ apiUrl, authorize, storage }));
        try {
          await body(running.url, store);
        } finally {
          await running.stop();
        }
      });
    }
  }
}

for (const [at, prefix] of prefixes.entries()) {
  const filename = names[at % names.length] ?? "";
  const checksums = /** @type {const} */ (["crc32c", "md5", "none"])[at % 3] ?? "none";
  const title = `W13.7, W11.6 stores ${JSON.stringify(filename)} below ${JSON.stringify(prefix)} (${checksums})`;
  everywhere(title, { checksums, prefix }, async (url, { compares }) => {
    const { statuses, complete } = await sent(url, checksums, { filename });
    assert.deepEqual(statuses, [200, 200]);
    const answer = await complete();
    const media = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(media));
    assert.deepEqual([media.filename, media.filesize], [filename, whole.length]);
    const isVerified = checksums === "md5" || (checksums === "crc32c" && compares);
    assert.equal(media.verified, isVerified && checksums);
    assert.deepEqual(await (await complete()).json(), media);
    const read = Buffer.from(await (await fetch(media.url)).arrayBuffer());
    assert(read.equals(whole), `${read.length} bytes`);
  });
}

const changed = [Buffer.from(parts[0] ?? ""), parts[1] ?? Buffer.of()];
changed[0]?.set([0], 4711);
for (const checksums of /** @type {const} */ (["crc32c", "md5"])) {
  const title = `W11.6, W11.2 never reports changed bytes as verified (${checksums})`;
  everywhere(title, { checksums }, async (url, { compares }) => {
    const { statuses, complete } = await sent(url, checksums, { bytes: changed });
    assert.deepEqual(statuses, compares ? [400, 200] : [200, 200]);
    const answer = await complete();
    // A store without CRC32C returns MD5s of the received bytes.
    if (compares || checksums === "md5") return void (await refused(answer, compares ? 400 : 409));
    assert.equal((await answer.json()).verified, false);
  });
}
