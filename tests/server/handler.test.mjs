// Tests what only the JavaScript handler has: options and decisions of any type, and environment variables.
// The other files test what it shares with the Rust routes. Also checks that no output contains a secret.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createUploadHandler, Refusal, storageFromEnv } from "ittybit-uploader/server";
import { apiKey, handlerWith, question, refused, scripted } from "./support.mjs";

/** @typedef {Partial<import("./support.mjs").Options>} Options */

/**
 * Sends a request to a handler whose service answers by a script. Checks that no output contains a secret.
 *
 * @param {object} given
 * @param {Options} [given.options]
 * @param {import("./support.mjs").Script} [given.script]
 * @param {RequestInit} [given.init]
 */
async function asked({ options, script, init = question() }) {
  const service = await scripted(script);
  try {
    const { ask, errors } = handlerWith({ apiUrl: service.url, ...options });
    const response = await ask("", init);
    const answered = `${JSON.stringify([...response.headers])}${await response.clone().text()}`;
    const logged = errors.map((error) => `${error.stack} ${error.cause}`).join("\n");
    for (const [where, text] of Object.entries({ answered, logged })) {
      assert(!text.includes(apiKey), `the key is ${where}: ${text}`);
    }
    assert(!logged.includes("single-use"), logged);
    return { response, seen: service.seen, errors };
  } finally {
    await service.stop();
  }
}

test("throws if an option is missing or wrong", () => {
  const authorize = () => /** @type {const} */ (true);
  const storage = { region: "r", bucket: "bucket", accessKeyId: "id", secretAccessKey: "secret" };
  /** @type {[any, RegExp][]} */
  const wrong = [
    [undefined, /options/],
    [{ apiKey }, /authorize/],
    [{ apiKey, authorize: true }, /authorize/],
    [{ apiKey: 7, authorize }, /`apiKey` must be one word/],
    [{ apiKey, authorize, props: "owner" }, /"owner"/],
    [{ apiKey, authorize, limits: { maxFileSize: "1GB" } }, /maxFileSize/],
    [{ apiKey, authorize, limits: { bodyTimeout: -1 } }, /bodyTimeout/],
    [{ apiKey, authorize, identify: "x-user" }, /identify/],
    [{ apiKey, authorize, name: 7 }, /name/],
    [{ apiKey, authorize, storage: { ...storage, uploadSecret: 7 } }, /32 bytes/],
    [{ apiKey, authorize, storage: { ...storage, uploadSecret: ["x".repeat(32), 7] } }, /32 bytes/],
    [{ apiKey, authorize, limits: { allowedFileTypes: "image/*" } }, /allowedFileTypes/],
    [{ apiKey, authorize, storage: { ...storage, bucket: 7 } }, /bucket/],
    [{ apiKey, authorize, storage: { ...storage, prefix: 7 } }, /prefix/],
    [{ apiKey, authorize, storage: { ...storage, handover: "both" } }, /handover/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => createUploadHandler(options), { name: "TypeError", message });
  }
});

test("reports a missing key at the first request", async () => {
  for (const missing of [undefined, ""]) {
    const { response, seen, errors } = await asked({ options: { apiKey: missing } });
    assert.equal(await refused(response, 500), "The app's backend could not prepare the upload.");
    assert.equal(seen.length, 0);
    assert.match(String(errors[0]), /`apiKey` must be set/);
  }
});

test("passes the request and the file to authorize", async () => {
  /** @type {any[]} */
  const received = [];
  const authorize = (/** @type {any[]} */ ...all) => {
    received.push(...all);
    return /** @type {const} */ (true);
  };
  const init = question({ filename: "قط 😀.mp4", type: null, props: { a: 1 } }, { cookie: "a=1" });
  const { response } = await asked({ options: { authorize }, init });
  assert.equal(response.status, 200);
  const [request, file] = received;
  assert.equal(request.headers.get("cookie"), "a=1");
  assert.match(file.idempotencyKey, /^[\da-f-]{36}$/);
  const { filename, filesize, type, props } = file;
  assert.deepEqual([filename, filesize, type, props], ["قط 😀.mp4", 3_145_728, "", { a: 1 }]);
});

/** @type {[title: string, decision: () => any, status: number, message: string][]} */
const decisions = [
  ["undefined", () => undefined, 403, "This upload is not allowed."],
  ["null", () => null, 403, "This upload is not allowed."],
  ["false", () => false, 403, "This upload is not allowed."],
  ["a text", () => "yes", 403, "This upload is not allowed."],
  ["1", () => 1, 403, "This upload is not allowed."],
  ["a list", () => [], 403, "This upload is not allowed."],
  ["a Response with status 200", () => new Response("{}"), 403, "This upload is not allowed."],
  [
    "a redirect",
    () => Response.redirect("https://app.example/login"),
    403,
    "This upload is not allowed.",
  ],
  ["a promise of undefined", async () => {}, 403, "This upload is not allowed."],
  [
    "an unknown property",
    () => ({ workflow: "w" }),
    500,
    "The app's backend could not prepare the upload.",
  ],
  [
    "notes of two levels",
    () => ({ metadata: { a: {} } }),
    500,
    "The app's backend could not prepare the upload.",
  ],
  [
    "parts without a store",
    () => ({ protocol: "multipart" }),
    500,
    "The app's backend could not prepare the upload.",
  ],
];
for (const [title, authorize, status, message] of decisions) {
  test(`${title} allows no upload`, async () => {
    const { response, seen, errors } = await asked({ options: { authorize } });
    assert.equal(await refused(response, status), message);
    assert.equal(seen.length, 0);
    assert.equal(errors.length, status === 500 ? 1 : 0);
  });
}

/** @type {[title: string, identify: () => any, status: number, message: string, isReported: boolean][]} */
const identities = [
  ["undefined", () => {}, 403, "This upload is not allowed.", false],
  ["null", async () => null, 403, "This upload is not allowed.", false],
  ["an empty text", () => "", 403, "This upload is not allowed.", false],
  ["a number", () => 7, 500, "The app's backend could not decide about the upload.", true],
  [
    "a lone surrogate",
    () => "\ud800",
    500,
    "The app's backend could not decide about the upload.",
    true,
  ],
  [
    "a text that is too long",
    () => "x".repeat(257),
    500,
    "The app's backend could not decide about the upload.",
    true,
  ],
];
for (const [title, identify, status, message, isReported] of identities) {
  test(`begins no upload if identify returns ${title}`, async () => {
    const options = { authorize: () => ({ owner: "alice" }), identify };
    const { response, seen, errors } = await asked({ options });
    assert.equal(await refused(response, status), message);
    assert.deepEqual([seen.length, errors.length], [0, isReported ? 1 : 0]);
  });
}

test("passes on a Response that identify throws, if it is a refusal", async () => {
  for (const [status, passed] of /** @type {const} */ ([
    [401, 401],
    [302, 500],
  ])) {
    const identify = () => {
      throw new Response(null, { status, headers: { location: "/login" } });
    };
    const { response } = await asked({ options: { authorize: () => true, identify } });
    assert.equal(response.status, passed);
  }
});

test("a grant with an owner doesn't compile without identify", () => {
  const owned = () => ({ owner: "alice" });
  // @ts-expect-error `identify` is missing
  createUploadHandler({ apiKey, authorize: owned });
  // @ts-expect-error `identify` is missing, with other properties beside the owner
  createUploadHandler({ apiKey, authorize: async () => ({ alias: "a", owner: "alice" }) });
  createUploadHandler({ apiKey, authorize: owned, identify: () => "alice" });
  createUploadHandler({
    apiKey,
    authorize: async (request) => (request.headers.has("cookie") ? { alias: "a" } : false),
  });
});

test("a Refusal of the app is answered with its message", async () => {
  const authorize = () => {
    throw new Refusal(429, "Ten films a day are enough.", { retryAfter: 60 });
  };
  const { response } = await asked({ options: { authorize } });
  assert.equal(response.headers.get("retry-after"), "60");
  assert.equal(await refused(response, 429), "Ten films a day are enough.");
});

test("passes on a Response that authorize throws", async () => {
  const authorize = () => {
    throw new Response("Unauthorized", { status: 401 });
  };
  const { response } = await asked({ options: { authorize } });
  assert.deepEqual([response.status, await response.text()], [401, "Unauthorized"]);
});

test("refuses the upload if authorize throws, and reports the error to the app", async () => {
  const authorize = () => {
    throw new Error("the database is away");
  };
  const { response, errors } = await asked({ options: { authorize } });
  const message = "The app's backend could not decide about the upload.";
  assert.equal(await refused(response, 500), message);
  assert.match(String(errors[0]?.cause), /the database is away/);
});

test("reads the settings of a store from the environment", () => {
  assert.equal(storageFromEnv({ S3_BUCKET: " " }), undefined);
  const env = {
    ...{ S3_BUCKET: "films", AWS_REGION: "eu", AWS_ACCESS_KEY_ID: "id" },
    ...{ AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token", S3_PART_URL_TTL: "60" },
  };
  const { bucket, region, accessKeyId, sessionToken, partUrlTtl, endpoint } =
    storageFromEnv(env) ?? {};
  assert.deepEqual(
    [bucket, region, accessKeyId, sessionToken, partUrlTtl, endpoint],
    ["films", "eu", "id", "token", 60, undefined],
  );
  const secrets = storageFromEnv({ ...env, UPLOAD_SECRET: "new, old" })?.uploadSecret;
  assert.deepEqual(secrets, ["new", "old"]);
  // The session token belongs to the credentials with AWS's names.
  const others = { ...env, S3_ACCESS_KEY_ID: "other", S3_SECRET_ACCESS_KEY: "other" };
  assert.equal(storageFromEnv(others)?.sessionToken, undefined);
  assert.throws(() => storageFromEnv({ S3_BUCKET: "films" }), /S3_REGION must be set/);
  assert.throws(() => storageFromEnv({ ...env, S3_URL_STYLE: "no" }), /S3_URL_STYLE/);
  assert.throws(() => storageFromEnv({ ...env, S3_PART_URL_TTL: "1h" }), /S3_PART_URL_TTL/);
});
