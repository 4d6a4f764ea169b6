// What the element looks like in its states, against the pictures in looks/, and whether any part of
// it is cut off, covers another or is too small to be hit. `UPDATE_LOOKS=1` draws the pictures anew:
// look at them before they are committed.
//
// The fonts are the tests' own, so that lines break alike on every machine. How their letters are
// drawn still differs, so what is compared is the mean colour of small squares: a letter's edge does
// not move it by much, and a button, badge, line or colour that is another does.

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

/** In pixels of a screenshot: a square that becomes one pixel of what is kept and compared. */
const square = 4;

/** How far two colours may be from each other, 0 to 1, as pixelmatch measures it. */
const threshold = 0.1;

/** So many squares may differ nevertheless. A badge is 25 of them. */
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
          // With the machine's fonts, wide and narrow ones, and at last with the tests' own.
          for (const font of ["sans-serif", "serif", "monospace", ""]) {
            assert.deepEqual(await layout(page, font), [], font);
          }
          isAsBefore(`${state}-${lang}-${view}`, screenshot);
        });
      }
      // Uploads that are on their way do not keep it open.
      await closePage(page);
    });
  }
});
