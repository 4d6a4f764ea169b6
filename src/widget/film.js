// A frame from the beginning of a film. The platform decodes it (WebCodecs); where in the file it is
// and how it is coded is found out here, for the containers that phones, cameras and browsers write:
// MP4 and QuickTime (whole or in fragments), WebM and Matroska. A <video> could do it all, were it
// not for the URL that a file would need: policies allow none.
//
// Of a file only what leads to the frame is read. What is broken, encrypted, coded in an unusual way
// or in another container throws or yields nothing, and the film goes without a picture; so does one that
// takes too many steps, or would be decoded to too many pixels.

import { Bytes, mostPixels } from "./bytes.js";
import { tries } from "./codec.js";
import { codedPixels } from "./coded-size.js";
import { isoTrack } from "./film-iso.js";
import { matroskaTrack } from "./film-matroska.js";

/** What is read and done for one film at most: a minute of small blocks before its fifth key frame. */
const budget = { bytes: 48_000_000, steps: 60_000 };

/** In bytes, of a frame. */
const largestFrame = 16_000_000;

/** Of 255: a frame that is darker on average says nothing. */
const dark = 20;

/** In ms: a decoder that says nothing for so long will not. */
const patience = 10_000;

/**
 * @template {HTMLCanvasElement} Picture
 * @param {Blob} file
 * @param {(frame: VideoFrame, width: number, height: number, quarters: number) => Picture} draw
 *   has to close the frame
 * @param {AbortSignal} [signal]
 * @returns {Promise<Picture | undefined>} the first frame that is not black, or else the first
 */
export async function frame(file, draw, signal) {
  const bytes = new Bytes(file, budget, signal);
  const matroska = (await bytes.read(0, 4)).getUint32(0) === 0x1a45dfa3;
  const track = await (matroska ? matroskaTrack(bytes) : isoTrack(bytes));
  /** @type {Picture | undefined} */
  let first;
  let left = tries;
  if (!track) return;
  try {
    for await (const { at, size } of track.samples) {
      if (size > largestFrame) break;
      const data = await bytes.read(at, size);
      // Not more, and not unknown.
      if (!(Number(codedPixels(track.codec, track.record, data)) <= mostPixels)) break;
      const picture = await decode(track.config, data, signal).then(
        (frame) => draw(frame, frame.displayWidth, frame.displayHeight, track.quarters),
        () => undefined,
      );
      if (picture && brightness(picture) > dark) return picture;
      first ??= picture;
      if (!--left || signal?.aborted) break;
    }
  } catch {
    // What was found before the file broke off will do.
  }
  return first;
}

/**
 * @param {VideoDecoderConfig} config
 * @param {DataView} data a key frame
 * @param {AbortSignal} [signal]
 * @returns {Promise<VideoFrame>} to be closed by who gets it
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
    const timer = setTimeout(end, patience);
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
