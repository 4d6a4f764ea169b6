// Tests repeated completions. The store only has the object, and the backend returns the media object only
// to a page that lists the right parts.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { everywhere } from "./backends.mjs";
import { crc32c, gone, posted, refused } from "./support.mjs";
import { seal } from "./upload-ids.mjs";

const secret = "a-secret-of-the-tests-of-32-bytes";
const MiB = 1024 * 1024;

const contents = [new Uint8Array(5 * MiB).fill(7), new Uint8Array([1, 2, 3])];
const size = 5 * MiB + 3;

/** @param {Uint8Array | string} bytes */
const md5 = (bytes) => createHash("md5").update(bytes).digest();

const parts = contents.map((bytes, index) => ({
  part_number: index + 1,
  etag: `"${md5(bytes).toString("hex")}"`,
  checksum: crc32c(bytes),
}));

const etag = `"${md5(Buffer.concat(contents.map(md5))).toString("hex")}-2"`;
const sums = parts.map(({ checksum }) => Buffer.from(checksum, "base64"));
const checksum = `${crc32c(Buffer.concat(sums))}-2`;

/** @typedef {Record<string, string>} Headers */

/** @param {Headers | undefined} head the store's headers for the object, if there is one */
const given = (head) => ({
  config: { storage: { uploadSecret: secret, handover: /** @type {const} */ ("own") } },
  store: /** @type {import("./support.mjs").Script} */ (
    ({ method }) =>
      method === "HEAD"
        ? head
          ? { headers: { "content-length": String(size), ...head } }
          : { status: 404 }
        : { status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" }
  ),
});

/** @param {object[]} claimed */
const completing = (claimed) => {
  const id = seal({ secret, handover: "own" }, { s: size });
  return /** @type {const} */ ([`/${id}/complete`, posted({ parts: claimed })]);
};

const [one, two] = parts;
const invented = parts.map((part) => ({ ...part, etag: `"${"0".repeat(32)}"` }));
const withoutSums = parts.map(({ checksum, ...part }) => part);
const quoteless = parts.map((part) => ({ ...part, etag: part.etag.replaceAll('"', "") }));

/** @type {[title: string, head: Headers | undefined, claimed: object[], isAnswered: boolean][]} */
const cases = [
  ["by its ETag", { etag }, withoutSums, true],
  ["by its ETag, without quotes", { etag: etag.replaceAll('"', "") }, quoteless, true],
  [
    "by its checksum, if ETags say nothing",
    { etag: '"k-2"', "x-amz-checksum-crc32c": checksum },
    invented,
    true,
  ],
  ["invented ETags", { etag }, invented, false],
  [
    "invented ETags without checksums",
    { etag, "x-amz-checksum-crc32c": checksum },
    withoutSums.map((part) => ({ ...part, etag: '"0"' })),
    false,
  ],
  ["one wrong ETag", { etag }, [one, invented[1] ?? {}], false],
  [
    "another file's checksums",
    { "x-amz-checksum-crc32c": checksum },
    invented.map((part) => ({ ...part, checksum: "AAAAAA==" })),
    false,
  ],
  ["the checksum of all bytes", { "x-amz-checksum-crc32c": "AAAAAA==" }, parts, false],
  [
    "parts in another order",
    { etag },
    [
      { ...two, part_number: 1 },
      { ...one, part_number: 2 },
    ],
    false,
  ],
  ["a store that returns neither", {}, parts, false],
  ["an object of another size", { etag, "content-length": "5" }, parts, false],
  ["no object", undefined, parts, false],
];
for (const [title, head, claimed, isAnswered] of cases) {
  const name = `W11.5 a completed upload's media object is ${isAnswered ? "returned" : "withheld"}: ${title}`;
  everywhere(name, given(head), async ({ ask, asked, stored }) => {
    const response = await ask(...completing(claimed));
    const looking = stored.find(({ method }) => method === "HEAD");
    assert.equal(looking?.headers["x-amz-checksum-mode"], "ENABLED");
    assert.match(looking?.path ?? "", /X-Amz-SignedHeaders=[^&]*x-amz-checksum-mode/);
    assert.equal(asked.length, 0);
    if (!isAnswered) return assert.equal(await refused(response, 404), gone);
    assert.equal((await response.json()).filesize, size);
  });
}
