// A small square picture of a file, for its row: a picture's own, or a frame of a film. Blobs are
// handed to the platform's decoders, which work off the main thread; no file gets a URL and none of
// its markup gets into the page, so the strictest content security policy has nothing to object to.

import { native } from "../browser/native.js";
import { within } from "../browser/waits.js";
import { Bytes } from "./bytes.js";
import { isModest } from "./dimensions.js";

/** In bytes, of a picture. */
const largest = 50_000_000;

/** What is read and done to know a picture's size, at most. */
const budget = { bytes: 2 * largest, steps: 20_000 };

/** In ms: how long one picture may take. */
const patience = 5000;

/** How many are made now, over all widgets, and those that wait: two at once leave the page quick. */
let running = 0;
/** @type {Set<(turn: number) => void>} */
const waiting = new Set();

/**
 * The middle of a picture, or of a film's frame.
 *
 * @param {Blob} file
 * @param {{ type: string, name: string }} info
 * @param {number} width in CSS px, of the square
 * @param {number} ratio device px in each
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<typeof import("./film.js")>} loadFilm what reads films; only asked for one
 * @returns {Promise<HTMLCanvasElement | undefined>} nothing if there is none, whatever the reason
 */
export async function thumbnail(file, { type, name }, width, ratio, signal, loadFilm) {
  // The name counts too: not every system knows a type for films.
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
   * @param {ImageBitmap | VideoFrame} source what is shown, and closed
   * @param {number} wide
   * @param {number} high
   * @param {number} quarters how far it is to be turned, clockwise
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
    // Twice as wide as needed: a picture that is up to twice as wide as high stays sharp, and what
    // comes of a huge one is small.
    const bitmap = await createImageBitmap(file, {
      resizeWidth: side * 2,
      resizeQuality: "medium",
    });
    return draw(bitmap, bitmap.width, bitmap.height, 0);
  };

  try {
    // A file that never answers must not keep the others from their turn.
    const canvas = await within(make(), patience);
    return signal?.aborted ? undefined : canvas;
  } catch {
    // Then the row goes without.
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
