// Compares the element's states with the screenshots in looks/, and checks that no part is cut off, overlaps
// another or is too small a target. `UPDATE_LOOKS=1` writes the screenshots anew: review them before you commit.
//
// The tests have their own fonts, so that lines break at the same words on every machine. The rendering of letters
// still differs, so this compares the mean colour of small squares. It hardly depends on the edges of letters, but
// it does on a button, badge, line or colour.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

import { launch, layout, look, looks, states } from "./looks.mjs";
import { closePage, startDemo } from "./support.mjs";

const folder = join(import.meta.dirname, "looks");
const updates = Boolean(process.env.UPDATE_LOOKS);

/** The side of a square that becomes one pixel of the stored picture, in pixels of the screenshot. */
const square = 4;

/** The allowed difference of two colours, from 0 to 1, as pixelmatch measures it. */
const threshold = 0.1;

/** How many squares may differ by more. A badge has 25. */
const tolerance = 6;

/**
 * @param {Buffer} screenshot
 * @returns {PNG} its squares
 */
function squares(screenshot) {
  const from = PNG.sync.read(screenshot);
  const to = new PNG({
    width: Math.floor(from.width / square),
    height: Math.floor(from.height / square),
  });
  for (let at = 0; at < to.data.length; at++) {
    const pixel = Math.floor(at / 4);
    const left = (pixel % to.width) * square;
    const top = Math.floor(pixel / to.width) * square;
    let sum = 0;
    for (let y = top; y < top + square; y++) {
      for (let x = left; x < left + square; x++) {
        sum += /** @type {number} */ (from.data[(y * from.width + x) * 4 + (at % 4)]);
      }
    }
    to.data[at] = Math.round(sum / square ** 2);
  }
  return to;
}

/**
 * @param {string} name
 * @param {Buffer} screenshot
 */
function isAsBefore(name, screenshot) {
  const path = join(folder, `${name}.png`);
  const now = squares(screenshot);
  if (updates) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, PNG.sync.write(now, { colorType: 2 }));
    return;
  }
  assert(existsSync(path), `${path} is missing: UPDATE_LOOKS=1 draws it`);
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  const seen = join(tmpdir(), `looks-${name}.png`);
  const size = `${now.width} × ${now.height} squares`;
  const options = { threshold, includeAA: true };
  const differing =
    now.width === width && now.height === height
      ? pixelmatch(data, now.data, undefined, width, height, options)
      : Infinity;
  if (differing <= tolerance) return;
  writeFileSync(seen, screenshot);
  assert.fail(
    differing === Infinity
      ? `${name} is ${size}, and was ${width} × ${height}: see ${seen}`
      : `${name}: ${differing} of ${size} differ: see ${seen}`,
  );
}

describe("the looks of the element", () => {
  /** @type {import("./looks.mjs").Means} */
  let means;

  before(async () => {
    const starting = startDemo({
      pages: "tests/e2e/pages",
      settings: { STAND_IN_FAULTS: "1" },
    });
    const [browser, demo] = await Promise.all([launch(), starting]);
    means = { browser, demo };
  });

  after(async () => {
    await means?.browser.close();
    await means?.demo.stop();
  });

  for (const [state, lang, views] of looks) {
    test(`${state}, ${lang}`, async (t) => {
      const page = await /** @type {import("./looks.mjs").Draw} */ (states[state])(means, lang);
      for (const view of views) {
        await t.test(view, async () => {
          const screenshot = await look(page, view);
          // Uses the machine's fonts, wide and narrow ones, and finally the tests' own.
          for (const font of ["sans-serif", "serif", "monospace", ""]) {
            assert.deepEqual(await layout(page, font), [], font);
          }
          isAsBefore(`${state}-${lang}-${view}`, screenshot);
        });
      }
      // Also closes the page if uploads are in progress.
      await closePage(page);
    });
  }
});
