// Tests the recipes for frameworks with templates in an app: the framework's own tool checks and builds them, and they
// run in a real browser under the demo's strict policy.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";

import { root, targetDirectory } from "../../pkg-config/run.mjs";
import { launchBrowser, openPage, startDemo } from "../e2e/support.mjs";

const work = join(targetDirectory, "frameworks");

/**
 * @typedef {object} Framework
 * @property {string} recipe its folder
 * @property {string} extension
 * @property {string[]} checker the program and its arguments
 * @property {[before: string, after: string][]} mistakes that the checker must find
 */

/** @type {Record<string, Framework>} */
const frameworks = {
  vue: {
    recipe: "www/recipes/frameworks/vue",
    extension: ".vue",
    checker: ["vue-tsc/bin/vue-tsc.js", "--project", "tsconfig.json", "--pretty", "false"],
    mistakes: [
      ["max-file-size", "max-size"],
      ['max-file-size="5GB"', ':max-file-size="{}"'],
      ['accept="video/*"', ':accept="7"'],
      [':headers="headers"', ':headers="7"'],
      [':headers="headers"', 'value-type="ids"'],
      ["@upload-success", "@upload-done"],
      ["$event.detail.media", "$event.detail.medium"],
      ["$event.detail.media", "$event.media"],
    ],
  },
  svelte: {
    recipe: "www/recipes/frameworks/svelte",
    extension: ".svelte",
    checker: [
      "svelte-check/bin/svelte-check",
      "--tsconfig",
      "tsconfig.json",
      "--output",
      "machine",
    ],
    mistakes: [
      ["max-file-size", "max-size"],
      ['max-file-size="5GB"', "max-file-size={{}}"],
      ['accept="video/*"', "accept={7}"],
      ["{headers}", "headers={7}"],
      ["{headers}", 'value-type="ids"'],
      ["{headers}", "hold-submit={false}"],
      ["onupload-success", "onupload-done"],
      ["detail.media", "detail.medium"],
      ["({ detail })", "({ media: { detail } })"],
    ],
  },
};

/**
 * Creates an app with the package, installed as npm does it.
 *
 * @param {string} name
 * @param {string} recipe
 */
function install(name, recipe) {
  const app = join(work, name);
  rmSync(app, { recursive: true, force: true });
  cpSync(join(root, "tests/frameworks", name, "app"), app, { recursive: true });
  for (const file of readdirSync(join(root, recipe))) {
    const isConfiguration = file.startsWith("vite.config");
    cpSync(join(root, recipe, file), join(app, isConfiguration ? "." : "src", file));
  }
  symlinkSync(join(root, "tests/frameworks", name, "node_modules"), join(app, "node_modules"));
  cpSync(join(root, "www/icon.svg"), join(app, "public/icon.svg"));
  const packages = join(work, "node_modules");
  mkdirSync(packages, { recursive: true });
  rmSync(join(packages, "ittybit-uploader"), { force: true });
  symlinkSync(root, join(packages, "ittybit-uploader"));
  return app;
}

/**
 * Returns the output of a program, even if it fails.
 *
 * @param {string} app
 * @param {string} program
 * @param {string[]} args
 */
function said(app, program, ...args) {
  try {
    const file = join(app, "node_modules", program);
    return execFileSync(process.execPath, [file, ...args], { cwd: app, encoding: "utf8" });
  } catch (error) {
    return /** @type {{ stdout: string }} */ (error).stdout;
  }
}

for (const [name, { recipe: folder, extension, checker, mistakes }] of Object.entries(frameworks)) {
  describe(name, () => {
    const [program = "", ...args] = checker;
    /** @type {string} */
    let app;
    /** @type {Awaited<ReturnType<typeof startDemo>>} */
    let demo;
    /** @type {import("playwright-core").Browser} */
    let browser;

    before(async () => {
      app = install(name, folder);
      execFileSync(process.execPath, [join(app, "node_modules/vite/bin/vite.js"), "build"], {
        ...{ cwd: app, stdio: ["ignore", "ignore", "inherit"] },
      });
      demo = await startDemo({ pages: relative(root, join(app, "dist")) });
      browser = await launchBrowser();
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
      rmSync(app, { recursive: true });
    });

    test("the recipe type-checks, and mistakes don't", () => {
      const recipe = readFileSync(join(app, `src/Films${extension}`), "utf8");
      const wrong = mistakes.map(([before, after], at) => {
        assert.equal(recipe.split(before).length, 2, before);
        const file = `src/Wrong${at}${extension}`;
        writeFileSync(
          join(app, file),
          recipe.replace(before, () => after),
        );
        return { file, after };
      });
      const lines = said(app, program, ...args)
        .split("\n")
        .filter((line) => /error TS| ERROR "/.test(line));
      for (const { file, after } of wrong) {
        assert(
          lines.some((line) => line.includes(file)),
          `${after}: ${lines.join("\n")}`,
        );
        rmSync(join(app, file));
      }
      assert.deepEqual(
        lines.filter((line) => !/Wrong/.test(line)),
        [],
      );
    });

    test("the recipe uploads with its headers, and shows the stored file", async () => {
      const { page, close } = await openPage(browser);
      /** @type {string[]} */
      const warnings = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) warnings.push(message.text());
      });
      await page.goto(`${demo.address}/`);
      const names = ["one.mp4", "two.mp4"];
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Choose files" }).click();
      await (await chooser).setFiles(
        names.map((name) => ({ name, mimeType: "video/mp4", buffer: Buffer.from(name) })),
      );
      const asked = page.waitForRequest(/\/api\/uploads$/);
      await page.getByRole("button", { name: "Upload" }).click();
      assert.equal((await asked).headers().authorization, "Bearer of-ada");
      await page.waitForFunction(() => document.querySelectorAll("#app > ul > li").length === 2);
      const listed = await page.locator("#app > ul > li").allTextContents();
      assert.deepEqual(listed.sort(), names);
      const media = await page.evaluate(() => document.querySelector("ittybit-uploader")?.media);
      for (const { id, filename } of media ?? []) {
        assert.equal(demo.stored({ id }).toString(), filename);
      }
      const taken = await page.evaluate(() => {
        const element = document.querySelector("ittybit-uploader");
        return [element?.multiple, element?.accept, element?.maxFileSize];
      });
      assert.deepEqual(taken, [true, "video/*", "5GB"]);
      assert.deepEqual(warnings, []);
      await close();
    });
  });
}
