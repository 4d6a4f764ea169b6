// Runs in the page of thumbnails.test.mjs: creates pictures and films, and describes their thumbnails.

import * as ours from "../../../src/widget/js/pictures/thumbnails.js";

const colours = /** @type {const} */ ({
  red: [255, 0, 0],
  lime: [0, 255, 0],
  blue: [0, 0, 255],
  black: [0, 0, 0],
  white: [255, 255, 255],
});

/**
 * Paints the left and the right half in two colours.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {string} left
 * @param {string} [right]
 */
function paint(canvas, left, right = left) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.fillStyle = left;
  context.fillRect(0, 0, width / 2, height);
  context.fillStyle = right;
  context.fillRect(width / 2, 0, width / 2, height);
}

/**
 * @param {number} width
 * @param {number} height
 */
function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  return canvas;
}

/**
 * @param {string} type
 * @param {{ width: number, height: number, left: string, right?: string, orientation?: number }} look
 * @returns {Promise<Blob>}
 */
async function picture(type, { width, height, left, right, orientation }) {
  const canvas = canvasOf(width, height);
  paint(canvas, left, right);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type));
  if (!orientation) return blob;
  // "Exif", a TIFF header, and a directory with one entry: 0x0112 (orientation), a short.
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1];
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const segment = [0xff, 0xe1, 0, exif.length + entry.length + 2, ...exif, ...entry];
  // One blob part, because a decoder may detect the format from the first part alone.
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return new Blob([new Uint8Array([...bytes.slice(0, 2), ...segment, ...bytes.slice(2)])], {
    type,
  });
}

/**
 * Creates a film of two seconds.
 *
 * @param {object} look
 * @param {"mp4" | "front" | "fragments" | "mov" | "webm" | "live" | "mkv"} look.container
 * @param {"vp8" | "vp9" | "av1" | "avc"} look.codec
 * @param {number} [look.black] the seconds of black before the colours
 * @param {0 | 90 | 180 | 270} [look.rotation]
 */
async function film({ container, codec, black = 0, rotation = 0 }) {
  // The package's types contradict those of the DOM.
  const {
    BufferTarget,
    CanvasSource,
    MkvOutputFormat,
    MovOutputFormat,
    Mp4OutputFormat,
    Output,
    WebMOutputFormat,
  } = /** @type {any} */ (globalThis).mediabunny;
  const format = {
    mp4: () => new Mp4OutputFormat({ fastStart: false }),
    front: () => new Mp4OutputFormat({ fastStart: "in-memory" }),
    fragments: () => new Mp4OutputFormat({ fastStart: "fragmented", minimumFragmentDuration: 0.5 }),
    mov: () => new MovOutputFormat(),
    webm: () => new WebMOutputFormat(),
    live: () => new WebMOutputFormat({ appendOnly: true }),
    mkv: () => new MkvOutputFormat(),
  }[container]();
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const canvas = canvasOf(320, 240);
  const source = new CanvasSource(canvas, { codec, bitrate: 400_000, keyFrameInterval: 0.5 });
  output.addVideoTrack(source, rotation ? { rotation } : {});
  await output.start();
  for (let i = 0; i < 20; i++) {
    if (i / 10 < black) paint(canvas, "black");
    else paint(canvas, "red", "blue");
    await source.add(i / 10, 0.1);
  }
  await output.finalize();
  return new Blob([target.buffer]);
}

/**
 * Records a film with the browser itself. Its WebM has clusters without sizes, and its MP4 is fragmented.
 *
 * @param {string} type
 * @returns {Promise<Blob>}
 */
async function recording(type) {
  const canvas = canvasOf(320, 240);
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: type });
  /** @type {Blob[]} */
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const stopped = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  recorder.start(200);
  for (let i = 0; i < 20; i++) {
    paint(canvas, "red", "blue");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await stopped;
  return new Blob(pieces);
}

const loadFilm = () => import("../../../src/widget/js/pictures/film.js");

/**
 * @param {Blob} blob
 * @param {{ name: string, type: string }} info
 * @param {number} width
 * @param {number} ratio
 * @param {AbortSignal} [signal]
 */
const thumbnail = (blob, info, width, ratio, signal) =>
  ours.thumbnail(blob, info, width, ratio, signal, loadFilm);

/**
 * Returns the names of the colours in the middle and near the four edges.
 *
 * @param {HTMLCanvasElement | undefined} canvas
 */
function describe(canvas) {
  if (!canvas) return;
  const { width, height } = canvas;
  // Reads a copy, because the browser would warn about frequent reads of the canvas itself.
  const context = canvasOf(width, height).getContext("2d", { willReadFrequently: true });
  context?.drawImage(canvas, 0, 0);
  /**
   * @param {number} x
   * @param {number} y
   */
  const colour = (x, y) => {
    const data = context?.getImageData(x * width, y * height, 1, 1).data ?? [];
    const [r = 0, g = 0, b = 0, a = 0] = data;
    if (a < 20) return "none";
    const known = Object.entries(colours).find(([, [red, green, blue]]) => {
      return Math.max(Math.abs(r - red), Math.abs(g - green), Math.abs(b - blue)) < 60;
    });
    return known?.[0] ?? `${r} ${g} ${b} ${a}`;
  };
  return {
    size: `${width} ${height}`,
    left: colour(0.1, 0.5),
    right: colour(0.9, 0.5),
    top: colour(0.5, 0.1),
    bottom: colour(0.5, 0.9),
  };
}

/**
 * @param {Blob} blob
 * @param {{ name?: string, type?: string }} [info]
 * @param {AbortSignal} [signal]
 */
async function look(blob, { name = "", type = blob.type } = {}, signal) {
  return describe(await thumbnail(blob, { name, type }, 40, 2, signal));
}

Object.assign(globalThis, { film, look, picture, recording, thumbnail });
