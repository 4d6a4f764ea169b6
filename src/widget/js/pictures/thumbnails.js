// Creates a small square thumbnail of a picture, or of a frame of a video. The platform's decoders read the
// file off the main thread. The file gets no URL, and none of its markup gets into the page, so this works
// under the strictest content security policy.

import { native } from "../../../browser/js/native.js";
import { within } from "../../../browser/js/waits.js";
import { Bytes } from "./bytes.js";
import { isModest } from "./dimensions.js";

/** The largest picture, in bytes. */
const largest = 50_000_000;

/** The budget for reading the dimensions of a picture. */
const budget = { bytes: 2 * largest, steps: 20_000 };

/** How long one thumbnail may take, in ms. */
const timeout = 5000;

/** The thumbnails in progress and waiting, of all widgets. At most two at once keep the page responsive. */
let running = 0;
/** @type {Set<(turn: number) => void>} */
const waiting = new Set();

/**
 * Returns the middle of a picture, or of a frame of a video.
 *
 * @param {Blob} file
 * @param {{ type: string, name: string }} info
 * @param {number} width the side of the square, in CSS pixels
 * @param {number} ratio device pixels per CSS pixel
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<typeof import("./film.js")>} loadFilm loads the module for videos when it is needed
 * @returns {Promise<HTMLCanvasElement | undefined>} undefined if there is no thumbnail, for any reason
 */
export async function thumbnail(file, { type, name }, width, ratio, signal, loadFilm) {
  // Also checks the name, because not every system knows the types of videos.
  const film = /^video\/|\.(m(p4|4v|ov|kv)|webm)$/i.test(type || name);
  // SVG is markup, not pixels.
  const picture = /^image\/(?!svg)/.test(type) && file.size < largest;
  if (signal?.aborted || !(film ? "VideoDecoder" in globalThis : picture)) return;
  const turn =
    running < 2
      ? ++running
      : await new Promise((go) => {
          waiting.add(go);
          signal?.addEventListener("abort", () => waiting.delete(go) && go(0), { once: true });
        });
  if (!turn) return;
  const side = Math.round(width * ratio);

  /**
   * @param {ImageBitmap | VideoFrame} source is closed after drawing
   * @param {number} wide
   * @param {number} high
   * @param {number} quarters clockwise quarter turns
   */
  const draw = (source, wide, high, quarters) => {
    const canvas = native(document, "createElement")("canvas");
    canvas.width = canvas.height = side;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const scale = side / Math.min(wide, high);
    context.translate(side / 2, side / 2);
    context.rotate((quarters * Math.PI) / 2);
    context.scale(scale, scale);
    context.drawImage(source, -wide / 2, -high / 2, wide, high);
    source.close();
    return canvas;
  };

  const make = async () => {
    if (film) return (await loadFilm()).frame(file, draw, signal);
    if (!(await isModest(new Bytes(file, budget, signal)))) return undefined;
    // Twice as wide as needed, so that a picture of up to 2:1 stays sharp, but a huge one still becomes
    // small.
    const bitmap = await createImageBitmap(file, {
      resizeWidth: side * 2,
      resizeQuality: "medium",
    });
    return draw(bitmap, bitmap.width, bitmap.height, 0);
  };

  try {
    // A file that can't be read must not block the others.
    const canvas = await within(make(), timeout);
    return signal?.aborted ? undefined : canvas;
  } catch {
    // The row then has no thumbnail.
    return;
  } finally {
    const [next] = waiting;
    if (next) {
      waiting.delete(next);
      next(1);
    } else {
      running--;
    }
  }
}
