// Compares the signatures of both backends with those of Amazon's own signer, for the same request at the same
// second, with all kinds of characters in an object's key.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

import { bucket, everywhere } from "./backends.mjs";
import { posted } from "./support.mjs";
import { seal } from "./upload-ids.mjs";

const packages = createRequire(new URL("packages/package.json", import.meta.url));
/** @param {string} name */
const load = (name) => import(pathToFileURL(packages.resolve(name)).href);
const { S3RequestPresigner } = await load("@aws-sdk/s3-request-presigner");
const { HttpRequest } = await load("@smithy/protocol-http");

const secret = "a-secret-of-the-tests-of-32-bytes";
const sessionToken = "of/the+session==";
const contentHash = "x-amz-content-sha256";
const count = 500;

/** SHA-256 with the interface that the signer requires. */
class Sha256 {
  /** @param {string | Uint8Array} [key] */
  constructor(key) {
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }
  /** @param {string | Uint8Array} data */
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

const signer = new S3RequestPresigner({
  credentials: { ...bucket, sessionToken },
  region: bucket.region,
  sha256: Sha256,
});

/** Returns a random number generator with a seed, so that each run has the same numbers. @param {string} seed */
function chanceOf(seed) {
  let count = 0;
  return (/** @type {number} */ below) =>
    createHash("sha256").update(`${seed} ${count++}`).digest().readUInt32BE() % below;
}

const characters = [..."abAB09-._~ +=@%&?#:;,$!'()*/\\\"<>[]{}|^`äßñ日本قط🎬\u00a0\u0301"];

/** Creates keys from all characters that a prefix may have, without `.` or `..` between slashes. */
function keys() {
  const chance = chanceOf("keys");
  /** @type {string[]} */
  const made = ["%2F", "%2e%2e/a", "+", " ", "a//b", "/a", "a%", "~", "%E0%A4%A", "'()*!"];
  while (made.length < count) {
    const length = 1 + chance(40);
    const key = Array.from({ length }, () => characters[chance(characters.length)]).join("");
    if (!key.split("/").some((part) => part === "." || part === "..")) made.push(key);
  }
  return made;
}

/** Encodes every byte except slashes and unreserved characters (RFC 3986, 2.3). @param {string} key */
const pathOf = (key) =>
  Array.from(Buffer.from(key), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[\w\-.~/]/.test(character)) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");

const given = {
  config: {
    authorize: /** @type {const} */ ({ grant: { protocol: "multipart" } }),
    storage: { prefix: "", uploadSecret: secret, sessionToken },
  },
  store: () => ({ body: "" }),
};
everywhere(`W13.5 signs ${count} keys as Amazon does`, given, async ({ ask }) => {
  for (const [at, key] of keys().entries()) {
    const uploadId = `of the+store/${at}=~*`;
    const id = seal({ secret, prefix: "" }, { o: key, u: uploadId });
    const checksum = "AAAAAA==";
    const answer = await ask(`/${id}/parts`, posted({ parts: [{ part_number: 1, checksum }] }));
    assert.equal(answer.status, 200, `${JSON.stringify(key)}: ${await answer.clone().text()}`);
    const { parts } = await answer.json();
    const url = new URL(parts[0].url);
    const said = Object.fromEntries(url.searchParams);
    assert.equal(said.uploadId, uploadId);
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(said["X-Amz-Date"] ?? "") ?? [];
    const signed = await signer.presign(
      new HttpRequest({
        ...{ method: "PUT", protocol: "http:", hostname: url.hostname, port: Number(url.port) },
        path: `/${bucket.bucket}/${pathOf(key)}`,
        query: { partNumber: "1", uploadId },
        headers: { host: url.host, "content-length": "5", ...parts[0].headers },
      }),
      {
        expiresIn: 900,
        signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
        // The signer would add this header to the URL to say that the bytes are not signed, which is the default.
        unsignableHeaders: new Set([contentHash]),
        unhoistableHeaders: new Set([contentHash, ...Object.keys(parts[0].headers)]),
      },
    );
    // Some stores compare the encoded path.
    assert.equal(url.pathname, signed.path, JSON.stringify(key));
    assert.equal(said["X-Amz-Signature"], signed.query["X-Amz-Signature"], JSON.stringify(key));
  }
});
