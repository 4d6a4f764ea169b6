// Tests `upload()` of the built package in a real browser, with the real backend.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import {
  filmSized,
  launchBrowser,
  openPage,
  sha256,
  startDemo,
  temporaryFolder,
} from "./support.mjs";

const pages = "tests/e2e/pages";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;
/** @type {Awaited<ReturnType<typeof openPage>>} */
let opened;
/** @type {import("playwright-core").Page} */
let page;

before(async () => {
  [browser, demo] = await Promise.all([launchBrowser(), startDemo({ pages })]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

beforeEach(async () => {
  opened = await openPage(browser);
  page = opened.page;
  await page.goto(`${demo.address}/empty.html`);
});

afterEach(() => opened.close());

/**
 * Uploads in the page, and returns the result.
 *
 * @param {object} [what]
 * @param {string} [what.entry] where the package is imported from
 * @param {string} [what.content] of the file
 * @param {Record<string, unknown>} [what.options]
 * @param {string} [what.input] selector of the file input to take the file from
 * @returns {Promise<{ media?: any, error?: any, reports: any[] }>}
 */
function upload({ entry = "/dist/index.js", content = "hello", options = {}, input = "" } = {}) {
  return page.evaluate(
    async ({ entry, content, options, input }) => {
      const { upload } = await import(entry);
      /** @type {HTMLInputElement | null} */
      const element = input ? document.querySelector(input) : null;
      const file = element?.files?.[0] ?? new File([content], "hello.txt", { type: "text/plain" });
      /** @type {unknown[]} */
      const reports = [];
      const onProgress = (/** @type {unknown} */ report) => reports.push(report);
      try {
        const media = await upload(file, {
          endpoint: "/api/uploads",
          retryDelays: [],
          onProgress,
          ...options,
        });
        return { media, reports };
      } catch (error) {
        const { name, code, message, status, attempt, retryable } = /** @type {any} */ (error);
        return { error: { name, code, message, status, attempt, retryable }, reports };
      }
    },
    { entry, content, options, input },
  );
}

/** @param {string} path */
async function pick(path) {
  await page.evaluate(() => {
    const input = document.createElement("input");
    input.type = "file";
    document.body.replaceChildren(input);
  });
  await page.setInputFiles("input", path);
}

/**
 * Slows the page's uploads down, so that there is progress.
 *
 * @param {number} bytesPerSecond
 */
async function throttle(bytesPerSecond) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

describe("every way to load the package", () => {
  for (const entry of ["/dist/index.js", "/dist/inline.js"]) {
    test(entry, async () => {
      const { media } = await upload({ entry });
      assert.equal(demo.stored(media).toString(), "hello");
    });
  }

  for (const name of ["script-tag", "script-tag.inline"]) {
    test(name, async () => {
      await page.goto(`${demo.address}/${name}.html`);
      const media = await page.evaluate(() =>
        IttybitUploader.upload(new Blob(["hello"]), { endpoint: "/api/uploads" }),
      );
      assert.equal(media.filename, "blob");
      assert.equal(demo.stored(media).toString(), "hello");
    });
  }

  test("the wasm is loaded once, when it is first needed", async () => {
    /** @type {string[]} */
    const loaded = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    await page.evaluate((entry) => import(entry), "/dist/index.js");
    assert.deepEqual(loaded, ["/dist/index.js"]);
    await Promise.all([upload(), upload(), upload()]);
    assert.equal(loaded.filter((path) => path.endsWith(".wasm")).length, 1);
  });

  test("a wasm that can't be loaded is an error, and the next upload retries", async () => {
    // The loader makes two attempts, and another request to find the cause.
    await page.route("**/*.wasm*", (route) => route.abort(), { times: 3 });
    const { error } = await upload();
    assert.equal(error.name, "UploadError");
    assert.equal(error.code, "not-loaded");
    assert.equal(error.retryable, true);
    const { media } = await upload();
    assert.equal(demo.stored(media).toString(), "hello");
  });
});

describe("reports to the page", () => {
  test("progress moves forward through the phases, and is 100 only at the end", async () => {
    const { folder, remove } = temporaryFolder();
    writeFileSync(join(folder, "film.mp4"), filmSized());
    await pick(join(folder, "film.mp4"));
    await throttle(20_000_000);
    const { media, reports } = await upload({ input: "input" });
    remove();
    assert.equal(media.filesize, 60_000_000);
    const phases = reports.map(({ phase }) => phase);
    assert.deepEqual([...new Set(phases)], ["preparing", "uploading", "processing", "done"]);
    assert(phases.filter((phase) => phase === "uploading").length > 3, "steps in between");
    reports.reduce((last, report) => {
      assert(report.loaded >= last.loaded && report.percentage >= last.percentage);
      assert(report.loaded <= report.total && report.total === 60_000_000);
      return report;
    });
    const full = reports.filter(({ percentage }) => percentage === 100);
    assert.deepEqual(full, [reports.at(-1)]);
  });

  /** @type {[string, (path: string) => void][]} */
  const changes = [
    ["longer", (path) => appendFileSync(path, ", and more")],
    ["as long but newer", (path) => utimesSync(path, new Date(), new Date(Date.now() + 10_000))],
    ["gone", (path) => rmSync(path)],
  ];
  for (const [name, change] of changes) {
    test(`a file that is ${name} before it is sent is unreadable`, async () => {
      const { folder, remove } = temporaryFolder();
      const path = join(folder, "note.txt");
      writeFileSync(path, "as it was");
      await pick(path);
      await page.exposeFunction("changeFile", () => change(path));
      const outcome = await page.evaluate(async (entry) => {
        const { upload } = await import(entry);
        const endpoint = async () => {
          // @ts-expect-error exposed above
          await changeFile();
          return { url: "http://localhost:9/" };
        };
        const file = document.querySelector("input")?.files?.[0];
        return upload(file, { endpoint }).catch((/** @type {any} */ error) => [
          error.code,
          error.retryable,
        ]);
      }, "/dist/index.js");
      remove();
      assert.deepEqual(outcome, ["file-unreadable", false]);
    });
  }

  test("a file over 64 MB is refused before a byte is sent", async () => {
    const sent = page.waitForRequest(`${demo.host}/**`, { timeout: 0 }).then(
      () => true,
      () => false,
    );
    const { error } = await page.evaluate(async (entry) => {
      const { upload } = await import(entry);
      const file = new File([new Uint8Array(67_108_864)], "large.bin");
      const endpoint = async () => ({ url: "http://localhost:1/" });
      return upload(file, { endpoint }).then(
        () => ({ error: undefined }),
        (/** @type {any} */ error) => ({ error: { code: error.code, message: error.message } }),
      );
    }, "/dist/index.js");
    assert.equal(error?.code, "too-large");
    assert.match(error?.message ?? "", /67108864 bytes.* at most 67108\d\d\d /);
    await opened.page.close();
    assert.equal(await sent, false);
  });
});

describe("errors of the host", () => {
  /** @type {[string, Parameters<import("playwright-core").Route["fulfill"]>[0], string][]} */
  const answers = [
    ["a web page", { status: 200, contentType: "text/html", body: "<p>Sign in" }, "bad-response"],
    ["broken JSON", { status: 200, body: '{"data":{"id":' }, "bad-response"],
    [
      "an error in a success",
      { status: 200, body: '{"error":"no","data":{"id":"m"}}' },
      "bad-response",
    ],
    ["too large", { status: 413 }, "too-large"],
    ["refused", { status: 422, body: '{"error":{"message":"no films"}}' }, "rejected"],
    ["failed", { status: 503 }, "server"],
  ];
  for (const [name, answer, code] of answers) {
    test(name, async () => {
      const headers = { "access-control-allow-origin": "*" };
      await page.route(`${demo.host}/**`, (route) => route.fulfill({ headers, ...answer }));
      const { error, reports } = await upload();
      assert.equal(error.name, "UploadError");
      assert.equal(error.code, code);
      assert(reports.every(({ percentage }) => percentage < 100));
      assert(!error.message.includes(demo.host), error.message);
    });
  }

  test("no connection", async () => {
    await page.route(`${demo.host}/**`, (route) => route.abort("connectionreset"));
    const { error } = await upload();
    assert.deepEqual([error.code, error.retryable], ["network", true]);
  });

  test("a URL that was used", async () => {
    const codes = await page.evaluate(async (entry) => {
      const { upload } = await import(entry);
      /** @type {Promise<unknown> | undefined} */
      let target;
      const endpoint = (/** @type {unknown} */ file, /** @type {any} */ { idempotencyKey }) => {
        target ??= fetch("/api/uploads", {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
          body: JSON.stringify(file),
        }).then((response) => response.json());
        return target;
      };
      const { id } = await upload(new Blob(["first"]), { endpoint });
      const error = await upload(new Blob(["second"]), { endpoint }).catch(
        (/** @type {any} */ e) => e,
      );
      return [typeof id, error.code, error.status];
    }, "/dist/index.js");
    assert.deepEqual(codes, ["string", "url-expired", 410]);
  });

  test("a URL that has expired", async () => {
    const expiring = await startDemo({ pages, settings: { STAND_IN_URL_TTL: "0" } });
    try {
      await page.goto(`${expiring.address}/empty.html`);
      const { error } = await upload();
      assert.deepEqual([error.code, error.status], ["url-expired", 410]);
    } finally {
      await expiring.stop();
    }
  });
});

describe("mistakes of the page", () => {
  test("a callback that throws is reported and changes nothing", async () => {
    const result = await page.evaluate(async (entry) => {
      const { upload } = await import(entry);
      /** @type {unknown[]} */
      const reported = [];
      window.addEventListener("error", (event) => {
        reported.push(event.error);
        event.preventDefault();
      });
      const onProgress = () => {
        throw "oops";
      };
      const media = await upload(new Blob(["x"]), { endpoint: "/api/uploads", onProgress });
      return { id: media.id, reported: new Set(reported).size };
    }, "/dist/index.js");
    assert.match(result.id, /^med_/);
    assert.equal(result.reported, 1);
  });

  test("a wrong option is a TypeError, before anything is loaded or requested", async () => {
    const errors = await page.evaluate(async (entry) => {
      const { upload, Uploader } = await import(entry);
      const told = (/** @type {any} */ error) => `${error.constructor.name}: ${error.message}`;
      const one = await upload(new Blob(["x"]), { endpoint: 7 }).catch(told);
      const many = await new Uploader({ endpoint: 7 }).add([new Blob(["x"])]).catch(told);
      return [one, many];
    }, "/dist/index.js");
    for (const error of errors)
      assert.match(error, /^TypeError: .*options\.endpoint must be the URL/);
  });
});

describe("aborting", () => {
  test("with a signal that is aborted already, nothing starts, whatever its reason", async () => {
    /** @type {string[]} */
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const outcome = await page.evaluate(async (entry) => {
      const { upload } = await import(entry);
      const reasons = ["a string", 7, new Error("mine")];
      const outcomes = reasons.map((reason) =>
        upload(new Blob(["x"]), {
          endpoint: "/api/uploads",
          signal: AbortSignal.abort(reason),
        }).catch((/** @type {unknown} */ thrown) => thrown === reason),
      );
      return Promise.all(outcomes);
    }, "/dist/index.js");
    assert.deepEqual(outcome, [true, true, true]);
    assert(!asked.some((url) => url.includes("/api/uploads")));
  });

  test("an abort in the middle of the body stops the request and stores nothing", async () => {
    const { folder, remove } = temporaryFolder();
    writeFileSync(join(folder, "film.mp4"), filmSized());
    await pick(join(folder, "film.mp4"));
    const failed = page.waitForEvent("requestfailed", (request) =>
      request.url().startsWith(demo.host),
    );
    const outcome = await page.evaluate(async (entry) => {
      const { upload } = await import(entry);
      const file = document.querySelector("input")?.files?.[0];
      const controller = new AbortController();
      let reportsAfter = 0;
      const outcome = await upload(file, {
        endpoint: "/api/uploads",
        signal: controller.signal,
        onProgress: (/** @type {any} */ { loaded }) => {
          if (controller.signal.aborted) reportsAfter += 1;
          else if (loaded > 0) controller.abort("enough");
        },
      }).catch((/** @type {unknown} */ reason) => reason);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      return { outcome, reportsAfter };
    }, "/dist/index.js");
    assert.deepEqual(outcome, { outcome: "enough", reportsAfter: 0 });
    await failed;
    remove();
  });
});

test("a type is reported and sent normalised, and an invalid one as empty", async () => {
  const outcome = await page.evaluate(async (entry) => {
    const { upload, Uploader } = await import(entry);
    /** @type {string[]} */
    const sent = [];
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
      if (body instanceof FormData) sent.push(/** @type {File} */ (body.get("file")).type);
      return send.call(this, body);
    };
    /** @type {string[]} */
    const told = [];
    const endpoint = async (/** @type {{ type: string }} */ { type }) => {
      told.push(type);
      const headers = {
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      };
      const body = JSON.stringify({ filename: "a", filesize: 1, type });
      const answer = await fetch("/api/uploads", { method: "POST", headers, body });
      return (await answer.json()).url;
    };
    for (const type of ['video/webm;codecs="vp9,opus"', "image/png,text/html", "image/png"]) {
      await upload(new Blob(["a"], { type }), { endpoint, filename: "a" });
    }
    XMLHttpRequest.prototype.send = send;
    const restrictions = { allowedFileTypes: ["image/*"] };
    const queue = new Uploader({ endpoint, restrictions });
    const kept = [];
    for (const type of ["image/svg+xml", "image/png,text/html", "image/png"]) {
      kept.push((await queue.add([new File(["a"], "a", { type })])).length);
    }
    queue.destroy();
    return { told, sent, kept };
  }, "/dist/index.js");
  assert.deepEqual(outcome, {
    told: ["video/webm", "", "image/png"],
    sent: ["video/webm", "", "image/png"],
    kept: [0, 0, 1],
  });
});

test("the host detects the type and size of a picture without a type", async () => {
  const fixture = new URL("fixtures/harbour.jpg", import.meta.url);
  const { media } = await page.evaluate(
    async ({ entry, base64 }) => {
      const { upload } = await import(entry);
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const media = await upload(new Blob([bytes]), { endpoint: "/api/uploads", filename: "x" });
      return { media };
    },
    { entry: "/dist/index.js", base64: readFileSync(fixture, "base64") },
  );
  assert.equal(media.content_type, "image/jpeg");
  assert.deepEqual([media.width, media.height], [640, 427]);
  assert.equal(sha256(demo.stored(media)), sha256(readFileSync(fixture)));
});
