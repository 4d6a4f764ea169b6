// Tests the React entry with both versions of React, in a real browser, under StrictMode and the demo's strict
// policy.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";
import { attributes, events, properties } from "../../pkg-config/reference/element.mjs";
import { root } from "../../pkg-config/run.mjs";
import * as names from "../../src/package/names.js";
import { declarationsOf } from "../../www/docs/build/declarations.mjs";
import { launchBrowser, openPage, startDemo } from "../e2e/support.mjs";

const here = join(root, "tests/frameworks");

/**
 * Bundles the app with a version of React, for a page or a server.
 *
 * @param {string} version
 * @param {string} outfile
 * @param {Partial<import("esbuild").BuildOptions>} [options]
 */
async function bundle(version, outfile, options) {
  const of = (/** @type {string} */ name) => join(here, `react-${version}/node_modules`, name);
  await build({
    ...{ entryPoints: [join(here, "pages/app.js")], bundle: true, format: "esm", outfile },
    define: { "process.env.NODE_ENV": '"development"' },
    alias: {
      react: of("react"),
      "react-dom": of("react-dom"),
      "ittybit-uploader/react": join(root, "dist/react.js"),
    },
    external: ["ittybit-uploader", "ittybit-uploader/element"],
    logLevel: "error",
    ...options,
  });
}

/** @param {import("playwright-core").Page} page @param {string} what */
const isThere = (page, what) =>
  page.waitForFunction((what) => {
    const { seen } = /** @type {any} */ (globalThis);
    return what === "queue" ? seen?.queue : seen?.element?.current;
  }, what);

/** @param {import("playwright-core").Page} page @param {boolean} whether */
const dropsAnywhere = (page, whether) =>
  page.waitForFunction(
    (whether) => /** @type {any} */ (globalThis).seen.element.current.dropAnywhere === whether,
    whether,
  );

for (const version of ["18", "19"]) {
  describe(`React ${version}`, () => {
    /** @type {Awaited<ReturnType<typeof startDemo>>} */
    let demo;
    /** @type {import("playwright-core").Browser} */
    let browser;
    const folder = mkdtempSync(join(tmpdir(), "ittybit-uploader-react-"));

    before(async () => {
      cpSync(join(here, "pages"), folder, { recursive: true });
      cpSync(join(root, "www/icon.svg"), join(folder, "icon.svg"));
      const file = join(folder, "app.bundle.js");
      await bundle(version, file);
      // Replaces package names by URLs for the browser.
      const text = readFileSync(file, "utf8")
        .replaceAll('from "ittybit-uploader"', 'from "/dist/index.js"')
        .replaceAll('import "ittybit-uploader/element"', 'import "/dist/element.js"');
      writeFileSync(file, text);
      demo = await startDemo({ pages: relative(root, folder) });
      browser = await launchBrowser();
    });
    after(async () => {
      await browser.close();
      await demo.stop();
      rmSync(folder, { recursive: true });
    });

    /** @param {string} shows @param {string} [page] */
    async function open(shows, page = "") {
      const opened = await openPage(browser);
      /** @type {string[]} */
      const warnings = [];
      opened.page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) warnings.push(message.text());
      });
      await opened.page.goto(`${demo.address}/${page}?shows=${shows}`);
      return { ...opened, warnings };
    }

    test("the hook uploads, and renders at most once per frame", async () => {
      const { page, close, warnings } = await open("queue");
      await isThere(page, "queue");
      const before = await page.evaluate(async () => {
        const { seen } = /** @type {any} */ (globalThis);
        const before = { renders: seen.renders, frames: seen.frames };
        const made = Array.from({ length: 30 }, (_, at) => new File(["x".repeat(at)], `${at}.txt`));
        await seen.queue.add(made);
        await seen.queue.start();
        return before;
      });
      await page.waitForFunction(() => {
        const { files } = /** @type {any} */ (globalThis).seen.queue;
        const done = files.filter((/** @type {any} */ { state }) => state === "done");
        return done.length === 30;
      });
      const { files, after } = await page.evaluate(() => {
        const { renders, frames, queue } = /** @type {any} */ (globalThis).seen;
        return { files: queue.files, after: { renders, frames } };
      });
      assert.equal(files.length, 30);
      for (const { state, media, progress } of files) {
        assert.deepEqual([state, progress.percentage, typeof media.id], ["done", 100, "string"]);
      }
      // StrictMode renders everything twice.
      const renders = (after.renders - before.renders) / 2;
      assert(renders >= 2, `${renders} renders`);
      assert(renders <= after.frames - before.frames + 1, JSON.stringify({ before, after }));
      const events = await page.evaluate(() => /** @type {any} */ (globalThis).seen.events);
      assert.equal(
        events.filter((/** @type {string} */ event) => event.startsWith("added")).length,
        30,
      );
      assert.equal(
        events.filter((/** @type {string} */ event) => event === "done 0 done string").length,
        30,
      );
      assert.equal(events.at(-1), "complete 30");
      assert.equal(await page.locator("li").count(), 30);
      assert.deepEqual(warnings, []);
      await close();
    });

    test("an unchanged file stays the same object, and no object is modified", async () => {
      const { page, close } = await open("queue");
      await isThere(page, "queue");
      await page.evaluate(() =>
        /** @type {any} */ (globalThis).seen.queue.add([
          new File(["a"], "a"),
          new File(["b"], "b"),
        ]),
      );
      await page.waitForFunction(
        () => /** @type {any} */ (globalThis).seen.queue.files.length === 2,
      );
      const before = await page.evaluateHandle(() => {
        const { files, cancel } = /** @type {any} */ (globalThis).seen.queue;
        cancel(files[1].id);
        return files;
      });
      await page.waitForFunction(
        (before) => /** @type {any} */ (globalThis).seen.queue.files !== before,
        before,
      );
      const told = await page.evaluate((before) => {
        const now = /** @type {any} */ (globalThis).seen.queue.files;
        const frozen = [now, now[0], now[0].progress].every(Object.isFrozen);
        const states = [before, now].map((all) => all[1].state);
        return { isSame: before[0] === now[0], states, frozen };
      }, before);
      assert.deepEqual(told, { isSame: true, states: ["added", "cancelled"], frozen: true });
      await close();
    });

    test("calls the latest functions, and keeps the same methods", async () => {
      const { page, close } = await open("queue");
      await isThere(page, "queue");
      const asked = page.waitForRequest(/\/api\/uploads$/);
      await page.evaluate(async () => {
        const { seen } = /** @type {any} */ (globalThis);
        seen.add = seen.queue.add;
        await seen.add([new File(["a"], "a")]);
        seen.queue.setCount(7);
      });
      await page.waitForFunction(() => /** @type {any} */ (globalThis).seen.queue.count === 7);
      const isSame = await page.evaluate(async () => {
        const { seen } = /** @type {any} */ (globalThis);
        await seen.queue.start();
        return seen.add === seen.queue.add;
      });
      assert.equal((await asked).headers()["x-render"], "7");
      assert(isSame);
      const events = await page.evaluate(() => /** @type {any} */ (globalThis).seen.events);
      assert(events.includes("done 7 done string"), events.join());
      await close();
    });

    test("unmounting aborts uploads", async () => {
      const { page, close } = await open("queue");
      await isThere(page, "queue");
      await page.route(/store\/single/, () => {});
      const sent = page.waitForRequest(/store\/single/);
      await page.evaluate(async () => {
        const { seen } = /** @type {any} */ (globalThis);
        await seen.queue.add([new File(["a"], "a")]);
        seen.queue.start().catch((/** @type {Error} */ error) => seen.events.push(error.name));
      });
      const failed = page.waitForEvent("requestfailed");
      await sent;
      await page.evaluate("render(null)");
      await failed;
      const refused = await page.evaluate(() =>
        /** @type {any} */ (globalThis).seen.queue.add([new File(["a"], "a")]).then(
          () => "taken",
          () => "refused",
        ),
      );
      assert.equal(refused, "refused");
      await close();
    });

    for (const by of version === "18" ? ["Suspense"] : ["Suspense", "Activity"]) {
      test(`uploads continue while ${by} hides the component, and are reported`, async () => {
        for (const shows of ["queue", "element"]) {
          const { page, close, warnings } = await open(`${shows}&by=${by}`);
          await isThere(page, shows);
          let letGo = () => {};
          const held = new Promise((resolve) => {
            letGo = () => resolve(undefined);
          });
          await page.route(/store\/single/, async (route) => {
            await held;
            await route.continue();
          });
          const sent = page.waitForRequest(/store\/single/);
          await page.evaluate(async (shows) => {
            const { seen } = /** @type {any} */ (globalThis);
            const uploader = shows === "queue" ? seen.queue : seen.element.current;
            await uploader.add([new File(["a"], "a.txt")]);
            uploader.start();
          }, shows);
          await sent;
          await page.evaluate("render({ isHidden: true })");
          const place = page.locator(shows === "queue" ? "ul" : "ittybit-uploader");
          await place.waitFor({ state: "hidden" });
          letGo();
          await page.waitForFunction(() =>
            /** @type {any} */ (globalThis).seen.events.some((/** @type {string} */ event) =>
              event.startsWith("done"),
            ),
          );
          await page.evaluate("render({ isHidden: false })");
          await place.waitFor();
          await isThere(page, shows);
          await page.waitForFunction((shows) => {
            const { seen } = /** @type {any} */ (globalThis);
            const { files } = shows === "queue" ? seen.queue : seen.element.current;
            return files[0]?.state === "done";
          }, shows);
          assert.equal(await page.evaluate("seen.events.length"), shows === "queue" ? 3 : 2);
          assert.deepEqual(warnings, []);
          await close();
        }
      });
    }

    test("the component uploads, dispatches events, and its ref is the element", async () => {
      const { page, close, warnings } = await open("element");
      const element = page.locator("ittybit-uploader.mine");
      assert.equal(await element.getAttribute("max-file-size"), "1GB");
      await page.evaluate(async () => {
        const { seen } = /** @type {any} */ (globalThis);
        await seen.element.current.add([new File(["a"], "a.txt")]);
        await seen.element.current.start();
      });
      const events = await page.evaluate(() => /** @type {any} */ (globalThis).seen.events);
      assert.deepEqual(events, ["added a.txt", "done"]);
      assert.deepEqual(warnings, []);
      await close();
    });

    test("props set attributes, and removed props remove them", async () => {
      const { page, close } = await open("element");
      const told = () =>
        page.evaluate(() => {
          const element = /** @type {any} */ (globalThis).seen.element.current;
          const { multiple, limit, dropAnywhere, maxFileSize, headers, retryDelays } = element;
          return { multiple, limit, dropAnywhere, maxFileSize, headers, retryDelays };
        });
      await isThere(page, "element");
      await page.evaluate(() =>
        /** @type {any} */ (globalThis).render({
          ...{ multiple: true, limit: 2, dropAnywhere: true, maxFileSize: 5 },
          ...{ headers: { a: "b" }, retryDelays: [1, 2] },
        }),
      );
      await dropsAnywhere(page, true);
      assert.deepEqual(await told(), {
        ...{ multiple: true, limit: "2", dropAnywhere: true, maxFileSize: "5" },
        ...{ headers: { a: "b" }, retryDelays: "1 2" },
      });
      await page.evaluate(
        "render({ multiple: false, dropAnywhere: false, maxFileSize: undefined })",
      );
      await dropsAnywhere(page, false);
      const { multiple, limit, maxFileSize, headers } = await told();
      assert.deepEqual([multiple, limit, maxFileSize, headers], [false, "", "", undefined]);
      await close();
    });

    test("the endpoint can be a function", async () => {
      const { page, close } = await open("element");
      await isThere(page, "element");
      await page.evaluate(() => {
        const all = /** @type {any} */ (globalThis);
        all.names = [];
        all.render({
          endpoint: async (/** @type {any} */ { filename }) => {
            all.names.push(filename);
            return { media: { id: "med_1" } };
          },
        });
      });
      await page.waitForFunction(
        () => typeof (/** @type {any} */ (globalThis).seen.element.current.endpoint) === "function",
      );
      const asked = await page.evaluate(async () => {
        const { seen, names } = /** @type {any} */ (globalThis);
        await seen.element.current.add([new File(["a"], "a.txt")]);
        await seen.element.current.start();
        return names;
      });
      assert.deepEqual(asked, ["a.txt"]);
      for (const endpoint of ["/api/uploads", undefined]) {
        await page.evaluate((endpoint) => {
          /** @type {any} */ (globalThis).render({ endpoint });
        }, endpoint);
        await page.waitForFunction(
          (text) => /** @type {any} */ (globalThis).seen.element.current.endpoint === text,
          endpoint ?? "",
        );
      }
      await close();
    });

    test("a server renders both, and the page hydrates them without warnings", async () => {
      const file = join(here, `react-${version}/node_modules/server.mjs`);
      await bundle(version, file, {
        stdin: {
          contents: `import { createElement } from "react";
            import { renderToString } from "react-dom/server.browser";
            import { App } from "${join(here, "pages/app.js")}";
            const html = ["queue", "element"].map((shows) =>
              renderToString(createElement(App, { shows, multiple: true })));
            // Exits explicitly, because React's scheduler would keep the process alive.
            process.stdout.write(JSON.stringify(html), () => process.exit());`,
          resolveDir: here,
        },
        entryPoints: [],
        platform: "node",
        external: [],
        alias: {
          react: join(here, `react-${version}/node_modules/react`),
          "react-dom": join(here, `react-${version}/node_modules/react-dom`),
          "ittybit-uploader/react": join(root, "dist/react.js"),
          "ittybit-uploader/element": join(root, "dist/element.js"),
          "ittybit-uploader": join(root, "dist/index.js"),
        },
      });
      const html = JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" }));
      rmSync(file);
      assert.match(html[0], /<ul><\/ul>/);
      assert.match(
        html[1],
        /<ittybit-uploader (?=.*endpoint="\/api\/uploads")(?=.*max-file-size="1GB")(?=.*multiple)/,
      );
      for (const [index, shows] of ["queue", "element"].entries()) {
        const name = `${shows}.html`;
        const page = readFileSync(join(folder, "index.html"), "utf8");
        writeFileSync(join(folder, name), page.replace('id="app">', `id="app">${html[index]}`));
        const opened = await open(shows, name);
        await isThere(opened.page, shows);
        // By then, React would have printed its warnings.
        await opened.page.evaluate(
          () =>
            new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        assert.deepEqual(opened.warnings, []);
        await opened.close();
      }
    });
  });
}

test("the component has every event and property of the element", () => {
  const source = readFileSync(join(root, "src/package/react/component.js"), "utf8");
  assert.deepEqual(names.attributes.toSorted(), attributes.map(({ name }) => name).toSorted());
  const settable = properties.filter(({ isReadonly }) => !isReadonly).map(({ name }) => name);
  assert.deepEqual([...names.objects, "words"].toSorted(), settable.toSorted());
  assert.deepEqual(
    membersOf("IttybitUploaderOptions"),
    [...names.attributes.map(names.camelCase), ...settable].toSorted(),
  );
  for (const { name } of events) {
    // React itself handles events of all inputs.
    if (/^(input|change|invalid)$/.test(name)) continue;
    assert.match(source, new RegExp(`[ "]${name}[ "]`), name);
  }
});

test("the tag has the attributes in the manifest for editors", () => {
  const manifest = JSON.parse(readFileSync(join(root, "custom-elements.json"), "utf8"));
  const told = manifest.modules[0].declarations[0].attributes.map(
    (/** @type {{ name: string }} */ { name }) => name,
  );
  assert.deepEqual(membersOf("IttybitUploaderAttributes"), told.toSorted());
});

/**
 * @param {string} name of an interface of the element's types
 * @returns {string[]}
 */
function membersOf(name) {
  const types = readFileSync(join(root, "src/package/element.d.ts"), "utf8");
  const members = declarationsOf(types).get(name)?.members ?? [];
  return members.map(({ name }) => name.replaceAll('"', "")).toSorted();
}

test("no other file refers to React", () => {
  for (const name of ["index.js", "inline.js", "element.js", "widget.js", "server.js"]) {
    assert.doesNotMatch(readFileSync(join(root, "dist", name), "utf8"), /\breact\b/i, name);
  }
  assert.match(readFileSync(join(root, "dist/react.js"), "utf8"), /^"use client";/);
});
