// Tests in a real browser that handlers of any event can call any method of `Uploader`.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { eventNames, setUpTab } from "./uploader.mjs";

const tab = setUpTab();

/** The methods that a handler calls with its own file, or with "all" for all files. */
const methods = [
  ...["pause", "resume", "cancel", "remove", "retry"],
  ...["pause all", "resume all", "cancel all", "retry all", "start", "add", "destroy"],
];

describe("the run ends, whatever method a handler calls", () => {
  // Everything loads here. not-loaded.test.mjs tests `load-error`.
  for (const event of eventNames.filter((name) => name !== "load-error")) {
    // Fails if something hangs.
    test(event, { timeout: 120_000 }, async () => {
      // A host that never answers.
      await tab.page.route(`${tab.demo.host}/stuck`, () => {});
      const outcomes = await tab.page.evaluate(
        async ({ event, methods, host }) => {
          const { Uploader } = await import("/dist/index.js");
          const outcomes = methods.map(async (method) => {
            let goOn = () => {};
            const isTaken = new Promise((resolve) => {
              goOn = () => resolve(undefined);
            });
            const uploader = new Uploader({
              endpoint: async ({ filename }) => {
                if (filename === "bad") throw Object.assign(new Error("away"), { status: 503 });
                if (filename === "stuck") return { url: `${host}/stuck` };
                if (filename !== "good") await isTaken;
                return { media: { id: filename } };
              },
              retryDelays: [1],
              stallTimeout: 60,
              // Nothing reports progress, so this timeout counts.
              responseTimeout: 500,
              limit: 4,
              restrictions: { maxFileSize: 100 },
            });
            let calls = 0;
            uploader.addEventListener(event, ({ detail }) => {
              calls += 1;
              if (calls > 1) return;
              const file = "file" in detail ? detail.file : undefined;
              const id = method.endsWith(" all") ? undefined : (file?.id ?? "1");
              const [name] = /** @type {[any]} */ (method.split(" "));
              const given = name === "add" ? [new File(["more"], "more")] : id;
              const done = /** @type {any} */ (uploader)[name](given);
              done?.catch(() => {});
              // Resumes paused files, so that the run can end.
              setTimeout(() => uploader.resume());
            });

            const names = ["good", "bad", "stuck", "paused", "cancelled", "removed"];
            const files = names.map((name) => new File([name], name));
            files.push(new File([new Uint8Array(101)], "large"));
            await uploader.add(files).catch(() => {});
            const id = (/** @type {string} */ name) =>
              uploader.files.find((file) => file.name === name)?.id ?? "none";
            const run = uploader.start().catch(() => {});
            const begun = new Promise((resolve) =>
              uploader.addEventListener("upload-start", resolve),
            );
            await Promise.race([begun, run]);
            uploader.pause(id("paused"));
            uploader.resume(id("paused"));
            uploader.cancel(id("cancelled"));
            uploader.remove(id("removed"));
            goOn();
            await run;

            const last = new File(["last"], "last");
            const end = await uploader.add([last]).then(
              async ([file]) => {
                await uploader.start();
                return file?.state;
              },
              (reason) => reason.name,
            );
            uploader.destroy();
            return [method, calls > 0 ? end : "not told"];
          });
          return Object.fromEntries(await Promise.all(outcomes));
        },
        { event, methods, host: tab.demo.host },
      );
      const expected = methods.map((name) => [name, name === "destroy" ? "AbortError" : "done"]);
      assert.deepEqual(outcomes, Object.fromEntries(expected));
    });
  }
});

test("a page whose requestAnimationFrame throws hears of the error, and its files are stored", async () => {
  const outcome = await tab.page.evaluate(async () => {
    const { Uploader } = await import("/dist/index.js");
    window.requestAnimationFrame = () => {
      throw new Error("no frames");
    };
    /** @type {string[]} */
    const errors = [];
    window.addEventListener("error", (event) => {
      errors.push(event.message);
      event.preventDefault();
    });
    const uploader = new Uploader({ endpoint: "/api/uploads" });
    await uploader.add([new File(["one"], "one"), new File(["two"], "two")]);
    const { successful } = await uploader.start();
    return [successful.length, errors.some((message) => message.includes("no frames"))];
  });
  assert.deepEqual(outcome, [2, true]);
});
