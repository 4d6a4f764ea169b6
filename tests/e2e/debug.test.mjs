// The story of an upload: what an app's developer reads in the console and on the timeline, that no
// secret is in it, and that no upload depends on it. And an error as a bug report has it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { breakDown, prepare } from "./breakdown.mjs";
import { LargeFiles, MB } from "./large.mjs";
import { launchBrowser, startDemo } from "./support.mjs";

const large = new LargeFiles();

before(async () => {
  const demo = startDemo({ pages: "tests/e2e/pages", settings: { STAND_IN_FAULTS: "1" } });
  [large.browser, large.demo] = await Promise.all([launchBrowser(), demo]);
});

after(async () => {
  await large.browser?.close();
  await large.demo?.stop();
  large.files.remove();
});

/** In bytes. About 6 MB leave Chromium for the sockets' buffers at once, so this is more. */
const film = 16_000_000;

const prop = "prop-secret-4711";
const header = "header-secret-0815";
const secretive = {
  headers: { authorization: `Bearer ${header}` },
  props: { metadata: { customer: prop } },
  retryDelays: [10, 20, 30, 40],
};

/** What a server says that is careless. */
const careless = JSON.stringify({
  error: { message: `Not now: ${prop} with ${header} at https://files.example/u?sig=abc123` },
});

/** @param {(object | null)[]} store what happens to files that are sent */
async function plan(...store) {
  const body = JSON.stringify({ store });
  const answer = await fetch(`${large.demo.host}/faults`, { method: "PUT", body });
  assert(answer.ok, await answer.text());
}

/**
 * A page, and what is said in its console.
 *
 * @param {{ name?: string, problems?: RegExp[], prepare?: () => void, bypassCSP?: boolean }} [options] `problems` that
 *   nobody catches
 */
async function open({ name = "empty.html", problems = [], prepare, ...options } = {}) {
  const context = await large.browser.newContext(options);
  const page = await context.newPage();
  /** @type {string[]} */
  const uncaught = [];
  page.on("pageerror", (error) => uncaught.push(String(error)));
  /** @type {{ level: string, text: string }[]} */
  const said = [];
  page.on("console", (message) => said.push({ level: message.type(), text: message.text() }));
  /** @type {import("playwright-core").Request[]} */
  const requests = [];
  page.on("request", (request) => requests.push(request));
  if (prepare) await page.addInitScript(prepare);
  await page.goto(`${large.demo.address}/${name}`);

  /** All by which an upload can be recognised, or its files be sent. */
  const secrets = () => {
    const secrets = new Set([prop, header, "abc123"]);
    for (const request of requests) {
      const key = request.headers()["idempotency-key"];
      if (key) secrets.add(key);
      const { origin, href, search, searchParams } = new URL(request.url());
      if (origin === large.demo.address) continue;
      for (const secret of [origin, href, search]) if (secret) secrets.add(secret);
      for (const value of searchParams.values()) if (value.length >= 8) secrets.add(value);
    }
    return secrets;
  };

  /** What is told but for progress, and without what differs from run to run. */
  const story = () =>
    said
      .filter(({ text }) => text.startsWith("[ittybit-uploader] "))
      .map(({ level, text }) => `${level} ${text.slice("[ittybit-uploader] ".length)}`)
      .filter((line) => !/ \d+ %, |first bytes/.test(line))
      .map((line) => line.replace(/\b[\d.]+ m?s\b/g, "TIME").replace(/\bmed_\w+/, "ID"))
      .map((line) => line.replace(/[\d.]+ \w+\/s\b/, "SPEED"));

  return {
    page,
    said,
    secrets,
    /** Whether what tells the story was loaded. */
    isLoaded: () => requests.some((request) => request.url().endsWith("/dist/debug.js")),
    story,
    /** @param {string} line that is waited for */
    async says(line) {
      const inTime = AbortSignal.timeout(30_000);
      while (!story().includes(line)) {
        inTime.throwIfAborted();
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
      }
    },
    async close() {
      for (const { text } of said) {
        for (const secret of secrets()) assert(!text.includes(secret), text);
      }
      await context.close();
      assert.equal(uncaught.length, problems.length, uncaught.join());
      for (const [index, problem] of problems.entries())
        assert.match(`${uncaught[index]}`, problem);
    },
  };
}

/**
 * Uploads in a page.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ size?: number, [option: string]: unknown }} [options]
 * @returns {Promise<any>} the media object, or the error as JSON
 */
const upload = (page, { size = 300_000, ...options } = {}) =>
  page.evaluate(
    async ({ size, options }) => {
      const { upload } = await import("/dist/index.js");
      const file = new File([new Uint8Array(size)], "clip.mp4", { type: "video/mp4" });
      return upload(file, { endpoint: "/api/uploads", ...options }).catch(JSON.stringify);
    },
    { size, options },
  );

const version = /^info version \d+\.\d+\.\d+\./;

describe("the console", () => {
  test("tells of a file that is stored at its second attempt", async () => {
    await plan({ kind: "status", status: 503, body: careless });
    const { page, story, close } = await open();
    await upload(page, { ...secretive, debug: true });
    const [first, ...rest] = story();
    assert.match(`${first}`, version);
    const attempt = (/** @type {number} */ number) => [
      `debug clip.mp4: asks the endpoint, attempt ${number}`,
      "debug clip.mp4: the endpoint answered 200 after TIME, a simple upload",
      "debug clip.mp4: sends the file, 300 KB",
      "debug clip.mp4: all bytes are sent, the answer is awaited",
    ];
    const reason = "The host could not store the file (503): Not now: […] with […] at […]";
    assert.deepEqual(rest, [
      "info clip.mp4: added, 300 KB, video/mp4",
      "info all files: start",
      "info clip.mp4: starts",
      ...attempt(1),
      "warning clip.mp4: the host answered 503 to the file after TIME",
      `warning clip.mp4: attempt 2 follows in TIME, after server, status 503, attempt 1: ${reason}`,
      ...attempt(2),
      "debug clip.mp4: the host answered 201 to the file after TIME",
      "info clip.mp4: stored as ID, 300 KB in TIME, SPEED, attempts: 2",
      "info all files: nothing is left to do",
    ]);
    await close();
  });

  test("tells how far it is, a line for every tenth at most", async () => {
    await plan({ kind: "slow", bytes_per_second: 400_000 });
    const { page, said, close } = await open();
    await page.evaluate(async () => {
      const { upload } = await import("/dist/index.js");
      const file = new File([new Uint8Array(16_000_000)], "clip.mp4");
      const controller = new AbortController();
      const options = { endpoint: "/api/uploads", debug: true, signal: controller.signal };
      const onProgress = (/** @type {import("/dist/index.js").Progress} */ { percentage }) => {
        if (percentage > 40) controller.abort();
      };
      await upload(file, { ...options, onProgress }).catch(() => {});
    });
    const lines = said.map(({ text }) => text);
    assert(lines.some((line) => line.endsWith("clip.mp4: the first bytes are on their way")));
    assert(
      lines.some((line) => /: \d\d %, [\d.]+ MB of 16 MB/.test(line)),
      lines.join("\n"),
    );
    assert(lines.filter((line) => / %, /.test(line)).length <= 10);
    assert.equal(lines.at(-1), "[ittybit-uploader] all files: aborted by the page's signal");
    await close();
  });

  for (const [protocol, target, extra] of /** @type {const} */ ([
    ["resumable", "a resumable upload in chunks of 16.8 MB", []],
    [
      "multipart",
      "an upload in 3 parts of 16.8 MB",
      [
        "debug film.mp4 #1: asks the endpoint to put the parts together",
        "debug film.mp4 #1: the endpoint, asked to put the parts together, answered 200 after TIME",
      ],
    ],
  ])) {
    test(`tells of a ${protocol} upload, and of a piece that is sent again`, async () => {
      const film = large.file("film.mp4", 40 * MB);
      await large.plan(protocol, [{ kind: "status", status: 503, times: 1, body: careless }]);
      const { page, story, secrets, close } = await open({ name: "large.html" });
      const props = { ...secretive.props, protocol };
      const options = { ...secretive, props, debug: true };
      const opened = await large.open({ protocol, page, options });
      await opened.start(film.path);
      await opened.ends();
      const told = story().filter((line) => !/^warning film.mp4 #1: attempt 2 follows/.test(line));
      assert.deepEqual(told.slice(1), [
        "info film.mp4 #1: added, 41.9 MB, video/mp4",
        "info all files: start",
        "info film.mp4 #1: starts",
        "debug film.mp4 #1: asks the endpoint, attempt 1",
        `debug film.mp4 #1: the endpoint answered 200 after TIME, ${target}`,
        "warning film.mp4 #1: the host answered 503 to a piece after TIME",
        "debug film.mp4 #1: all bytes are sent, the answer is awaited",
        ...extra,
        "info film.mp4 #1: stored as ID, 41.9 MB in TIME, SPEED, attempts: 2",
        "info all files: nothing is left to do",
      ]);
      assert.equal(story().length, told.length + 1);
      // Among them what signs a part's URL.
      assert(secrets().size > (protocol === "multipart" ? 10 : 7));
      await close();
    });
  }

  test("tells of a queue, and of what its user does", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(async () => {
      const { Uploader } = await import("/dist/index.js");
      /** @type {((answer: any) => void)[]} */
      const answers = [];
      const uploader = new Uploader({
        endpoint: () => new Promise((answer) => answers.push(answer)),
        restrictions: { allowedFileTypes: [".mp4"] },
        debug: true,
      });
      const film = new File(["film"], "film.mp4");
      const [one, two] = await uploader.add([film, film, new File(["x"], "x\ny.txt")]);
      const started = () =>
        new Promise((resolve) => uploader.addEventListener("upload-start", resolve));
      const run = uploader.start();
      await started();
      uploader.pause(one?.id);
      uploader.cancel(two?.id);
      uploader.remove(`${two?.id}`);
      uploader.resume(one?.id);
      while (answers.length < 3) await new Promise((resolve) => setTimeout(resolve));
      for (const answer of answers) answer({ media: { id: "med_1" } });
      await run;
      uploader.destroy();
    });
    const asks = "asks the endpoint, attempt";
    assert.deepEqual(story().slice(1).sort(), [
      `debug film.mp4 #1: ${asks} 1`,
      `debug film.mp4 #1: ${asks} 2`,
      "debug film.mp4 #1: the endpoint answered after TIME, it has the file already",
      `debug film.mp4 #2: ${asks} 1`,
      "info all files: destroy",
      "info all files: nothing is left to do",
      "info all files: start",
      "info film.mp4 #1: added, 4 bytes, of no known type",
      "info film.mp4 #1: goes on, 0 bytes need not be sent again",
      "info film.mp4 #1: paused",
      "info film.mp4 #1: starts",
      "info film.mp4 #1: stored as ID, 4 bytes in TIME, SPEED, attempts: 2",
      "info film.mp4 #2: added, 4 bytes, of no known type",
      "info film.mp4 #2: cancelled",
      "info film.mp4 #2: removed",
      "info film.mp4 #2: starts",
      'warning x y.txt #3: not taken, restriction, attempt 1: Only these types of files are allowed: .mp4. "allowedFileTypes"',
    ]);
    await close();
  });

  test("tells why an upload has failed", async () => {
    await plan({ kind: "status", status: 422, body: careless });
    const { page, story, close } = await open();
    // Not the host itself: Chromium may send again by itself then.
    await page.route(`${large.demo.host}/**`, (route) => route.abort(), { times: 1 });
    await upload(page, { ...secretive, debug: true });
    const told = story().filter((line) => /^(warning|error)/.test(line));
    assert.match(`${told[0]}`, /: the connection was lost while the file was sent$/);
    assert.match(`${told[1]}`, /: attempt 2 follows in TIME, after network, attempt 1: /);
    assert.match(`${told[2]}`, /: the host answered 422 to the file after TIME$/);
    const words = "Not now: […] with […] at […]";
    assert(told[3]?.startsWith("error clip.mp4: failed, rejected, status 422, attempt 2: "));
    assert(told[3]?.endsWith(words), told[3]);
    assert.equal(told.length, 4);
    await close();
  });

  test("tells of an endpoint that fails, and of app code that throws", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.route("**/api/uploads", (route) => route.fulfill({ status: 403, body: careless }));
    await upload(page, { ...secretive, debug: true });
    await page.evaluate(
      async ({ header, prop }) => {
        const { upload } = await import("/dist/index.js");
        const headers = async () => ({ authorization: `Bearer ${header}` });
        let count = 0;
        const endpoint = async () => {
          count += 1;
          throw count === 1
            ? new RangeError(`no ${prop} at https://a.example/?sig=abc123`)
            : { status: 500 };
        };
        const props = { list: [{ prop }] };
        const file = new File(["x"], "x.mp4");
        await upload(file, { endpoint, headers, props, debug: true }).catch(() => {});
        // Functions are asked for headers where the endpoint is an address.
        await upload(file, { endpoint: "/api/uploads", headers, props, debug: true }).catch(
          () => {},
        );
      },
      { header, prop },
    );
    const told = story().filter((line) => /^(warning|error)/.test(line));
    const words = "Not now: […] with […] at […]";
    const refused = "warning clip.mp4: the endpoint answered 403 after TIME";
    assert.equal(told[0], refused);
    assert(told[1]?.startsWith("error clip.mp4: failed, endpoint, status 403, attempt 1: "));
    assert(told[1]?.endsWith(words), told[1]);
    assert.equal(told[2], "warning x.mp4: the app's own code threw RangeError: no […] at […]");
    await close();
  });

  test("tells of a connection that is gone, and of one that stalls", async () => {
    await plan({ kind: "hang-in-body", bytes: 1_000_000 });
    const { page, story, says, close } = await open();
    await upload(page, { size: film, debug: true, stallTimeout: 1500, retryDelays: [10] });
    assert(story().includes("warning clip.mp4: stalled, no byte has moved for the stall timeout"));

    await page.context().setOffline(true);
    const stored = upload(page, { debug: true });
    const line = "warning clip.mp4: offline, waits for the connection";
    await says(line);
    await page.context().setOffline(false);
    assert((await stored).id);
    const told = story();
    assert.equal(told[told.indexOf(line) + 1], "info clip.mp4: online again");
    await close();
  });

  test("tells that the uploader itself has failed", async () => {
    await plan({ kind: "hang" });
    const { page, story, says, close } = await open({ prepare, problems: [/itself has failed/] });
    await page.evaluate(() => {
      /** @type {any} */ (window).ended = import("/dist/index.js")
        .then(({ upload }) =>
          upload(new File(["x"], "x.mp4"), { endpoint: "/api/uploads", debug: true }),
        )
        .catch((error) => error.code);
    });
    const sent = "debug x.mp4: sends the file, 1 bytes";
    await says(sent);
    await breakDown(page, "an exception");
    assert.equal(await page.evaluate(() => /** @type {any} */ (window).ended), "internal");
    const line = "error the uploader itself has failed: Error: The clock is broken.";
    assert(story().includes(line), story().join("\n"));
    await close();
  });
});

describe("the switch", () => {
  const key = "ittybit-uploader:debug";

  test("is in the page's storage too, and off unless it is 1", async () => {
    await plan();
    const { page, story, isLoaded, close } = await open();
    for (const value of [undefined, "0", ""]) {
      await page.evaluate(
        ([key = "", value]) => value !== undefined && localStorage.setItem(key, value),
        [key, value],
      );
      assert((await upload(page, { debug: value === "" ? undefined : false })).id);
    }
    assert.deepEqual(story(), []);
    assert.equal(isLoaded(), false);
    await page.evaluate((key) => localStorage.setItem(key, "1"), key);
    assert((await upload(page)).id);
    assert.equal(story().at(-1), "info all files: nothing is left to do");
    await close();
  });

  test("is for one upload, and not for others beside it", async () => {
    await plan();
    const { page, story, close } = await open();
    await Promise.all([upload(page, { debug: true }), upload(page)]);
    assert.equal(story().filter((line) => line.includes("stored as")).length, 1);
    assert.equal(story().filter((line) => line.includes("asks the endpoint")).length, 1);
    await close();
  });

  test("is off where a page has no storage", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(() =>
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("No.", "SecurityError");
        },
      }),
    );
    assert((await upload(page)).id);
    assert.deepEqual(story(), []);
    assert((await upload(page, { debug: true })).id);
    assert(story().length > 0);
    await close();
  });

  test("works in a worker", async () => {
    await plan();
    const { page, story, close } = await open({ bypassCSP: true });
    const id = await page.evaluate(async () => {
      const worker = new Worker("/worker.js", { type: "module" });
      return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
      });
    });
    assert.match(String(id), /^med_/);
    assert(story().some((line) => line.startsWith("info x.mp4: stored as ID")));
    await close();
  });

  test("is an attribute of the element", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(async () => {
      const entry = "/dist/element.js";
      await import(entry);
      const element = /** @type {any} */ (document.createElement("ittybit-uploader"));
      element.debug = true;
      element.setAttribute("endpoint", "/api/uploads");
      document.body.append(element);
      await element.add([new File(["x"], "x.mp4")]);
      await element.start();
    });
    assert(story().some((line) => line.startsWith("info x.mp4 #1: stored as ID")));
    await close();
  });

  test("breaks nothing where the story can't be loaded", async () => {
    await plan();
    const { page, story, close } = await open({ problems: [/debug\.js/] });
    await page.route("**/dist/debug.js", (route) => route.abort());
    assert((await upload(page, { debug: true })).id);
    assert((await upload(page, { debug: true })).id);
    assert.deepEqual(story(), []);
    await close();
  });

  test("breaks nothing where the story can't be told", async () => {
    await plan();
    const { page, story, close } = await open();
    await page.evaluate(() => {
      performance.measure = () => {
        throw new RangeError("full");
      };
    });
    assert((await upload(page, { debug: true })).id);
    assert(story().includes("error its story can't be told: RangeError"));
    await close();
  });
});

test("the timeline shows the phases of a file, one after the other", async () => {
  await plan({ kind: "status", status: 503 });
  const { page, close } = await open();
  const entriesIn = (/** @type {string} */ type) =>
    page.evaluate(
      (type) =>
        performance
          .getEntriesByType(type)
          .map((/** @type {any} */ { name, startTime, duration, detail }) => ({
            name,
            startTime,
            duration,
            detail,
          })),
      type,
    );
  await upload(page);
  assert.deepEqual(await entriesIn("measure"), []);
  await plan({ kind: "status", status: 503 });
  await upload(page, { debug: true, retryDelays: [10] });

  const phases = ["preparing", "uploading", "processing"];
  const marks = await entriesIn("mark");
  const expected = [...phases, "waiting", ...phases].map((phase) => [
    `ittybit-uploader clip.mp4: ${phase}`,
    phase,
  ]);
  assert.deepEqual(
    marks.map(({ name, detail }) => [name, detail.phase]),
    expected,
  );
  const measures = await entriesIn("measure");
  const all = measures.find(({ detail }) => detail.phase === "all");
  const steps = measures.filter((entry) => entry !== all).sort((a, b) => a.startTime - b.startTime);
  assert.deepEqual(
    steps.map(({ name, detail }) => [name, detail.phase]),
    expected,
  );
  assert.deepEqual(
    steps.map(({ detail }) => detail.attempt),
    [1, 1, 1, 2, 2, 2, 2],
  );
  for (const [index, { startTime, detail }] of steps.entries()) {
    const before = steps[index - 1];
    // A rounding is forgiven.
    if (before) assert(startTime >= before.startTime + before.duration - 0.2);
    assert(startTime >= (all?.startTime ?? Infinity));
    assert.equal(detail.name, "clip.mp4");
    assert.equal(detail.devtools.dataType, "track-entry");
    assert.equal(detail.devtools.track, "clip.mp4");
  }
  await close();
});

describe("an error as JSON", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

  test("is all that is known of it, without a URL", async () => {
    await plan({ kind: "status", status: 422, body: careless });
    const { page, close } = await open();
    const report = JSON.parse(await upload(page));
    const detail = report.detail;
    assert.deepEqual(report, {
      ...{ name: "UploadError", code: "rejected", message: report.message, status: 422 },
      ...{ attempt: 1, retryable: false, detail, version },
    });
    assert.match(detail, /^Not now: /);
    assert(!/:\/\/|abc123/.test(JSON.stringify(report)));
    await close();
  });

  test("has of its cause the name and the message", async () => {
    const { page, close } = await open();
    const reports = await page.evaluate(async () => {
      const { upload } = await import("/dist/index.js");
      const reportOf = (/** @type {unknown} */ thrown) => {
        const endpoint = async () => {
          throw thrown;
        };
        const options = { endpoint, retryDelays: [] };
        return upload(new File(["x"], "x.mp4"), options).catch((error) =>
          JSON.parse(JSON.stringify({ error })),
        );
      };
      const secret = Object.assign(
        new RangeError('no "session" at https://a.example/b?c=d, sorry'),
        {
          token: "t",
        },
      );
      return Promise.all([reportOf(secret), reportOf("no session"), reportOf(undefined)]);
    });
    assert.deepEqual(
      reports.map(({ error }) => error.cause),
      [{ name: "RangeError", message: 'no "session" at […] sorry' }, {}, undefined],
    );
    for (const { error } of reports) assert.equal(error.code, "endpoint");
    await close();
  });

  test("is the same where the uploader could not be loaded", async () => {
    const { page, close } = await open({ name: "script-tag.html" });
    await page.clock.install();
    await page.route("**/widget.js*", (route) => route.abort());
    const json = page.evaluate(() =>
      IttybitUploader.upload(new File(["x"], "x.mp4"), { endpoint: "/api/uploads" }).then(
        () => "",
        JSON.stringify,
      ),
    );
    await page.clock.runFor(60_000);
    const { message, cause, ...report } = JSON.parse(await json);
    assert.match(message, /could not be loaded/);
    assert.deepEqual(report, {
      ...{ name: "UploadError", code: "network", attempt: 1, retryable: true, version },
    });
    await close();
  });
});
