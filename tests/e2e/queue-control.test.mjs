// Tests the methods of `Uploader` in a real browser: pause, resume, retry, cancel and remove.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { planFaults, seenAt } from "./support.mjs";
import { setUpTab } from "./uploader.mjs";

const tab = setUpTab({ STAND_IN_FAULTS: "1" });

/**
 * Sets the faults for the next requests with a file.
 *
 * @param {object[]} store
 */
const plan = (...store) => planFaults(tab.demo.host, { store });

/** Returns the host's counts. */
const counts = async () => (await seenAt(tab.demo.host)).counts;

/** Holds back files on the way to the host. Each call of the result waits for the next one. */
async function holdFiles() {
  /** @type {((route: import("playwright-core").Route) => void)[]} */
  const waiting = [];
  await tab.page.route(tab.store, (route) => {
    const hold = waiting.shift();
    return hold ? hold(route) : route.continue();
  });
  return () => new Promise((resolve) => waiting.push(resolve));
}

/** Waits until a request to the host ends without an answer. */
const stopped = () =>
  tab.page.waitForEvent("requestfailed", (request) => request.url().startsWith(tab.demo.host));

describe("pausing", () => {
  test("a paused file stops, makes room, and is resumed from its beginning, before waiting files", async () => {
    const holdOne = await holdFiles();
    const queue = await tab.openUploader({ endpoint: "/api/uploads", limit: 1 });
    const first = holdOne();
    const run = queue.evaluate(async ({ uploader, add }) => {
      await add("one", "two", "three");
      return (await uploader.start()).successful.map(({ name }) => name);
    });
    await first;

    const second = holdOne();
    const failed = stopped();
    const paused = await queue.evaluate(({ uploader, named }) => {
      const one = named("one");
      uploader.pause(one.id);
      return [one.state, one.progress.phase];
    });
    assert.deepEqual(paused, ["paused", "paused"]);
    await failed;
    await second;

    const resumed = await queue.evaluate(async ({ uploader, next, named }) => {
      const [one, two] = [named("one"), named("two")];
      const resumed = next("upload-resume");
      uploader.resume(one.id);
      uploader.pause(two.id);
      uploader.resume(two.id);
      const { file, from } = await resumed;
      return [file === one, from, one.state];
    });
    assert.deepEqual(resumed, [true, 0, "active"]);
    assert.deepEqual(await run, ["one", "two", "three"]);
    assert.deepEqual(await queue.evaluate(({ steps }) => steps().slice(3)), [
      ...["upload-start one", "upload-pause one", "upload-start two", "upload-pause two"],
      ...["upload-resume one", "upload-success one", "upload-resume two", "upload-success two"],
      ...["upload-start three", "upload-success three", "complete"],
    ]);
  });

  test("while everything is paused, nothing starts, and late answers are ignored", async () => {
    const queue = await tab.openUploader({ limit: 2 });
    const outcome = await queue.evaluate(async ({ uploader, add, next, asked, steps, named }) => {
      await add("one", "two", "three");
      const run = uploader.start();
      await next("upload-start");
      const before = [...asked.values()];
      uploader.pause();
      const aborted = before.map(({ signal }) => signal.aborted);
      const { phase } = uploader.progress;
      before[0]?.answer({ media: { id: "late" } });
      await add("four");
      uploader.start();
      await add("five");
      const begun = [...asked.keys()];
      const resumed = next("upload-resume");
      uploader.resume();
      await resumed;
      for (const name of ["one", "two", "three", "four"]) {
        if (named(name).state !== "active") await next("upload-start");
        asked.get(name)?.answer({ media: { id: name } });
      }
      const { successful } = await run;
      const ids = successful.map(({ media }) => media?.id);
      return { aborted, phase, begun, ids, steps: steps().slice(3) };
    });
    assert.deepEqual(outcome, {
      aborted: [true, true],
      phase: "paused",
      begun: ["one", "two"],
      ids: ["one", "two", "three", "four"],
      steps: [
        ...["upload-start one", "upload-start two", "upload-pause one", "upload-pause two"],
        ...["file-added four", "file-added five", "upload-resume one", "upload-resume two"],
        ...["upload-success one", "upload-start three", "upload-success two", "upload-start four"],
        ...["upload-success three", "upload-success four", "complete"],
      ],
    });
  });

  test("pause and resume work before the first file", async () => {
    const queue = await tab.openUploader({ autoProceed: true });
    const outcome = await queue.evaluate(async ({ uploader, add, asked, next, steps }) => {
      uploader.pause();
      await add("one");
      const run = uploader.start();
      await add("two");
      const { phase } = uploader.progress;
      const before = steps().slice();
      uploader.resume();
      while (asked.size < 2) await next("upload-start");
      for (const { answer } of asked.values()) answer({ media: { id: "m" } });
      return { phase, before, count: (await run).successful.length };
    });
    assert.deepEqual(outcome, {
      phase: "paused",
      before: ["file-added one", "file-added two"],
      count: 2,
    });
  });

  test("a file can be paused right after its start", async () => {
    const queue = await tab.openUploader();
    const states = await queue.evaluate(async ({ uploader, add, next, asked, named }) => {
      await add("one", "two");
      const run = uploader.start();
      uploader.pause(named("one").id);
      await next("upload-pause");
      asked.get("two")?.answer({ media: { id: "m" } });
      await next("upload-success");
      const states = [named("one").state, named("two").state];
      uploader.cancel();
      await run;
      return states;
    });
    assert.deepEqual(states, ["paused", "done"]);
  });
});

describe("retrying", () => {
  test("a failed file is retried with the same key, and no other file starts", async () => {
    /** @type {[string, string][]} */
    const keys = [];
    tab.page.on("request", (request) => {
      const key = request.headers()["idempotency-key"];
      if (key) keys.push([JSON.parse(request.postData() ?? "").filename, key]);
    });
    const refused = { kind: "status", status: 422 };
    await plan(refused, refused, refused);
    const queue = await tab.openUploader({ endpoint: "/api/uploads", limit: 1 });
    const outcome = await queue.evaluate(async ({ uploader, add, steps, named }) => {
      await add("one", "two", "three");
      const tell = (/** @type {import("/dist/index.js").Result} */ { successful, failed }) => [
        successful.map(({ name }) => name).join(),
        failed.map(({ name, error }) => `${name} ${error?.code}`).join(),
      ];
      const results = [tell(await uploader.start())];
      await add("four");
      results.push(tell(await uploader.retry(named("two").id)), tell(await uploader.retry()));
      const states = uploader.files.map(({ state, error }) => `${state} ${error}`);
      return { results, states, steps: steps().slice(3) };
    });
    assert.deepEqual(outcome.results, [
      ["", "one rejected,two rejected,three rejected"],
      ["two", ""],
      ["one,three", ""],
    ]);
    assert.deepEqual(outcome.states, [
      ...["done undefined", "done undefined", "done undefined"],
      "added undefined",
    ]);
    assert.deepEqual(outcome.steps, [
      ...["upload-start one", "upload-error one", "upload-start two", "upload-error two"],
      ...["upload-start three", "upload-error three", "complete", "file-added four"],
      ...["upload-start two", "upload-success two", "complete"],
      ...["upload-start one", "upload-success one"],
      ...["upload-start three", "upload-success three", "complete"],
    ]);
    assert.deepEqual(
      keys.map(([name]) => name),
      ["one", "two", "three", "two", "one", "three"],
    );
    assert.equal(new Set(keys.map(([, key]) => key)).size, 3);
    assert.deepEqual(new Map(keys.slice(0, 3)), new Map(keys.slice(3)));
  });

  test("a cancelled file is retried by its id; an unknown id resolves at once", async () => {
    const queue = await tab.openUploader();
    const outcome = await queue.evaluate(async ({ uploader, add, next, asked, named, steps }) => {
      await add("one");
      uploader.cancel(named("one").id);
      const cancelled = named("one").state;
      const nothing = await uploader.retry("no such file");
      const run = uploader.retry(named("one").id);
      await next("upload-start");
      asked.get("one")?.answer({ media: { id: "m" } });
      const { successful } = await run;
      const again = await uploader.retry(named("one").id);
      const counts = [nothing, { successful }, again].map((result) => result.successful.length);
      return { cancelled, counts, steps: steps().filter((line) => line !== "complete") };
    });
    assert.deepEqual(outcome, {
      cancelled: "cancelled",
      counts: [0, 1, 0],
      steps: ["file-added one", "upload-cancel one", "upload-start one", "upload-success one"],
    });
  });
});

test("an error has the cause of its own attempt, if there is one", async () => {
  const queue = await tab.openUploader({ retryDelays: [0, 0, 0] });
  // This URL refuses files.
  const url = `${tab.demo.host}/nothing`;
  const causes = await queue.evaluate(async ({ uploader, add, asked, next }, url) => {
    await add("one");
    const run = uploader.start();
    await next("upload-start");
    const threw = Object.assign(new Error("away"), { status: 503 });
    const causes = [];
    for (const answer of ["threw", url, "threw", "http://foreign.example/"]) {
      while (!asked.has("one")) await new Promise((resolve) => setTimeout(resolve));
      const question = asked.get("one");
      asked.delete("one");
      const told = Promise.race([next("upload-retry"), next("upload-error")]);
      if (answer === "threw") question?.refuse(threw);
      else question?.answer(answer);
      const { error } = await told;
      causes.push([error.code, error.cause === threw, "cause" in error]);
    }
    await run;
    return causes;
  }, url);
  assert.deepEqual(causes, [
    ["endpoint", true, true],
    ["url-expired", false, false],
    ["endpoint", true, true],
    ["bad-target", false, false],
  ]);
});

test("a file has the name in the uploader's options", async () => {
  const queue = await tab.openUploader({ filename: "clip.mp4" });
  const names = await queue.evaluate(async ({ uploader, asked, next }) => {
    const [file] = await uploader.add([new File(["x"], "of the disk.mp4")]);
    uploader.start();
    await next("upload-start");
    return [file?.name, ...asked.keys()];
  });
  assert.deepEqual(names, ["clip.mp4", "clip.mp4"]);
});

describe("cancelling and removing", () => {
  for (const how of /** @type {const} */ (["cancel", "remove"])) {
    test(`${how}(id) stops the request, and the run ends without the file`, async () => {
      await plan({ kind: "hang" });
      const queue = await tab.openUploader({ endpoint: "/api/uploads", limit: 1 });
      const run = queue.evaluate(async ({ uploader, add }) => {
        await add("one", "two");
        const { successful, failed } = await uploader.start();
        return [successful.map(({ name }) => name), failed.map(({ error }) => error?.code)];
      });
      // Waits for the request, because otherwise the next one would get its fault.
      while ((await counts()).store_requests === 0);
      const failed = stopped();
      await queue.evaluate(({ uploader, named }, how) => uploader[how](named("one").id), how);
      await failed;
      assert.deepEqual(await run, [["two"], []]);
      assert.equal((await counts()).files_stored, 1);
      const { files, steps } = await queue.evaluate(({ uploader, steps }) => ({
        files: uploader.files.map(({ name, state }) => `${name} ${state}`),
        steps: steps().slice(3),
      }));
      const [word, left] =
        how === "cancel"
          ? ["upload-cancel", ["one cancelled", "two done"]]
          : ["file-removed", ["two done"]];
      assert.deepEqual(files, left);
      assert.deepEqual(steps, [
        `${word} one`,
        "upload-start two",
        "upload-success two",
        "complete",
      ]);
    });
  }

  test("cancel() ends all unfinished files, and the run", async () => {
    const queue = await tab.openUploader({ limit: 2 });
    const outcome = await queue.evaluate(async ({ uploader, add, next, asked, steps }) => {
      await add("one", "two", "three", "four");
      const run = uploader.start();
      await next("upload-start");
      asked.get("one")?.answer({ media: { id: "m" } });
      await next("upload-success");
      uploader.pause(uploader.files[1]?.id);
      await add("five");
      uploader.cancel();
      const { successful, failed } = await run;
      const aborted = [...asked].filter(([, { signal }]) => signal.aborted).map(([name]) => name);
      const { total } = uploader.progress;
      const states = uploader.files.map(({ state }) => state);
      return {
        successful: successful.length,
        failed,
        aborted,
        total,
        states,
        last: steps().at(-1),
      };
    });
    assert.deepEqual(outcome, {
      successful: 1,
      failed: [],
      aborted: ["one", "two", "three", "four"],
      total: 3,
      states: ["done", "cancelled", "cancelled", "cancelled", "cancelled"],
      last: "complete",
    });
  });

  test("a cancelled or removed file makes room for others", async () => {
    const queue = await tab.openUploader({
      restrictions: { maxNumberOfFiles: 1, maxTotalFileSize: 5 },
    });
    const names = await queue.evaluate(async ({ uploader, add, named }) => {
      await add("one", "two");
      uploader.remove(named("one").id);
      await add("three");
      uploader.cancel(named("three").id);
      await add("four");
      return uploader.files.map(({ name }) => name);
    });
    assert.deepEqual(names, ["three", "four"]);
  });

  test("a cancelled file can only be retried if there is room", async () => {
    const queue = await tab.openUploader({ restrictions: { maxNumberOfFiles: 1 } });
    const outcome = await queue.evaluate(async ({ uploader, add, next, named, steps, asked }) => {
      await add("one");
      uploader.cancel(named("one").id);
      await add("two");
      const refused = next("restriction-failed");
      const { code, detail } = await uploader.retry(named("one").id).catch((error) => error);
      const { file } = await refused;
      const { state } = named("one");
      uploader.remove(named("two").id);
      const run = uploader.retry(named("one").id);
      await next("upload-start");
      asked.get("one")?.answer({ media: { id: "m" } });
      const { length } = (await run).successful;
      return { code, detail, name: file?.name, state, length, steps: steps().slice(3) };
    });
    assert.deepEqual(outcome, {
      ...{ code: "restriction", detail: "maxNumberOfFiles", name: "one", state: "cancelled" },
      length: 1,
      steps: [
        ...["restriction-failed one", "file-removed two"],
        ...["upload-start one", "upload-success one", "complete"],
      ],
    });
  });
});
