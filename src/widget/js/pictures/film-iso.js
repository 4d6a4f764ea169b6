// Finds the first key frames of a video in MP4 or QuickTime (ISO/IEC 14496-12), from its `moov` box.

import { boxes, fileBoxes, find, readBox } from "./boxes.js";
import { configOf, maxFrames } from "./codec.js";

/**
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./boxes.js").Box} Box
 * @typedef {import("./boxes.js").Content} Content
 * @typedef {import("./codec.js").Track} Track
 * @typedef {import("./codec.js").Sample} Sample
 */

/** The largest `moov`, in bytes. Eight hours of video have one of about 10 MB. */
const largestMoov = 24_000_000;

/** The largest `moof`, in bytes. */
const largestMoof = 1_000_000;

/** The last sample that still counts as the beginning of the video. */
const maxSample = 10_000;

/**
 * @param {Bytes} file
 * @returns {Promise<Track | undefined>}
 */
export async function isoTrack(file) {
  for await (const box of fileBoxes(file)) {
    if (box.type !== "moov") continue;
    const moov = await readBox(file, box, largestMoov);
    for (const trak of boxes(moov)) {
      const track = trak.type === "trak" && trackOf(moov, trak);
      if (!track) continue;
      const samples = [...syncSamples(moov, track.stbl)];
      const { config, record, codec, quarters, id } = track;
      return {
        ...{ config, record, codec, quarters },
        samples: samples.length > 0 ? samples : fragments(file, box.start + box.size, id, moov),
      };
    }
    return;
  }
  return;
}

/**
 * @param {Content} moov
 * @param {Box} trak
 */
function trackOf(moov, trak) {
  const { view } = moov;
  const stbl = find(moov, trak, "mdia", "minf", "stbl");
  const tkhd = stbl && find(moov, trak, "tkhd");
  const stsd = stbl && find(moov, stbl, "stsd");
  const entry = stsd && boxes(moov, stsd.start + 8, stsd.end).next().value;
  const coded = entry && sampleEntry(moov, entry);
  if (!coded || !tkhd) return;
  // In version 1 the times are longer.
  const more = view.getUint8(tkhd.start) ? 12 : 0;
  const matrix = tkhd.start + 40 + more;
  const turn = Math.atan2(view.getInt32(matrix + 4), view.getInt32(matrix));
  return {
    ...coded,
    stbl,
    id: view.getUint32(tkhd.start + (more ? 20 : 12)),
    quarters: Math.round((turn * 2) / Math.PI),
  };
}

/**
 * @param {Content} moov
 * @param {Box} entry
 */
function sampleEntry(moov, entry) {
  const { view } = moov;
  const names = /** @type {Record<string, string>} */ ({
    ...{ avc1: "avcC", avc3: "avcC", hvc1: "hvcC", hev1: "hvcC" },
    ...{ vp08: "vpcC", vp09: "vpcC", av01: "av1C" },
  });
  const codec = entry.type;
  const name = names[codec];
  if (!name) return;
  // The boxes follow the fields that all visual sample entries have.
  const within = { start: entry.start + 78, end: entry.end };
  const box = find(moov, within, name);
  const record = box && new DataView(view.buffer, view.byteOffset + box.start, box.end - box.start);
  const config = configOf(codec, record);
  if (!config) return;
  const pasp = find(moov, within, "pasp");
  if (pasp) {
    // Sets the aspect ratio for pixels that are not square.
    config.displayAspectWidth = view.getUint16(entry.start + 24) * view.getUint32(pasp.start);
    config.displayAspectHeight = view.getUint16(entry.start + 26) * view.getUint32(pasp.start + 4);
  }
  return { config, record, codec };
}

/**
 * Yields the first key frames of a track without fragments.
 *
 * @param {Content} moov
 * @param {Box} stbl
 * @returns {Generator<Sample>}
 */
function* syncSamples(moov, stbl) {
  const { view, step } = moov;
  /** @param {string} type */
  const table = (type) => find(moov, stbl, type)?.start;
  const stsz = table("stsz");
  const stsc = table("stsc");
  const stco = table("stco");
  const offsets = stco ?? table("co64");
  const stss = table("stss");
  if (stsz === undefined || stsc === undefined || offsets === undefined) return;
  const same = view.getUint32(stsz + 4);
  const count = view.getUint32(stsz + 8);
  /** @param {number} sample */
  const sizeOf = (sample) => same || view.getUint32(stsz + 12 + sample * 4);
  /** @param {number} run */
  const firstChunk = (run) => view.getUint32(stsc + 8 + run * 12);
  const runs = view.getUint32(stsc + 4);
  // Without a table, every sample is a key frame. Skips some, because neighbours look the same.
  const known = stss === undefined ? maxFrames : Math.min(maxFrames, view.getUint32(stss + 4));
  for (let i = 0; i < known; i++) {
    const wanted = stss === undefined ? i * 10 : view.getUint32(stss + 8 + i * 4) - 1;
    if (wanted < 0 || wanted >= Math.min(count, maxSample)) return;
    // Finds the chunk that contains the sample, then the offset in it.
    let before = 0;
    let chunk = 1;
    let run = 0;
    for (;;) {
      step();
      for (; run + 1 < runs && chunk >= firstChunk(run + 1); run++) step();
      const held = view.getUint32(stsc + 12 + run * 12);
      if (!held) return;
      if (wanted < before + held) break;
      before += held;
      chunk++;
    }
    let at =
      stco === undefined
        ? Number(view.getBigUint64(offsets + chunk * 8))
        : view.getUint32(offsets + 4 + chunk * 4);
    for (; before < wanted; before++) at += sizeOf(before);
    yield { at, size: sizeOf(wanted) };
  }
}

/**
 * Yields the first sample of each fragment.
 *
 * @param {Bytes} file
 * @param {number} from
 * @param {number} id of the track
 * @param {Content} moov
 * @returns {AsyncGenerator<Sample>}
 */
async function* fragments(file, from, id, moov) {
  const whole = { start: 0, end: moov.view.byteLength };
  const mvex = find(moov, whole, "mvex");
  let usual = 0;
  for (const { type, start } of mvex ? boxes(moov, mvex.start, mvex.end) : []) {
    if (type === "trex" && moov.view.getUint32(start + 4) === id) {
      usual = moov.view.getUint32(start + 16);
    }
  }
  for await (const box of fileBoxes(file, from)) {
    if (box.type !== "moof") continue;
    const moof = await readBox(file, box, largestMoof);
    for (const traf of boxes(moof)) {
      const sample = firstOf(moof, traf, { id, usual, at: box.at });
      if (sample) yield sample;
    }
  }
}

/**
 * @param {Content} moof
 * @param {Box} traf
 * @param {{ id: number, usual: number, at: number }} track `usual` is its default sample size, `at` the
 *   offset of the fragment
 * @returns {Sample | undefined}
 */
function firstOf(moof, traf, { id, usual, at }) {
  const { view } = moof;
  const tfhd = find(moof, traf, "tfhd")?.start;
  const trun = find(moof, traf, "trun")?.start;
  if (tfhd === undefined || trun === undefined || view.getUint32(tfhd + 4) !== id) return;
  const given = view.getUint32(tfhd);
  let next = tfhd + 8;
  if (given & 1) {
    at = Number(view.getBigUint64(next));
    next += 8;
  }
  if (given & 2) next += 4;
  if (given & 8) next += 4;
  let size = given & 16 ? view.getUint32(next) : usual;
  const has = view.getUint32(trun);
  if (!view.getUint32(trun + 4)) return;
  next = trun + 8;
  if (has & 1) {
    at += view.getInt32(next);
    next += 4;
  }
  if (has & 4) next += 4;
  if (has & 0x100) next += 4;
  if (has & 0x200) size = view.getUint32(next);
  return { at, size };
}
