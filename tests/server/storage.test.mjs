// Tests the app's own store in each backend: its settings, the signed URLs, and failures. conformance.test.mjs
// tests uploads in parts with a real store.

import assert from "node:assert/strict";

import { backends, behind, bucket, builtNowhere, everywhere } from "./backends.mjs";
import { question, refused } from "./support.mjs";

/** @typedef {import("./support.mjs").Script} Script */

const authorize = /** @type {const} */ ({ grant: { protocol: "multipart", alias: "a" } });
const away = "The file store is not available.";
const senseless = "The file store gave an invalid answer.";

/** A store that begins each upload. @type {Script} */
const begins = () => ({
  body: "<InitiateMultipartUploadResult><UploadId>of-the-store</UploadId></InitiateMultipartUploadResult>",
});

/** @param {string} code */
const error = (code) =>
  `<Error><Code>${code}</Code><Message>${bucket.secretAccessKey}</Message></Error>`;

/** @type {[title: string, store: Script, status: number, says: string][]} */
const failures = [
  ["is busy", () => ({ status: 503, body: error("SlowDown") }), 503, away],
  ["answers 400 with SlowDown", () => ({ status: 400, body: error("SlowDown") }), 503, away],
  ["answers 429", () => ({ status: 429 }), 503, away],
  ["fails", () => ({ status: 500, body: error("InternalError") }), 502, away],
  [
    "refuses",
    () => ({ status: 403, body: error("AccessDenied") }),
    502,
    "The file store refused this app's request.",
  ],
  ...[502, 504, 507, 520, 524, 529, 599].map(
    (status) =>
      /** @type {[string, Script, number, string]} */ ([
        `answers ${status}`,
        () => ({ status }),
        502,
        away,
      ]),
  ),
  ...[501, 505, 510, 511].map(
    (status) =>
      /** @type {[string, Script, number, string]} */ ([
        `answers ${status}`,
        () => ({ status, body: error("NotImplemented") }),
        501,
        "The file store refused this app's request.",
      ]),
  ),
  ["answers HTML", () => ({ body: "<html><body>Hello</body></html>" }), 502, senseless],
  ["answers with an empty body", () => ({ body: "" }), 502, senseless],
];
for (const [title, store, status, says] of failures) {
  everywhere(
    `${says === senseless ? "W13.1 the store" : "W13.2 the store"} ${title}`,
    { config: { authorize }, store },
    async (place) => {
      assert.equal(await refused(await place.ask("", question()), status), says);
      assert.equal(place.stored.length, 1);
      assert.equal(place.asked.length, 0);
      return (log) => assert.match(log, /store/);
    },
  );
}

const later = { status: 503, headers: { "retry-after": "9" } };
everywhere(
  "W13.2 passes on Retry-After of a busy store",
  { config: { authorize }, store: () => later },
  async ({ ask }) => {
    const response = await ask("", question());
    assert.equal(response.headers.get("retry-after"), "9");
    await refused(response, 503);
  },
);

const silent = {
  config: { authorize, limits: { answerTimeout: 100 } },
  store: () => undefined,
};
everywhere("W13.3 the store does not answer", silent, async ({ ask }) => {
  assert.equal(await refused(await ask("", question()), 504), away);
});

const elsewhere = {
  config: {
    authorize,
    storage: {
      ...{ publicEndpoint: "https://files.example", sessionToken: "of-the-session" },
      ...{ prefix: "a b/é/", partUrlTtl: 77 },
    },
  },
  store: begins,
};
everywhere("W10.3, W13.5 signs a part by the settings", elsewhere, async ({ ask, stored }) => {
  const target = await (await ask("", question())).json();
  assert.deepEqual([target.protocol, target.part_size], ["multipart", 16_777_216]);
  const { parts } = await (await ask(`/${target.upload_id}/parts`, toSign())).json();
  assert.deepEqual(Object.keys(parts[0]).sort(), ["headers", "part_number", "url"]);
  const { origin, pathname, searchParams } = new URL(parts[0].url);
  assert.equal(origin, "https://files.example");
  assert.match(pathname, /^\/films\/a%20b\/%C3%A9\/[\w-]+$/);
  assert.equal(stored[0]?.path?.split("?")[0], pathname);
  const said = Object.fromEntries(searchParams);
  assert.deepEqual([said.partNumber, said.uploadId], ["1", "of-the-store"]);
  assert.deepEqual([said["X-Amz-Expires"], said["X-Amz-Algorithm"]], ["77", "AWS4-HMAC-SHA256"]);
  assert.equal(said["X-Amz-Security-Token"], "of-the-session");
  assert.match(said["X-Amz-Credential"] ?? "", /^name-of-key\/\d{8}\/eu\/s3\/aws4_request$/);
  const signed = said["X-Amz-SignedHeaders"];
  assert.equal(signed, "content-length;host;x-amz-checksum-crc32c");
});

const sharing = { uploadSecret: "of all instances, and 32 bytes long" };
const hosted = {
  ...{ ...sharing, endpoint: "https://s3.example", pathStyle: false },
  secretAccessKey: "another-secret-of-at-least-32-bytes",
};
for (const maker of Object.keys(backends)) {
  everywhere(
    `W9.6, W9.3 continues an upload of ${maker} with the same secret`,
    {
      config: { authorize, storage: hosted },
    },
    async ({ ask }) => {
      let id = "";
      await behind(
        maker,
        { config: { authorize, storage: sharing }, store: begins },
        async (other) => {
          id = (await (await other.ask("", question())).json()).upload_id;
        },
      );
      const { parts } = await (await ask(`/${id}/parts`, toSign())).json();
      // With `pathStyle: false`, the bucket is part of the host name.
      assert.equal(new URL(parts[0].url).origin, "https://films.s3.example");
      // Refuses an upload with another secret.
      await behind(maker, { config: { authorize }, store: begins }, async (other) => {
        id = (await (await other.ask("", question())).json()).upload_id;
      });
      await refused(await ask(`/${id}/parts`, toSign()), 404);
    },
  );
}

/** @param {string} etag */
const part = (etag) => `<Part><PartNumber>1</PartNumber><ETag>${etag}</ETag><Size>5</Size></Part>`;

/** A store with one part of five bytes, and then the object. @type {Script} */
const holds = ({ method, path = "" }) => {
  if (method === "HEAD") return { headers: { "content-length": "5" } };
  if (method === "GET") return { body: `<ListPartsResult>${part('"e"')}</ListPartsResult>` };
  return path.includes("uploads=")
    ? begins({ method, path, headers: {}, body: "" })
    : { body: "<a/>" };
};

/** @param {string} path */
const media = (path) => `{"data":{"id":"med_1","of":${JSON.stringify(path)},"x":[1.50]}}`;

/** Begins and completes an upload with one part. @param {import("./backends.mjs").Place} place */
async function completed({ ask }) {
  const asked = question({ filesize: 5 });
  const { upload_id } = await (await ask("", asked)).json();
  const body = JSON.stringify({ parts: [{ part_number: 1, etag: '"e"' }] });
  const headers = { "content-type": "application/json" };
  return ask(`/${upload_id}/complete`, { method: "POST", headers, body });
}

const handedOver = {
  config: { authorize, passOnKeys: false },
  store: holds,
  service: /** @type {Script} */ (({ path = "" }) => ({ body: media(path) })),
};
everywhere("W11.4 lets the service fetch the stored file", handedOver, async (place) => {
  const response = await completed(place);
  assert.deepEqual(await response.json(), { id: "med_1", of: "/media", x: [1.5] });
  assert.equal(place.asked.length, 1);
  const [request] = place.asked;
  assert.match(String(request?.headers["idempotency-key"]), /^[\da-f]{32}$/);
  const { url, ...rest } = JSON.parse(request?.body ?? "");
  assert.deepEqual(rest, { alias: "a", filename: "clip.mp4" });
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/films\/uploads\/[^?]+\?.*X-Amz-Signature=/);
});

const failing = {
  ...handedOver,
  service: /** @type {Script} */ (({ body }) => ({ status: 422, body: { error: `no: ${body}` } })),
};
everywhere(
  "W11.4, W1.5 keeps the URL secret if the service can't fetch the file",
  failing,
  async (place) => {
    const message = await refused(await completed(place), 502);
    assert.equal(message, "The upload service refused this app's request.");
  },
);

const slow = {
  ...handedOver,
  config: { authorize, limits: { fetchTimeout: 100 } },
  service: () => undefined,
};
everywhere("W11.4 times out if the service takes too long to fetch", slow, async (place) => {
  const message = await refused(await completed(place), 504);
  assert.equal(message, "The upload service is not available.");
});

/** @type {import("./backends.mjs").Given} */
const kept = { config: { authorize, storage: { handover: "own" } }, store: holds };
everywhere("W11.3 with handover `own`, keeps the file in the store", kept, async (place) => {
  const { id, url, kind, filename, filesize, alias } = await (await completed(place)).json();
  assert.match(id, /^med_[\da-f]{32}$/);
  assert.deepEqual([kind, filename, filesize, alias], ["video", "clip.mp4", 5, "a"]);
  assert.equal(new URL(url).searchParams.get("X-Amz-Expires"), "604800");
  assert.equal(place.asked.length, 0);
});

for (const [asked, made] of /** @type {const} */ ([
  [1, 5],
  [5 * 1024 * 1024, 5],
  [6 * 1024 * 1024 - 1, 6],
  [6 * 1024 * 1024, 6],
])) {
  const config = { authorize: { grant: { protocol: "multipart", part_size: asked } } };
  const given = /** @type {import("./backends.mjs").Given} */ ({ config, store: begins });
  everywhere(`W7.4 rounds parts of ${asked} bytes up to ${made} MiB`, given, async ({ ask }) => {
    const { part_size } = await (await ask("", question())).json();
    assert.equal(part_size, made * 1024 * 1024);
  });
}

/** @returns {RequestInit} */
function toSign() {
  const body = JSON.stringify({ parts: [{ part_number: 1, checksum: "AAAAAA==" }] });
  return { method: "POST", headers: { "content-type": "application/json" }, body };
}

/** @type {[title: string, storage: import("./backends.mjs").Config["storage"], message: RegExp][]} */
const wrong = [
  ["a bucket with a slash", { bucket: "a/b" }, /bucket/],
  ["a bucket without a name", { bucket: "" }, /bucket/],
  ["a region of two words", { region: "e u" }, /one word/],
  ["no region", { region: "" }, /one word/],
  ["a secret with a line break", { secretAccessKey: "a\r\nb" }, /one word/],
  ["an empty token", { sessionToken: "" }, /one word/],
  ["a key's name beyond ASCII", { accessKeyId: "schlüssel" }, /one word/],
  ["an endpoint without a scheme", { endpoint: "s3.example" }, /endpoint/],
  ["an endpoint with a password", { endpoint: "https://a:b@s3.example" }, /endpoint/],
  ["an endpoint with a query", { endpoint: "https://s3.example?a" }, /endpoint/],
  ["an endpoint over http:", { endpoint: "http://s3.example" }, /public/],
  ["a public endpoint over http:", { publicEndpoint: "http://s3.example" }, /public/],
  ["a lifetime of 0 for URLs", { partUrlTtl: 0 }, /604800/],
  ["a lifetime of more than seven days for URLs", { partUrlTtl: 604_801 }, /604800/],
  ["a prefix that leads out of the bucket", { prefix: "../" }, /prefix/],
  ["a prefix with dot segments in the middle", { prefix: "a/../../b/" }, /prefix/],
  ["a prefix with a single dot", { prefix: "./" }, /prefix/],
  ["a prefix of two lines", { prefix: "a\nb/" }, /prefix/],
];
for (const [title, storage, message] of wrong) builtNowhere(`W14.4 ${title}`, { storage }, message);
