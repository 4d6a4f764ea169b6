// Tests uploads from a server: the stored bytes, and the error for each failure.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { createUpload, uploadFromServer } from "ittybit-uploader/server";
import { sha256, startDemo } from "../e2e/support.mjs";
import { apiKey, question, scripted, serve, uploadUrl } from "./support.mjs";

describe("to a host", () => {
  /** @type {Awaited<ReturnType<typeof startDemo>>} */
  let demo;
  before(async () => {
    demo = await startDemo();
  });
  after(() => demo.stop());

  async function target() {
    const headers = { "sec-fetch-site": "same-origin" };
    const response = await fetch(`${demo.address}/api/uploads`, question({}, headers));
    return String((await response.json()).url);
  }

  const bytes = randomBytes(3_000_001);

  /** Yields the file in chunks of many sizes. */
  async function* pieces() {
    for (let at = 0, size = 1; at < bytes.length; at += size, size = size * 2 + 1) {
      yield bytes.subarray(at, at + size);
    }
  }

  /** @type {[string, () => Parameters<typeof uploadFromServer>[1], { size?: number }][]} */
  const contents = [
    ["a Blob", () => new Blob([bytes]), {}],
    ["bytes", () => bytes, {}],
    ["an iterable", pieces, { size: bytes.length }],
    ["a stream", () => new Blob([bytes]).stream(), { size: bytes.length }],
  ];
  for (const [title, content, size] of contents) {
    test(`${title} arrives whole`, async () => {
      const filename = 'قط "1".mp4';
      const options = { filename, type: "video/mp4", ...size };
      const media = await uploadFromServer(await target(), content(), options);
      assert.equal(media.filename, filename);
      assert.equal(sha256(demo.stored(media)), createHash("sha256").update(bytes).digest("hex"));
    });
  }

  test("an empty file is uploaded", async () => {
    const media = await uploadFromServer(await target(), new Blob([]), { filename: "empty" });
    assert.equal(demo.stored(media).length, 0);
  });

  test("a URL works once", async () => {
    const url = await target();
    await uploadFromServer(url, new Blob(["a"]));
    const again = uploadFromServer(url, new Blob(["a"]));
    await assert.rejects(again, {
      name: "ServerUploadError",
      code: "url-expired",
      retryable: true,
    });
  });

  test("a stream of another length than announced fails", async () => {
    for (const [size, words] of /** @type {const} */ ([
      [bytes.length + 7, /ended 7 bytes too early/],
      [bytes.length - 7, /more bytes than it had/],
    ])) {
      const sent = uploadFromServer(await target(), pieces(), { size });
      await assert.rejects(sent, { code: "file-unreadable", message: words, retryable: false });
    }
  });

  test("a stream that breaks fails with its cause", async () => {
    async function* breaks() {
      yield bytes.subarray(0, 9);
      throw new Error("the disk is gone");
    }
    const sent = uploadFromServer(await target(), breaks(), { size: 99 });
    await assert.rejects(sent, (/** @type {any} */ error) => {
      assert.equal(error.code, "file-unreadable");
      return /the disk is gone/.test(error.cause.message);
    });
  });
});

test("a file that is too large fails before a byte is sent", async () => {
  let asked = 0;
  const fetch = async () => {
    asked++;
    return Response.json({});
  };
  const most = 67_108_864 - 217;
  const send = (/** @type {number} */ size) =>
    uploadFromServer(uploadUrl, new Blob([]).stream(), { filename: "a", size, fetch });
  await assert.rejects(send(67_108_864), {
    code: "too-large",
    message: /a simple upload takes at most/,
  });
  assert.equal(asked, 0);
  await assert.rejects(send(most), { code: "bad-response" });
  assert.equal(asked, 1);
});

test("requires the size of a stream, and a private URL", async () => {
  await assert.rejects(uploadFromServer(uploadUrl, new Blob([]).stream()), { name: "TypeError" });
  for (const url of ["http://host.example/", "file:///etc/passwd", "no URL"]) {
    await assert.rejects(uploadFromServer(url, new Blob([])), { code: "bad-target" });
  }
});

test("an abort rejects with its reason", async () => {
  const host = await scripted(() => undefined);
  const controller = new AbortController();
  const sent = uploadFromServer(host.url, new Blob(["a"]), { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await assert.rejects(sent, { message: "enough" });
  await assert.rejects(uploadFromServer(host.url, new Blob([]), { signal: controller.signal }), {
    message: "enough",
  });
  await host.stop();
});

/** @type {[title: string, answer: ReturnType<import("./support.mjs").Script>, expected: object][]} */
const answers = [
  ["a login page", { body: "<html>Sign in</html>" }, { code: "bad-response", status: 200 }],
  ["an error in a success", { body: { error: "full" } }, { code: "bad-response", detail: "full" }],
  ["an object without an id", { body: {} }, { code: "bad-response" }],
  ["410", { status: 410 }, { code: "url-expired", retryable: true }],
  ["413", { status: 413 }, { code: "too-large", retryable: false }],
  ["422", { status: 422, body: { message: "no film" } }, { code: "rejected", detail: "no film" }],
  ["a redirect", { status: 302, headers: { location: "/" } }, { code: "rejected", status: 302 }],
  ["503", { status: 503 }, { code: "server", retryable: true }],
  ["nothing", undefined, { code: "timeout", retryable: true }],
];
for (const [title, answer, expected] of answers) {
  test(`the host answers ${title}`, async () => {
    const host = await scripted(() => answer);
    const url = `${host.url}/store?key=single-use-secret`;
    const sent = uploadFromServer(url, new Blob(["a"]), { timeout: answer ? 30_000 : 100 });
    await assert.rejects(sent, (/** @type {any} */ error) => {
      for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value);
      assert(!`${error.stack}${JSON.stringify(error)}`.includes("single-use"));
      return true;
    });
    await host.stop();
  });
}

test("the host answers a media object, exactly as received", async () => {
  const media = { id: "med_1", anything: [1, null] };
  for (const body of [media, { data: media, error: null }]) {
    const host = await scripted(() => ({ status: 201, body }));
    assert.deepEqual(await uploadFromServer(host.url, new Blob(["a"])), media);
    assert.equal(host.seen[0]?.headers["content-length"], String(host.seen[0]?.body.length));
    await host.stop();
  }
});

test("the host can't be reached", async () => {
  const { url, stop } = await serve(() => {});
  await stop();
  const sent = uploadFromServer(url, new Blob(["a"]));
  await assert.rejects(sent, { code: "network", retryable: true });
});

test("creates an upload URL for the server itself", async () => {
  const service = await scripted();
  const apiUrl = service.url;
  const metadata = { user: "ann" };
  assert.deepEqual(await createUpload({ apiKey, apiUrl, metadata }), { url: uploadUrl });
  assert.deepEqual(JSON.parse(service.seen[0]?.body ?? ""), { metadata });
  await service.stop();
  const full = await scripted(() => ({ status: 429, body: { message: `slow down, ${apiKey}` } }));
  await assert.rejects(createUpload({ apiKey, apiUrl: full.url }), (/** @type {any} */ error) => {
    assert.deepEqual([error.code, error.status, error.retryable], ["endpoint", 429, true]);
    assert.equal(error.detail, "slow down, [API key]");
    return true;
  });
  await full.stop();
});
