// Crashes the wasm during uploads, in a real browser. Everything in progress must end with one error, and then
// the uploader must work again.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { breakDown, prepare, wakeAll } from "./breakdown.mjs";
import { closePage, launchBrowser, planFaults, seenAt, startDemo } from "./support.mjs";
import { eventNames } from "./uploader.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("./support.mjs").Demo} */
let demo;
/** @type {import("playwright-core").Page} */
let page;
/** The uncaught errors. @type {string[]} */
let uncaught;

before(async () => {
  const demo_ = startDemo({ pages: "tests/e2e/pages", settings: { STAND_IN_FAULTS: "1" } });
  [browser, demo] = await Promise.all([launchBrowser(), demo_]);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  uncaught = [];
  page.on("pageerror", (error) => uncaught.push(String(error)));
  await page.addInitScript(prepare);
  await page.goto(`${demo.address}/empty.html`);
});

afterEach(() => closePage(page));

/** Returns the uncaught errors, after all pending events. */
async function errors() {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  return uncaught;
}

/** The host: sets faults for the next files, and returns its counts. */
const host = {
  /** @param {(object | null)[]} store */
  plan: (...store) => planFaults(demo.host, { store }),
  counts: async () => (await seenAt(demo.host)).counts,
};

/** Starts two uploads and two queues in the page, with files in every state. */
const openAll = () =>
  page.evaluateHandle(async (eventNames) => {
    const { upload, Uploader } = await import("/dist/index.js");
    const file = (/** @type {string} */ name) => new File([name], name);
    /** @type {((answer: any) => void)[]} */
    const answers = [];
    const endpoint = () =>
      /** @type {Promise<string>} */ (new Promise((answer) => answers.push(answer)));

    const uploader = new Uploader({ endpoint: "/api/uploads", limit: 1 });
    const idle = new Uploader({ endpoint });
    await idle.add([file("idle")]);
    await uploader.add([file("done")]);
    await uploader.start();
    const files = await uploader.add(["cancelled", "paused", "sent", "waiting"].map(file));
    uploader.cancel(files[0]?.id);
    const run = uploader.start();
    await new Promise((resolve) => uploader.addEventListener("upload-start", resolve));
    uploader.pause(files[1]?.id);
    await uploader.add([file("added")]);

    /** @type {string[]} */
    const told = [];
    for (const name of eventNames) {
      if (name === "upload-progress") continue;
      for (const one of [uploader, idle]) {
        one.addEventListener(name, (event) => {
          const { file, error } = /** @type {CustomEvent} */ (event).detail;
          told.push([name, file?.name, error?.code].filter(Boolean).join(" "));
        });
      }
    }
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => told.push("onProgress");
    const uploads = [
      upload(file("asking"), { endpoint, signal, onProgress }),
      upload(file("sending"), { endpoint: "/api/uploads", onProgress }),
    ].map((promise) =>
      promise.catch((error) => `${error.name} ${error.code} ${error.retryable} ${error.cause}`),
    );
    return { upload, file, uploader, idle, files, run, uploads, answers, controller, told };
  }, eventNames);

/** @type {[string, RegExp][]} */
const faults = [
  ["an exception", /^UploadError internal true Error: The clock is broken\.$/],
  ["a trap", /^UploadError internal true RuntimeError: /],
];
for (const [fault, error] of faults) {
  describe(fault, () => {
    test("ends everything in progress with one error, and reports nothing later", async () => {
      await host.plan(null, { kind: "hang" }, { kind: "hang" });
      const all = await openAll();
      while ((await host.counts()).store_requests < 3);
      /** @type {string[]} */
      const failed = [];
      page.on("requestfailed", (request) => failed.push(new URL(request.url()).pathname));
      // Clears the events in the same task as the fault, because earlier progress is not late.
      await all.evaluate(({ told }, fault) => {
        told.splice(0);
        /** @type {any} */ (window).faults[fault]();
        window.dispatchEvent(new Event("online"));
      }, fault);
      await wakeAll(page);
      const { uploads, ...outcome } = await all.evaluate(
        async ({ uploader, idle, run, ...all }) => {
          const { successful, failed } = await run;
          all.answers[0]?.({ media: { id: "late" } });
          all.controller.abort();
          return {
            uploads: await Promise.all(all.uploads),
            counts: [successful.length, failed.length],
            states: [...uploader.files, ...idle.files].map(({ name, state }) => `${name} ${state}`),
            told: all.told,
          };
        },
      );
      for (const upload of uploads) assert.match(String(upload), error);
      assert.deepEqual(outcome, {
        counts: [0, 4],
        states: [
          ...["done done", "cancelled cancelled", "paused failed", "sent failed"],
          ...["waiting failed", "added failed", "idle failed"],
        ],
        told: [
          "upload-error idle internal",
          ...["upload-error paused internal", "upload-error sent internal"],
          ...["upload-error waiting internal", "upload-error added internal", "complete"],
        ],
      });
      assert.deepEqual(failed, ["/store/single", "/store/single"]);
      assert.equal((await host.counts()).files_stored, 1);
      assert.equal((await errors()).length, 1);
    });

    test("lets everything recover", async () => {
      await host.plan(null, { kind: "hang" }, { kind: "hang" });
      const all = await openAll();
      while ((await host.counts()).store_requests < 3);
      await breakDown(page, fault);
      const { media, ...outcome } = await all.evaluate(
        async ({ upload, uploader, idle, ...all }) => {
          /** @type {string[]} */
          const results = [];
          const keep = (/** @type {import("/dist/index.js").Result} */ { successful, failed }) => {
            results.push(
              [...successful, ...failed].map(({ name, state }) => `${name} ${state}`).join(),
            );
          };
          keep(await uploader.retry());
          keep(await uploader.retry(all.files[0]?.id));
          await uploader.add([all.file("more")]);
          keep(await uploader.start());
          const run = idle.retry();
          await new Promise((resolve) => idle.addEventListener("upload-start", resolve));
          all.answers.at(-1)?.({ media: { id: "m" } });
          keep(await run);
          const media = await upload(all.file("new"), { endpoint: "/api/uploads" });
          for (const answer of all.answers) answer({ media: { id: "late" } });
          all.controller.abort();
          return {
            results,
            media,
            percentages: [uploader, idle].map((one) => one.progress.percentage),
          };
        },
      );
      await wakeAll(page);
      assert.deepEqual(outcome, {
        results: [
          "paused done,sent done,waiting done,added done",
          "cancelled done",
          "more done",
          "idle done",
        ],
        percentages: [100, 100],
      });
      assert.equal(demo.stored(media).toString(), "new");
      assert.equal((await errors()).length, 1);
    });

    test("leaves files removable, and limits in force", async () => {
      const outcome = await page.evaluate(
        async ({ fault, eventNames }) => {
          const { Uploader } = await import("/dist/index.js");
          /** @type {((answer: any) => void)[]} */
          const answers = [];
          const endpoint = () =>
            /** @type {Promise<string>} */ (new Promise((answer) => answers.push(answer)));
          const restrictions = { maxNumberOfFiles: 3 };
          const uploader = new Uploader({ endpoint, limit: 1, restrictions });
          const file = (/** @type {string} */ name) => new File([name], name);
          /** @type {string[]} */
          const told = [];
          await uploader.add(["done", "one", "two"].map(file));
          const run = uploader.start();
          while (answers.length < 1) await new Promise((resolve) => setTimeout(resolve));
          answers[0]?.({ media: { id: "m" } });
          while (answers.length < 2) await new Promise((resolve) => setTimeout(resolve));
          for (const name of eventNames) {
            if (name === "upload-progress") continue;
            uploader.addEventListener(name, (event) => {
              told.push(`${name} ${/** @type {CustomEvent} */ (event).detail.file?.name}`);
            });
          }
          const id = (/** @type {string} */ name) =>
            uploader.files.find((file) => file.name === name)?.id ?? "none";
          // Also removes a file in a handler of the event.
          uploader.addEventListener("upload-error", () => uploader.remove(id("two")), {
            once: true,
          });
          uploader.pause();
          /** @type {any} */ (window).faults[fault]();
          try {
            uploader.pause("no such file");
          } catch {}
          await run;
          for (const method of /** @type {const} */ (["cancel", "pause", "resume"])) {
            uploader[method](id("one"));
          }
          uploader.pause();
          uploader.remove(id("done"));
          const left = uploader.files.map(({ name, state }) => `${name} ${state}`);
          const added = await uploader.add(["three", "four", "five"].map(file));
          uploader.retry(id("one"));
          await uploader.add([file("six")]);
          const isHeld = answers.length === 2;
          uploader.remove(id("one"));
          uploader.cancel();
          return { told, left, added: added.length, isHeld };
        },
        { fault, eventNames },
      );
      assert.deepEqual(outcome, {
        left: ["one failed"],
        added: 2,
        isHeld: true,
        told: [
          ...["upload-pause one", "upload-error one", "file-removed two", "complete undefined"],
          ...["file-removed done", "file-added three", "file-added four"],
          ...["restriction-failed five", "restriction-failed six", "file-removed one"],
          "complete undefined",
        ],
      });
    });

    test("can happen again", async () => {
      await host.plan({ kind: "hang" });
      const all = await page.evaluateHandle(async () => {
        const { Uploader } = await import("/dist/index.js");
        const uploader = new Uploader({ endpoint: "/api/uploads" });
        /** @type {string[]} */
        const told = [];
        for (const name of /** @type {const} */ (["upload-error", "upload-success", "complete"])) {
          uploader.addEventListener(name, () => told.push(name));
        }
        await uploader.add([new File(["film"], "film")]);
        return { uploader, told, run: { promise: uploader.start() } };
      });
      for (const round of [1, 2, 3]) {
        while ((await host.counts()).store_requests < 1);
        await breakDown(page, fault);
        const count = await all.evaluate(async ({ run }) => (await run.promise).failed.length);
        assert.equal(count, 1);
        await host.plan(round < 3 ? { kind: "hang" } : null);
        await all.evaluate(({ uploader, run }) => {
          run.promise = uploader.retry();
        });
        await wakeAll(page);
        assert.equal((await errors()).length, round);
      }
      const told = await all.evaluate(async ({ run, told }) => {
        await run.promise;
        return told;
      });
      const [failed, complete] = ["upload-error", "complete"];
      assert.deepEqual(told, [
        ...[failed, complete, failed, complete, failed, complete],
        ...["upload-success", complete],
      ]);
    });
  });
}

for (const [fault] of faults) {
  test(`${fault} in a handler stops the code that called the handler`, async () => {
    const outcome = await page.evaluate(
      async ({ eventNames, fault }) => {
        const { Uploader } = await import("/dist/index.js");
        /** @type {string[]} */
        const told = [];
        const endpoint = async () => {
          told.push("endpoint");
          return { media: { id: "m" } };
        };
        const uploader = new Uploader({ endpoint });
        for (const name of eventNames) {
          if (name !== "upload-progress") uploader.addEventListener(name, () => told.push(name));
        }
        await uploader.add(["one", "two"].map((name) => new File([name], name)));
        const breakDown = () => {
          /** @type {any} */ (window).faults[fault]();
          uploader.pause("no such file");
        };
        uploader.addEventListener("upload-start", breakDown, { once: true });
        told.length = 0;
        const first = await uploader.start();
        told.push("again");
        const second = await uploader.retry();
        return { told, counts: [first.failed.length, second.successful.length] };
      },
      { eventNames, fault },
    );
    assert.deepEqual(outcome, {
      told: [
        ...["upload-start", "upload-error", "upload-error", "complete", "again"],
        ...["upload-start", "endpoint", "upload-start", "endpoint"],
        ...["upload-success", "upload-success", "complete"],
      ],
      counts: [2, 2],
    });
    assert.equal((await errors()).length, 1);
  });
}

/**
 * Calls that are made just before the wasm crashes.
 *
 * @type {Record<string, (tools: any) => Promise<string[]>>}
 */
const questions = {
  "two uploads": ({ upload, file, endpoint, answers }) =>
    answers(upload(file, { endpoint }), upload(file, { endpoint })),
  "an uploader with files": ({ uploader, file, answers }) =>
    answers(uploader.start(), uploader.add([file]), uploader.retry()),
  "new uploaders": ({ Uploader, file, endpoint, answers }) =>
    answers(new Uploader({ endpoint }).add([file]), new Uploader({ endpoint }).start()),
};
for (const [name, ask] of Object.entries(questions)) {
  test(`calls of ${name} just before a crash fail with the error, or work`, async () => {
    const tools = await page.evaluateHandle(async () => {
      const { upload, Uploader } = await import("/dist/index.js");
      const file = new File(["film"], "film");
      const endpoint = async () => ({ media: { id: "m" } });
      const uploader = new Uploader({ endpoint });
      await uploader.add([file]);
      /** @type {any} */ (window).faults["a trap"]();
      const answers = (/** @type {Promise<unknown>[]} */ ...calls) =>
        Promise.all(
          calls.map((call) =>
            call.then(
              () => "works",
              (/** @type {any} */ error) => String(error.code ?? error),
            ),
          ),
        );
      return { upload, Uploader, file, endpoint, uploader, answers };
    });
    const answers = await tools.evaluate(ask);
    assert.equal(answers[0], "internal");
    for (const answer of answers) assert(["internal", "works"].includes(answer), answer);
    const { id } = await tools.evaluate(({ upload, file, endpoint }) => upload(file, { endpoint }));
    assert.equal(id, "m");
    assert.deepEqual(await errors(), []);
  });
}
