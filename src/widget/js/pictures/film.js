// Decodes a frame from the beginning of a video with WebCodecs. Finds the frame and its codec in the
// containers that phones, cameras and browsers write: MP4 and QuickTime (with or without fragments), WebM
// and Matroska. A <video> would need a URL of the file, which a strict content security policy forbids.
//
// Reads only the parts of the file that lead to the frame. Throws or returns `undefined` for a file that is
// broken, encrypted, or in another codec or container, and for one that takes too many steps or decodes to
// too many pixels. Such a video has no thumbnail.

import { Bytes, maxPixels } from "./bytes.js";
import { maxFrames } from "./codec.js";
import { codedPixels } from "./coded-size.js";
import { isoTrack } from "./film-iso.js";
import { matroskaTrack } from "./film-matroska.js";

/** The budget for one video. Allows a minute of small blocks before the fifth key frame. */
const budget = { bytes: 48_000_000, steps: 60_000 };

/** The largest coded frame, in bytes. */
const largestFrame = 16_000_000;

/** The average brightness, out of 255, up to which a frame counts as black. */
const dark = 20;

/** How long a decoder may take, in ms. */
const timeout = 10_000;

/**
 * @template {HTMLCanvasElement} Picture
 * @param {Blob} file
 * @param {(frame: VideoFrame, width: number, height: number, quarters: number) => Picture} draw
 *   must close the frame
 * @param {AbortSignal} [signal]
 * @returns {Promise<Picture | undefined>} the first frame that is not black, or else the first
 */
export async function frame(file, draw, signal) {
  const bytes = new Bytes(file, budget, signal);
  const matroska = (await bytes.read(0, 4)).getUint32(0) === 0x1a45dfa3;
  const track = await (matroska ? matroskaTrack(bytes) : isoTrack(bytes));
  /** @type {Picture | undefined} */
  let first;
  let left = maxFrames;
  if (!track) return;
  try {
    for await (const { at, size } of track.samples) {
      if (size > largestFrame) break;
      const data = await bytes.read(at, size);
      // Written so that an unknown size is refused too.
      if (!(Number(codedPixels(track.codec, track.record, data)) <= maxPixels)) break;
      const picture = await decode(track.config, data, signal).then(
        (frame) => draw(frame, frame.displayWidth, frame.displayHeight, track.quarters),
        () => undefined,
      );
      if (picture && brightness(picture) > dark) return picture;
      first ??= picture;
      if (!--left || signal?.aborted) break;
    }
  } catch {
    // Returns what was found before the error.
  }
  return first;
}

/**
 * @param {VideoDecoderConfig} config
 * @param {DataView} data a key frame
 * @param {AbortSignal} [signal]
 * @returns {Promise<VideoFrame>} the caller must close it
 */
function decode(config, data, signal) {
  return new Promise((resolve, reject) => {
    let wanted = true;
    const end = () => {
      wanted = false;
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      if (decoder.state !== "closed") decoder.close();
      reject();
    };
    const decoder = new VideoDecoder({
      output(frame) {
        if (!wanted) return frame.close();
        resolve(frame);
        end();
      },
      error: end,
    });
    const timer = setTimeout(end, timeout);
    signal?.addEventListener("abort", end);
    try {
      decoder.configure(config);
      decoder.decode(new EncodedVideoChunk({ type: "key", timestamp: 0, data }));
      decoder.flush().then(end, end);
    } catch {
      end();
    }
  });
}

/** @param {HTMLCanvasElement} canvas */
function brightness(canvas) {
  const { width, height } = canvas;
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    sum += Math.max(pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0);
  }
  return sum / (width * height);
}
