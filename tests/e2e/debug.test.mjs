// Tests the debug log in the console: it must be complete, and contain no secret.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { breakDown, prepare } from "./breakdown.mjs";
import { MB } from "./large.mjs";
import { careless, header, prop, secretive, setUpStories, upload } from "./story.mjs";

const { large, open, plan } = setUpStories();

/** In bytes. More than the 6 MB that Chromium writes to socket buffers at once. */
const film = 16_000_000;

const version = /^info version \d+\.\d+\.\d+\./;

describe("the debug log", () => {
  test("reports a file that is stored by its second attempt", async () => {
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

  test("reports progress with at most one line for each tenth", async () => {
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

  test("counts the parts that are stored", async () => {
    const film = large.file("film.mp4", 40 * MB);
    await large.plan("multipart");
    const { page, said, close } = await open({ name: "large.html" });
    // Sends one part at a time, so that some are stored before others are sent.
    const props = { ...secretive.props, protocol: "multipart" };
    const options = { ...secretive, props, debug: true, parallelParts: 1 };
    const opened = await large.open({ protocol: "multipart", page, options });
    await opened.start(film.path);
    await opened.ends();
    const counts = said.flatMap(({ text }) => /pieces stored: (\d)$/.exec(text)?.[1] ?? []);
    assert.deepEqual([...new Set(counts)], ["1", "2"], said.map(({ text }) => text).join("\n"));
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
    test(`reports a ${protocol} upload, and a piece that is sent again`, async () => {
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
      // Includes the signatures of the parts' URLs.
      assert(secrets().size > (protocol === "multipart" ? 10 : 7));
      await close();
    });
  }

  test("reports a queue, and the calls of its methods", async () => {
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

  test("reports why an upload has failed", async () => {
    await plan({ kind: "status", status: 422, body: careless });
    const { page, story, close } = await open();
    // Aborts the request in the browser, because Chromium may repeat one that the host aborts.
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

  test("reports an endpoint that fails, and app code that throws", async () => {
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
        // The headers function is only called if the endpoint is a URL.
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

  test("reports a lost connection, and one that stalls", async () => {
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

  test("reports that the uploader itself has failed", async () => {
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
