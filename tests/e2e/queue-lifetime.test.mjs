// Tests `Uploader` in a real browser before its wasm is loaded, and after its end.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { holdWasm } from "./support.mjs";
import { eventNames, setUpTab } from "./uploader.mjs";

const tab = setUpTab();

describe("before the wasm is loaded", () => {
  test("calls wait, and are executed in order", async () => {
    const letGo = await holdWasm(tab.page);
    const queue = await tab.openUploader({ limit: 1 });
    const outcome = queue.evaluate(async ({ uploader, add, asked, steps }) => {
      uploader.pause();
      const first = add("one", "two");
      const runs = [uploader.start()];
      uploader.resume();
      uploader.cancel();
      const second = add("three");
      const count = uploader.files.length;
      const { phase, total } = uploader.progress;
      runs.push(uploader.start());
      const added = (await Promise.all([first, second])).flat().map(({ name }) => name);
      const done = Promise.all(runs);
      while (!asked.has("three")) await new Promise((resolve) => setTimeout(resolve));
      asked.get("three")?.answer({ media: { id: "m" } });
      const names = (await done).map(({ successful }) => successful.map(({ name }) => name).join());
      return { count, phase, total, added, names, steps: steps() };
    });
    letGo();
    assert.deepEqual(await outcome, {
      count: 0,
      phase: "preparing",
      total: 0,
      added: ["one", "two", "three"],
      names: ["", "three"],
      steps: [
        ...["file-added one", "file-added two", "upload-start one", "complete"],
        ...["file-added three", "upload-start three", "upload-success three", "complete"],
      ],
    });
  });

  test("if the wasm can't be loaded, calls reject, files are kept, and the next call retries", async () => {
    await tab.page.route("**/*.wasm*", (route) => route.abort());
    const queue = await tab.openUploader();
    const codes = await queue.evaluate(({ uploader, add }) =>
      Promise.all(
        [add("one"), uploader.start(), uploader.retry()].map((call) =>
          call.catch((/** @type {any} */ error) => error.code),
        ),
      ),
    );
    assert.deepEqual(codes, ["not-loaded", "not-loaded", "not-loaded"]);
    await tab.page.unroute("**/*.wasm*");
    const names = await queue.evaluate(async ({ uploader, add, next, asked }) => {
      await add("two");
      const run = uploader.start();
      await next("upload-start");
      for (const name of ["one", "two"]) asked.get(name)?.answer({ media: { id: name } });
      return (await run).successful.map(({ name }) => name);
    });
    // The first file was kept.
    assert.deepEqual(names, ["one", "two"]);
  });

  for (const how of ["destroyed", "aborted"]) {
    test(`an uploader that is ${how} by then does nothing, and rejects`, async () => {
      /** @type {string[]} */
      const requests = [];
      tab.page.on("request", (request) => requests.push(new URL(request.url()).pathname));
      const letGo = await holdWasm(tab.page);
      const told = tab.page.evaluate(async (how) => {
        const { Uploader } = await import("/dist/index.js");
        const controller = new AbortController();
        const uploader = new Uploader({ endpoint: "/api/uploads", signal: controller.signal });
        const calls = [uploader.add([new File(["one"], "one")]), uploader.start()];
        if (how === "destroyed") uploader.destroy();
        else controller.abort("enough");
        return Promise.all(
          calls.map((call) =>
            call.then(
              () => "fulfilled",
              (/** @type {any} */ reason) => reason.name ?? reason,
            ),
          ),
        );
      }, how);
      letGo();
      const word = how === "destroyed" ? "AbortError" : "enough";
      assert.deepEqual(await told, [word, word]);
      assert(!requests.includes("/api/uploads"), requests.join());
    });
  }
});

describe("the end", () => {
  for (const how of ["destroy()", "the signal"]) {
    test(`${how} stops everything at once, and no event follows`, async () => {
      await tab.page.route(tab.store, () => {});
      const sending = tab.page.waitForRequest(tab.store);
      const stopped = tab.page.waitForEvent("requestfailed", (request) =>
        request.url().startsWith(tab.demo.host),
      );
      const queue = await tab.page.evaluateHandle(
        async ({ eventNames }) => {
          const { Uploader } = await import("/dist/index.js");
          const controller = new AbortController();
          const uploader = new Uploader({
            endpoint: "/api/uploads",
            limit: 1,
            signal: controller.signal,
            onProgress: () => told.push("onProgress"),
          });
          /** @type {string[]} */
          const told = [];
          for (const name of eventNames) uploader.addEventListener(name, () => told.push(name));
          const [one, two] = ["one", "two"].map((name) => new File([name], name));
          await uploader.add([one, two].filter((file) => file !== undefined));
          const reason = uploader.start().catch((reason) => reason);
          return { uploader, controller, told, reason };
        },
        { eventNames },
      );
      await sending;
      const outcome = await queue.evaluate(async ({ uploader, controller, told, reason }, how) => {
        const before = told.length;
        if (how === "destroy()") uploader.destroy();
        else controller.abort("enough");
        const why = await reason;
        const states = uploader.files.map(({ state }) => state);
        uploader.pause();
        uploader.resume();
        uploader.cancel();
        uploader.remove("1");
        uploader.destroy();
        const late = await Promise.all(
          [uploader.add([new Blob()]), uploader.start(), uploader.retry()].map((call) =>
            call.catch((/** @type {unknown} */ error) => error),
          ),
        );
        // Waits for two frames, because events that are limited to one per frame would come in the first.
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return {
          why: why.name ?? why,
          message: why.message,
          late: late.map((one) => one === why || String(one)),
          states,
          told: told.slice(before),
        };
      }, how);
      await stopped;
      const isDestroyed = how === "destroy()";
      assert.deepEqual(outcome, {
        why: isDestroyed ? "AbortError" : "enough",
        message: isDestroyed ? "The uploader was destroyed." : undefined,
        late: [true, true, true],
        states: ["cancelled", "cancelled"],
        told: [],
      });
    });
  }

  test("an unreferenced uploader finishes, and is then garbage-collected", async () => {
    const devtools = await tab.page.context().newCDPSession(tab.page);
    const collect = () => devtools.send("HeapProfiler.collectGarbage");
    const lost = await tab.page.evaluateHandle(async () => {
      const { Uploader } = await import("/dist/index.js");
      /** @type {(() => void)[]} */
      const answers = [];
      const endpoint = () =>
        /** @type {Promise<{ media: { id: string } }>} */ (
          new Promise((answer) => answers.push(() => answer({ media: { id: "m" } })))
        );
      const open = async () => {
        const uploader = new Uploader({ endpoint, limit: 1 });
        await uploader.add(["one", "two"].map((name) => new File([name], name)));
        uploader.start();
        const ids = new Promise((resolve) =>
          uploader.addEventListener("complete", ({ detail }) =>
            resolve(detail.successful.map(({ media }) => media?.id)),
          ),
        );
        // Reports that are sent after the end of a run, and outside of one.
        uploader.addEventListener("complete", async () => {
          for (const { id } of uploader.files) uploader.remove(id);
          const [file] = await uploader.add([new File(["three"], "three")]);
          uploader.cancel(file?.id);
          uploader.remove(file?.id ?? "");
        });
        await new Promise((resolve) => uploader.addEventListener("upload-start", resolve));
        return { uploader: new WeakRef(uploader), ids };
      };
      return { ...(await open()), answers };
    });
    for (const _ of [1, 2]) {
      await collect();
      // The first answer starts the second file, and the uploader must survive that too.
      await lost.evaluate(async ({ answers }) => {
        while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve));
        answers.shift()?.();
      });
    }
    assert.deepEqual(await lost.evaluate(({ ids }) => ids), ["m", "m"]);
    const isGone = async () => {
      await collect();
      return lost.evaluate(({ uploader }) => uploader.deref() === undefined);
    };
    // The collector may take a while.
    for (let tries = 0; !(await isGone()); tries += 1) assert(tries < 100, "still there");
  });
});
