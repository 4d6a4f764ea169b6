// Sends the same requests to every backend, and expects the same answers (backend/WIRE.md). Only the messages
// about JSON that can't be parsed may differ.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { allBackends, crc32c, gone, posted, question, refused } from "./support.mjs";
import { ruled } from "./wire.mjs";

/** @type {Awaited<ReturnType<typeof allBackends>>} */
let all;
before(async () => {
  all = await allBackends();
});
after(() => all.stop());

const names = ["JavaScript", "JavaScript behind node:http", "Rust"];

/**
 * @param {string} title
 * @param {(backend: import("./support.mjs").Backend) => Promise<void>} body
 */
function everywhere(title, body) {
  for (const name of names) {
    test(`${ruled(title)} (${name})`, async () => {
      const backend = all.backends.find((backend) => backend.name === name);
      assert(backend);
      await body(backend);
    });
  }
}

const noKey = "The request needs one Idempotency-Key header: a UUID.";

/** @type {[title: string, init: RequestInit, status: number, message?: string][]} */
const wrongRequests = [
  ["W4.1 refuses a missing key", question({}, { "idempotency-key": "" }), 400, noKey],
  [
    "W4.1 refuses a key that is not a UUID",
    question({}, { "idempotency-key": "1234" }),
    400,
    noKey,
  ],
  [
    "W4.1 refuses two keys",
    question({}, { "idempotency-key": `${crypto.randomUUID()}, x` }),
    400,
    noKey,
  ],
  ["W3.7 refuses a body that is not JSON", question("{"), 400],
  ["W3.7 refuses a list", question("[1]"), 400],
  ["W3.7 refuses an empty body", question(""), 400],
  ["W3.4 refuses the type text/plain", question({}, { "content-type": "text/plain" }), 415],
  ["W4.2 refuses a missing filename", question({ filename: undefined }), 400],
  ["W4.2 refuses an empty filename", question({ filename: "" }), 400, "`filename` is empty."],
  [
    "W4.2 refuses a long filename",
    question({ filename: "é".repeat(513) }),
    400,
    "`filename` is too long.",
  ],
  [
    "W4.2 refuses a NUL in the filename",
    question({ filename: "a\0b" }),
    400,
    "`filename` holds a character that no file name has.",
  ],
  ["W4.2 refuses a filename that is a number", question({ filename: 1 }), 400],
  ["W4.3 refuses a missing filesize", question({ filesize: undefined }), 400],
  ["W4.3 refuses a negative filesize", question({ filesize: -1 }), 400],
  ["W4.3 refuses a fractional filesize", question({ filesize: 0.5 }), 400],
  [
    "W4.3 refuses a filesize that is not a safe integer",
    question('{"filename":"a","filesize":9007199254740992}'),
    400,
    "`filesize` is larger than any file.",
  ],
  ["W4.4 refuses a long type", question({ type: "a".repeat(513) }), 400, "`type` is too long."],
  [
    "W4.4 refuses a type with a line break",
    question({ type: "a\r\nb" }),
    400,
    "`type` must be a MIME type.",
  ],
  ["W4.4 refuses a type that is a list", question({ type: [] }), 400],
  ["W4.5 refuses props that are a list", question({ props: [] }), 400],
  ["W3.9 refuses a lone surrogate in the filename", question({ filename: "\ud800.mp4" }), 400],
  [
    "W3.9 refuses a lone surrogate in props",
    question({ props: { notes: [{ "\udc00": 1 }] } }),
    400,
  ],
  [
    "W3.9 refuses an infinite number",
    question('{"filename":"a","filesize":1,"props":{"a":1e999}}'),
    400,
  ],
  [
    "W3.5 refuses a body that is too large",
    question({ props: { much: "x".repeat(65_536) } }),
    413,
    "The request about this file is too large.",
  ],
  ["W7.4 refuses a file that is too large for any store", question({ filesize: 2 ** 43 }), 413],
  [
    "W7.2 refuses a simple upload that is too large",
    question({ filesize: 67_108_865, props: { protocol: "simple" } }),
    413,
  ],
];
for (const [title, init, status, message] of wrongRequests) {
  everywhere(title, async ({ ask }) => {
    const words = await refused(await ask("", init), status);
    if (message) assert.equal(words, message);
  });
}

everywhere("W1.1 refuses other methods", async ({ ask }) => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
    const words = await refused(await ask("", { method }), 405);
    assert.equal(words, "Upload URLs must be requested with POST.");
  }
});

everywhere("W2.1, W1.3 refuses pages of other origins", async ({ ask }) => {
  const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  await refused(await ask("", question({}, headers)), 403);
});

everywhere("W7.1, W7.2 chooses the protocol by size", async ({ ask }) => {
  // The form around clip.mp4, with the longest possible boundary.
  const envelope = 256;
  for (const [filesize, protocol] of /** @type {const} */ ([
    [0, undefined],
    [67_108_864 - envelope - 64, undefined],
    [67_108_864, "multipart"],
  ])) {
    const response = await ask("", question({ filesize }));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store");
    const target = await response.json();
    assert.equal(target.protocol, protocol, String(filesize));
    if (!protocol) assert.deepEqual(Object.keys(target), ["url"]);
  }
});

everywhere("W7.3 returns a target for chunks", async ({ ask }) => {
  const asked = question({ props: { protocol: "resumable" } });
  const { url, protocol, chunk_size } = await (await ask("", asked)).json();
  assert.equal(typeof url, "string");
  assert.deepEqual([protocol, chunk_size], ["resumable", 16 * 1024 * 1024]);
});

const MiB = 1024 * 1024;

/**
 * Begins an upload in parts, and sends some of them.
 *
 * @param {import("./support.mjs").Backend} backend
 * @param {Uint8Array<ArrayBuffer>[]} bytes the parts to send
 * @param {{ filesize?: number, init?: RequestInit }} [file]
 */
async function begun({ ask }, bytes, { filesize = 16 * MiB + 5, init } = {}) {
  const asked = init ?? question({ filesize, props: { protocol: "multipart" } });
  const target = await (await ask("", asked)).json();
  assert.deepEqual([target.protocol, target.part_size], ["multipart", 16 * MiB]);
  const at = `/${target.upload_id}`;
  const sums = bytes.map((part) => crc32c(part));
  const wanted = sums.map((checksum, index) => ({ part_number: index + 1, checksum }));
  const signed = await (await ask(`${at}/parts`, posted({ parts: wanted }))).json();
  const parts = [];
  for (const [index, { part_number, url, headers }] of signed.parts.entries()) {
    assert.deepEqual(headers, { "x-amz-checksum-crc32c": sums[index] });
    const sent = await fetch(url, { method: "PUT", headers, body: bytes[index] ?? null });
    assert.equal(sent.status, 200, await sent.text());
    parts.push({ part_number, etag: sent.headers.get("etag"), checksum: sums[index] });
  }
  return { at, parts, asked };
}

const whole = () => [new Uint8Array(16 * MiB).fill(7), new Uint8Array([1, 2, 3, 4, 5])];

everywhere("W11.5, W11.3, W10.5, W7.5 completes an upload, also repeatedly", async (backend) => {
  const { at, parts, asked } = await begun(backend, whole());
  const listed = await (await backend.ask(`${at}/parts`)).json();
  assert.deepEqual(
    listed.parts.map((/** @type {any} */ part) => [part.part_number, part.size, part.etag]),
    parts.map(({ etag }, index) => [index + 1, [16 * MiB, 5][index], etag]),
  );
  const [, first] = await Promise.all(
    [0, 1].map(() => backend.ask(`${at}/complete`, posted({ parts }))),
  );
  const media = await first?.json();
  assert.match(media.id, /^med_[\da-f]{32}$/);
  const { kind, filename, filesize, content_type, metadata } = media;
  assert.deepEqual(
    [kind, filename, filesize, content_type],
    ["video", "clip.mp4", 16 * MiB + 5, "video/mp4"],
  );
  assert.deepEqual(metadata, { source: "demo" });
  const again = await (await backend.ask(`${at}/complete`, posted({ parts }))).json();
  assert.deepEqual(again, media);
  const bytes = new Uint8Array(await (await fetch(media.url)).arrayBuffer());
  assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [16 * MiB + 5, 7, 5]);
  // If the answer was lost, the same key gets the media object.
  assert.deepEqual(await (await backend.ask("", asked)).json(), { media });
});

everywhere("W11.1, W11.2 refuses a list of parts that is wrong", async (backend) => {
  const { at, parts } = await begun(backend, whole());
  const [one, two] = parts;
  /** @type {[unknown, number, string?][]} */
  const wrong = [
    [{ parts: [one] }, 422, "Part 2 is missing from the list."],
    [{ parts: [one, one, two] }, 400, "Part 1 is listed twice."],
    [
      { parts: [one, { ...two, part_number: 3 }] },
      400,
      "The file has no part 3: its parts are 1 to 2.",
    ],
    [
      { parts: [one, { ...two, etag: "" }] },
      400,
      "The `etag` of part 2 must be 1 to 256 visible ASCII characters.",
    ],
    [{ parts: [one, { ...two, etag: '"0"' }] }, 409],
    [{ parts: [one, { ...two, checksum: "AAAAAA==" }] }, 409],
    [{ parts: [one, { ...two, checksum: "short" }] }, 400],
    [{ parts: {} }, 400],
    [{}, 400],
  ];
  for (const [body, status, message] of wrong) {
    const words = await refused(await backend.ask(`${at}/complete`, posted(body)), status);
    if (message) assert.equal(words, message);
  }
  assert.equal((await backend.ask(`${at}/complete`, posted({ parts }))).status, 200);
});

everywhere("W11.2 refuses to complete an upload with a missing part", async (backend) => {
  const { at, parts } = await begun(backend, whole().slice(0, 1));
  const claimed = [...parts, { part_number: 2, etag: '"00000000000000000000000000000000"' }];
  const words = await refused(await backend.ask(`${at}/complete`, posted({ parts: claimed })), 409);
  assert.equal(words, "Part 2 has not arrived.");
});

everywhere("W10.1, W10.2 refuses to sign parts that are not valid", async (backend) => {
  const { at } = await begun(backend, []);
  const checksum = "AAAAAA==";
  /** @type {[unknown, number][]} */
  const wrong = [
    [[{ part_number: 0, checksum }], 400],
    [[{ part_number: 3, checksum }], 400],
    [[{ part_number: 1.5, checksum }], 400],
    [[{ part_number: 1 }], 400],
    [[{ part_number: 1, checksum: "AAAAAAA=" }], 400],
    [
      [
        { part_number: 1, checksum },
        { part_number: 1, checksum },
      ],
      400,
    ],
    [Array.from({ length: 101 }, () => ({ part_number: 1, checksum })), 400],
    ["x".repeat(70_000), 413],
  ];
  for (const [parts, status] of wrong) {
    await refused(await backend.ask(`${at}/parts`, posted({ parts })), status);
  }
  await refused(await backend.ask(`${at}/parts`, { method: "POST", body: "{}" }), 415);
});

everywhere("W10.4 the store refuses a part of another size or content", async (backend) => {
  const { at } = await begun(backend, []);
  const body = new Uint8Array([1, 2, 3, 4, 5]);
  const wanted = { parts: [{ part_number: 2, checksum: crc32c(body) }] };
  const { parts } = await (await backend.ask(`${at}/parts`, posted(wanted))).json();
  const [{ url, headers }] = parts;
  for (const wrong of [new Uint8Array([1, 2, 3, 4, 6]), new Uint8Array([1, 2, 3, 4])]) {
    assert((await fetch(url, { method: "PUT", headers, body: wrong })).status >= 400);
  }
  assert.equal((await fetch(url, { method: "PUT", headers, body })).status, 200);
});

everywhere("W12.1, W10.6 aborts an upload", async (backend) => {
  const { at, parts } = await begun(backend, whole());
  for (const time of ["first", "again"]) {
    const response = await backend.ask(at, { method: "DELETE" });
    assert.equal(response.status, 204, time);
  }
  assert.equal(await refused(await backend.ask(`${at}/parts`), 404), gone);
  assert.equal(await refused(await backend.ask(`${at}/complete`, posted({ parts })), 404), gone);
});

everywhere("W9.3 refuses a changed id", async (backend) => {
  const { at } = await begun(backend, []);
  assert.match(at, /^\/2\.[\w-]+$/);
  const turned = (/** @type {number} */ index) =>
    `${at.slice(0, index)}${at[index] === "A" ? "B" : "A"}${at.slice(index + 1)}`;
  // Changes the nonce, the upload and the tag, and removes the tag.
  for (const changed of [turned(4), turned(60), turned(at.length - 4), at.slice(0, 20), "/2.A"]) {
    assert.equal(await refused(await backend.ask(`${changed}/parts`), 404), gone);
    assert.equal(await refused(await backend.ask(changed, { method: "DELETE" }), 404), gone);
  }
});

/** Sorts the parameters of the media object's URL, whose order differs between backends. @param {any} media */
function withSortedUrl(media) {
  const url = new URL(media.url);
  url.searchParams.sort();
  return { ...media, url: url.href };
}

test(ruled("W9.6 each backend opens the ids of the others"), async () => {
  for (const maker of all.backends) {
    const { at, parts } = await begun(maker, whole());
    for (const { ask, name } of all.backends) {
      const listed = await (await ask(`${at}/parts`)).json();
      assert.equal(listed.parts.length, 2, `${maker.name} → ${name}`);
    }
    const answers = [];
    for (const { ask } of all.backends) {
      answers.push(await (await ask(`${at}/complete`, posted({ parts }))).json());
    }
    for (const media of answers) assert.deepEqual(withSortedUrl(media), withSortedUrl(answers[0]));
  }
});

test(ruled("W7.5 each backend finds the same object by key and file"), async () => {
  const asked = question({ filesize: 16 * MiB + 5, props: { protocol: "multipart" } });
  const [maker] = all.backends;
  assert(maker);
  const { at, parts } = await begun(maker, whole(), { init: asked });
  const media = await (await maker.ask(`${at}/complete`, posted({ parts }))).json();
  for (const { ask, name } of all.backends) {
    const found = await (await ask("", asked)).json();
    assert.deepEqual(withSortedUrl(found.media), withSortedUrl(media), name);
  }
});
