// Tests runs of `Uploader` in a real browser: their order, events and restrictions.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

describe("a run", () => {
  test("every file arrives, and the events come in order", async () => {
    const queue = await tab.openUploader({ endpoint: "/api/uploads", limit: 1 });
    const { media, isTheSame, told, steps, states } = await queue.evaluate(
      async ({ uploader, add, next, told, steps }) => {
        const files = await add("one", "two", "three");
        const complete = next("complete");
        const result = await uploader.start();
        const { successful, failed } = result;
        return {
          media: successful.map((file) => /** @type {{ id: string }} */ (file.media)),
          isTheSame:
            (await complete) === result &&
            failed.length === 0 &&
            successful.every((file, index) => file === files[index]) &&
            uploader.files.every((file, index) => file === files[index]),
          states: files.map(({ state, progress }) => `${state} ${progress.phase}`),
          told,
          steps: steps(),
        };
      },
    );
    assert.deepEqual(
      media.map((one) => tab.demo.stored(one).toString()),
      ["one", "two", "three"],
    );
    assert(isTheSame, "start() resolves with the same objects as `complete`, in order");
    assert.deepEqual(states, ["done done", "done done", "done done"]);
    assert.deepEqual(steps, [
      ...["file-added one", "file-added two", "file-added three"],
      ...["upload-start one", "upload-success one"],
      ...["upload-start two", "upload-success two"],
      ...["upload-start three", "upload-success three", "complete"],
    ]);
    for (const name of ["one", "two", "three"]) {
      const of = told.filter((line) => line.split(" ")[1] === name);
      assert.equal(of.at(-2), `upload-progress ${name} done`, "the last before the success");
      assert(of.slice(2, -1).every((line) => line.startsWith("upload-progress")));
    }
  });

  for (const limit of [1, 3]) {
    test(`at most ${limit} files at once, in the order in which they were added`, async () => {
      /** @type {(() => void)[]} */
      const held = [];
      let most = 0;
      let arrived = () => {};
      await tab.page.route(tab.store, (route) => {
        // Holds a file back, so that others would have time to start.
        held.push(() => route.continue());
        most = Math.max(most, held.length);
        arrived();
      });
      const queue = await tab.openUploader({ endpoint: "/api/uploads", limit });
      const run = queue.evaluate(async ({ uploader, add, steps }) => {
        await add("1", "2", "3", "4", "5", "6", "7");
        const { successful } = await uploader.start();
        const started = steps().filter((line) => line.startsWith("upload-start"));
        return { started: started.join(), count: successful.length };
      });
      for (let left = 7; left > 0; left -= 1) {
        while (held.length < Math.min(limit, left)) {
          await new Promise((resolve) => {
            arrived = () => resolve(undefined);
          });
        }
        held.shift()?.();
      }
      const { started, count } = await run;
      assert.equal(most, limit);
      assert.equal(count, 7);
      assert.equal(
        started,
        ["1", "2", "3", "4", "5", "6", "7"].map((n) => `upload-start ${n}`).join(),
      );
    });
  }

  test("files are reported in the order in which they end", async () => {
    const queue = await tab.openUploader();
    const result = await queue.evaluate(async ({ uploader, add, next, asked }) => {
      await add("slow", "refused", "quick");
      const run = uploader.start();
      await next("upload-start");
      asked.get("quick")?.answer({ media: { id: "m1" } });
      await next("upload-success");
      asked.get("refused")?.refuse(new Error("no such album"));
      const { file, error } = await next("upload-error");
      asked.get("slow")?.answer({ media: { id: "m2" } });
      const { successful, failed } = await run;
      return {
        successful: successful.map(({ name }) => name),
        failed: failed.map((failure) => failure === file && failure.error === error),
        error: [error.name, error.code, error.message],
      };
    });
    assert.deepEqual(result.successful, ["quick", "slow"]);
    assert.deepEqual(result.failed, [true]);
    assert.deepEqual(result.error.slice(0, 2), ["UploadError", "endpoint"]);
    assert.match(result.error[2] ?? "", /no such album/);
  });

  test("with autoProceed, a file starts when it is added", async () => {
    const queue = await tab.openUploader({ endpoint: "/api/uploads", autoProceed: true });
    const steps = await queue.evaluate(async ({ add, next, steps }) => {
      const complete = next("complete");
      await add("one");
      await complete;
      return steps();
    });
    assert.deepEqual(steps, [
      "file-added one",
      "upload-start one",
      "upload-success one",
      "complete",
    ]);
  });

  test("without files, a run ends at once", async () => {
    const queue = await tab.openUploader();
    const [first, second, steps] = await queue.evaluate(async ({ uploader, steps }) => [
      await uploader.start(),
      await uploader.retry(),
      steps(),
    ]);
    assert.deepEqual(first, { successful: [], failed: [] });
    assert.deepEqual(second, first);
    assert.deepEqual(steps, ["complete", "complete"]);
  });

  test("two calls of start() are one run; files that are added meanwhile wait for the next start()", async () => {
    const queue = await tab.openUploader();
    const { results, steps } = await queue.evaluate(
      async ({ uploader, add, next, asked, steps }) => {
        await add("one");
        const runs = [uploader.start(), uploader.start()];
        await next("upload-start");
        await add("two", "three");
        asked.get("one")?.answer({ media: { id: "m1" } });
        const results = await Promise.all(runs);
        runs.push(uploader.start());
        await next("upload-start");
        await add("four");
        runs.push(uploader.start());
        await next("upload-start");
        for (const name of ["two", "three", "four"])
          asked.get(name)?.answer({ media: { id: "m" } });
        results.push(...(await Promise.all(runs.slice(2))));
        return {
          results: results.map(({ successful }) => successful.map(({ name }) => name).join()),
          steps: steps().filter((line) => !line.startsWith("file-added")),
        };
      },
    );
    assert.deepEqual(results, ["one", "one", "two,three,four", "two,three,four"]);
    assert.deepEqual(steps, [
      ...["upload-start one", "upload-success one", "complete"],
      ...["upload-start two", "upload-start three", "upload-start four"],
      ...["upload-success two", "upload-success three", "upload-success four", "complete"],
    ]);
  });
});

describe("files that are refused", () => {
  /** @type {[string, object, string[]][]} */
  const restrictions = [
    ["maxFileSize", { maxFileSize: 3 }, ["three"]],
    ["minFileSize", { minFileSize: 4 }, ["one", "two"]],
    ["maxTotalFileSize", { maxTotalFileSize: 6 }, ["three"]],
    ["maxNumberOfFiles", { maxNumberOfFiles: 1 }, ["two", "three"]],
    ["allowedFileTypes", { allowedFileTypes: [".jpg", "video/*"] }, ["one", "two", "three"]],
  ];
  for (const [option, restriction, refused] of restrictions) {
    test(`${option} dispatches an event, and the other files are added`, async () => {
      const queue = await tab.openUploader({ restrictions: restriction });
      const outcome = await queue.evaluate(async ({ uploader, add }) => {
        /** @type {any[]} */
        const errors = [];
        uploader.addEventListener("restriction-failed", ({ detail: { file, error } }) => {
          const { name, code, detail, retryable } = error;
          errors.push({ file: file?.name, name, code, detail, retryable });
        });
        const taken = await add("one", "two", "three");
        return { errors, taken: taken.map(({ name }) => name), count: uploader.files.length };
      });
      const expected = { name: "UploadError", code: "restriction", detail: option };
      assert.deepEqual(
        outcome.errors,
        refused.map((file) => ({ file, ...expected, retryable: false })),
      );
      const taken = ["one", "two", "three"].filter((name) => !refused.includes(name));
      assert.deepEqual([outcome.taken, outcome.count], [taken, taken.length]);
    });
  }

  test("with too few files, nothing starts", async () => {
    const queue = await tab.openUploader({ restrictions: { minNumberOfFiles: 2 } });
    const outcome = await queue.evaluate(async ({ uploader, add, next, asked, steps }) => {
      await add("one");
      const told = next("restriction-failed");
      const error = await uploader.start().catch((error) => error);
      const isTold = (await told).error === error;
      await add("two");
      const run = uploader.start();
      await next("upload-start");
      for (const { answer } of asked.values()) answer({ media: { id: "m" } });
      await run;
      return { code: error.code, detail: error.detail, isTold, steps: steps() };
    });
    assert.deepEqual(outcome, {
      code: "restriction",
      detail: "minNumberOfFiles",
      isTold: true,
      steps: [
        ...["file-added one", "restriction-failed", "file-added two"],
        ...["upload-start one", "upload-start two", "upload-success one", "upload-success two"],
        "complete",
      ],
    });
  });

  test("anything that is not a file is a TypeError", async () => {
    const queue = await tab.openUploader();
    const messages = await queue.evaluate(({ uploader }) =>
      Promise.all(
        [["text"], [null], 7, undefined, null].map((wrong) =>
          uploader
            .add(/** @type {any} */ (wrong))
            .catch((/** @type {unknown} */ error) => `${error instanceof TypeError} ${error}`),
        ),
      ),
    );
    for (const message of messages)
      assert.match(String(message), /^true TypeError: ittybit-uploader: /);
  });
});
