// A frame from the beginning of a film. The platform decodes it (WebCodecs); where in the file it is
// and how it is coded is found out here, for the containers that phones, cameras and browsers write:
// MP4 and QuickTime (whole or in fragments), WebM and Matroska. A <video> could do it all, were it
// not for the URL that a file would need: policies allow none.
//
// Of a file only what leads to the frame is read. What is broken, encrypted, coded in an unusual way
// or in another container throws or yields nothing, and the film goes without a picture.

/**
 * @typedef {{ at: number, size: number }} Sample where a coded frame is in the file
 * @typedef {{ type: string, start: number, end: number }} Box its content is from start to end
 * @typedef {(at: number, size: number) => Promise<DataView>} Read
 * @typedef {object} Track
 * @property {VideoDecoderConfig} config
 * @property {number} quarters how far its frames are to be turned, clockwise
 * @property {Iterable<Sample> | AsyncIterable<Sample>} samples those that need no other to be decoded
 */

/** In bytes: what is read of one film at most. */
const budget = 48_000_000;

/** In bytes: what is read at once, since the next thing that is asked for is often near. */
const ahead = 16_384;

/** In bytes: what each reading counts, besides. */
const step = 500;

/** How many frames are looked at: many films begin in black. */
const tries = 5;

/** In samples: a later one is not at the beginning. */
const farthest = 100_000;

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
  const read = reader(file, signal);
  const matroska = (await read(0, 4)).getUint32(0) === 0x1a45dfa3;
  const track = await (matroska ? matroskaTrack(read) : isoTrack(read));
  /** @type {Picture | undefined} */
  let first;
  let left = tries;
  if (!track) return;
  try {
    for await (const { at, size } of track.samples) {
      const picture = await decode(track.config, await read(at, size), signal).then(
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
 * @param {Blob} file
 * @param {AbortSignal | undefined} signal
 * @returns {Read} throws beyond the file's end, too
 */
function reader(file, signal) {
  let left = budget;
  let from = 0;
  let bytes = new ArrayBuffer(0);
  return async (at, size) => {
    signal?.throwIfAborted();
    // Even where it is at hand: many small steps take their time.
    left -= step;
    const near = at >= from && at + size <= from + bytes.byteLength;
    const wanted = near ? 0 : Math.max(size, ahead);
    left -= wanted;
    if (left < 0) throw new RangeError("too much to read");
    if (!near) {
      bytes = await file.slice(at, at + wanted).arrayBuffer();
      from = at;
    }
    return new DataView(bytes, at - from, size);
  };
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

/**
 * What the decoder has to know, by the record that both kinds of container keep (ISO/IEC 14496-15
 * and the bindings of VP9 and AV1). The names of codecs are those of RFC 6381.
 *
 * @param {string} codec avc1, hvc1, vp08, vp09, av01, or a synonym
 * @param {DataView | undefined} record
 * @returns {VideoDecoderConfig | undefined} nothing if there is no telling
 */
function configOf(codec, record) {
  if (codec === "vp08") return { codec: "vp8" };
  if (!record) {
    // Matroska may have none. What is said here has to be possible; the frame itself tells all.
    const usual = { avc1: "avc1.640028", vp09: "vp09.00.10.08", av01: "av01.0.08M.08" }[codec];
    return usual ? { codec: usual } : undefined;
  }
  /** @param {number} at */
  const byte = (at) => record.getUint8(at);
  /** @param {number} value */
  const two = (value) => String(value).padStart(2, "0");
  if (/^avc[13]$/.test(codec)) {
    const profile = (record.getUint32(0) & 0xffffff).toString(16).padStart(6, "0");
    return { codec: `avc1.${profile}`, description: record };
  }
  if (/^(hvc|hev)1$/.test(codec)) {
    const space = ["", "A", "B", "C"][byte(1) >> 6];
    let compatible = 0;
    for (let bit = 0; bit < 32; bit++) {
      compatible = compatible * 2 + ((record.getUint32(2) >>> bit) & 1);
    }
    const constraints = [6, 7, 8, 9, 10, 11].map((at) => `.${byte(at).toString(16)}`).join("");
    return {
      codec:
        `hvc1.${space}${byte(1) & 31}.${compatible.toString(16)}` +
        `.${byte(1) & 32 ? "H" : "L"}${byte(12)}${constraints.replace(/(\.0)+$/, "")}`,
      description: record,
    };
  }
  if (codec === "vp09") {
    // Who does not know the level says 0, which is none.
    return { codec: `vp09.${two(byte(4))}.${two(byte(5) || 10)}.${two(byte(6) >> 4)}` };
  }
  if (codec === "av01") {
    const depth = byte(2) & 64 ? (byte(2) & 32 ? 12 : 10) : 8;
    const level = `${two(byte(1) & 31)}${byte(2) & 128 ? "H" : "M"}`;
    return { codec: `av01.${byte(1) >> 5}.${level}.${two(depth)}` };
  }
  return;
}

// MP4 and QuickTime: ISO/IEC 14496-12. Boxes in boxes; what is in `moov` tells where the rest is.

/**
 * The boxes between two places, as far as they are whole.
 *
 * @param {DataView} view
 * @param {number} [at]
 * @param {number} [end]
 */
function* boxes(view, at = 0, end = view.byteLength) {
  while (at + 8 <= end) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > end) return;
    yield { type: typeAt(view, at + 4), start: at + 8, end: at + size };
    at += size;
  }
}

/**
 * @param {DataView} view
 * @param {number} at
 */
function typeAt(view, at) {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

/**
 * The first box down a path.
 *
 * @param {DataView} view
 * @param {{ start: number, end: number }} within
 * @param {...string} path
 * @returns {Box | undefined}
 */
function find(view, within, ...path) {
  const [type, ...rest] = path;
  for (const box of boxes(view, within.start, within.end)) {
    if (box.type === type) return rest.length > 0 ? find(view, box, ...rest) : box;
  }
  return;
}

/**
 * The boxes of the file itself.
 *
 * @param {Read} read
 * @param {number} [at]
 */
async function* fileBoxes(read, at = 0) {
  for (;;) {
    // What is left may be shorter than the longest header.
    const head = await read(at, 8).catch(() => undefined);
    if (!head) return;
    const type = typeAt(head, 4);
    let size = head.getUint32(0);
    let header = 8;
    if (size === 1) {
      size = Number((await read(at + 8, 8)).getBigUint64(0));
      header = 16;
    }
    yield { type, at, start: at + header, size: size - header };
    // 0: up to the end.
    if (size < header) return;
    at += size;
  }
}

/**
 * @param {Read} read
 * @returns {Promise<Track | undefined>}
 */
async function isoTrack(read) {
  for await (const { type, start, size } of fileBoxes(read)) {
    if (type !== "moov") continue;
    const view = await read(start, size);
    for (const trak of boxes(view)) {
      const stbl = trak.type === "trak" && find(view, trak, "mdia", "minf", "stbl");
      const tkhd = stbl && find(view, trak, "tkhd");
      const stsd = stbl && find(view, stbl, "stsd");
      const entry = stsd && boxes(view, stsd.start + 8, stsd.end).next().value;
      const config = entry && sampleEntry(view, entry);
      if (!config || !tkhd) continue;
      // Version 1 has longer times.
      const more = view.getUint8(tkhd.start) ? 12 : 0;
      const id = view.getUint32(tkhd.start + (more ? 20 : 12));
      const matrix = tkhd.start + 40 + more;
      const turn = Math.atan2(view.getInt32(matrix + 4), view.getInt32(matrix));
      const samples = [...syncSamples(view, stbl)];
      return {
        config,
        quarters: Math.round((turn * 2) / Math.PI),
        samples: samples.length > 0 ? samples : fragments(read, start + size, id, view),
      };
    }
    return;
  }
  return;
}

/**
 * @param {DataView} view
 * @param {Box} entry
 * @returns {VideoDecoderConfig | undefined}
 */
function sampleEntry(view, entry) {
  const names = /** @type {Record<string, string>} */ ({
    ...{ avc1: "avcC", avc3: "avcC", hvc1: "hvcC", hev1: "hvcC" },
    ...{ vp08: "vpcC", vp09: "vpcC", av01: "av1C" },
  });
  const name = names[entry.type];
  if (!name) return;
  // What all pictures have, before the boxes.
  const within = { start: entry.start + 78, end: entry.end };
  const box = find(view, within, name);
  const record = box && new DataView(view.buffer, view.byteOffset + box.start, box.end - box.start);
  const config = configOf(entry.type, record);
  const pasp = find(view, within, "pasp");
  if (config && pasp) {
    // Pixels that are not square.
    config.displayAspectWidth = view.getUint16(entry.start + 24) * view.getUint32(pasp.start);
    config.displayAspectHeight = view.getUint16(entry.start + 26) * view.getUint32(pasp.start + 4);
  }
  return config;
}

/**
 * The first samples that need no other, of a track that is not in fragments.
 *
 * @param {DataView} view
 * @param {Box} stbl
 * @returns {Generator<Sample>}
 */
function* syncSamples(view, stbl) {
  /** @param {string} type */
  const table = (type) => find(view, stbl, type)?.start;
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
  // Without a table each sample is one, and neighbours look alike.
  const known = stss === undefined ? tries : Math.min(tries, view.getUint32(stss + 4));
  for (let i = 0; i < known; i++) {
    const wanted = stss === undefined ? i * 10 : view.getUint32(stss + 8 + i * 4) - 1;
    if (wanted >= Math.min(count, farthest)) return;
    // From the first chunk on to the one that it is in, and there past those before it.
    let before = 0;
    let chunk = 1;
    let run = 0;
    for (;;) {
      while (run + 1 < runs && chunk >= firstChunk(run + 1)) run++;
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
 * The first sample of each fragment.
 *
 * @param {Read} read
 * @param {number} from
 * @param {number} id of the track
 * @param {DataView} moov
 * @returns {AsyncGenerator<Sample>}
 */
async function* fragments(read, from, id, moov) {
  const whole = { start: 0, end: moov.byteLength };
  const mvex = find(moov, whole, "mvex");
  let usual = 0;
  for (const { type, start } of mvex ? boxes(moov, mvex.start, mvex.end) : []) {
    if (type === "trex" && moov.getUint32(start + 4) === id) usual = moov.getUint32(start + 16);
  }
  for await (const { type, at: moofAt, start, size } of fileBoxes(read, from)) {
    if (type !== "moof") continue;
    const view = await read(start, size);
    for (const traf of boxes(view)) {
      const tfhd = find(view, traf, "tfhd")?.start;
      const trun = find(view, traf, "trun")?.start;
      if (tfhd === undefined || trun === undefined || view.getUint32(tfhd + 4) !== id) continue;
      const given = view.getUint32(tfhd);
      let at = moofAt;
      let next = tfhd + 8;
      if (given & 1) {
        at = Number(view.getBigUint64(next));
        next += 8;
      }
      if (given & 2) next += 4;
      if (given & 8) next += 4;
      let size = given & 16 ? view.getUint32(next) : usual;
      const has = view.getUint32(trun);
      if (!view.getUint32(trun + 4)) continue;
      next = trun + 8;
      if (has & 1) {
        at += view.getInt32(next);
        next += 4;
      }
      if (has & 4) next += 4;
      if (has & 0x100) next += 4;
      if (has & 0x200) size = view.getUint32(next);
      yield { at, size };
    }
  }
}

// WebM and Matroska: RFC 9559. Elements in elements; those that matter are met one after the other,
// so that it is enough to go into what may hold them and to pass by all else.

const ids = {
  ...{ segment: 0x18538067, tracks: 0x1654ae6b, cluster: 0x1f43b675, group: 0xa0 },
  ...{ entry: 0xae, number: 0xd7, codec: 0x86, record: 0x63a2, encodings: 0x6d80 },
  ...{ video: 0xe0, simpleBlock: 0xa3, block: 0xa1 },
};

const entered = [ids.segment, ids.tracks, ids.cluster, ids.group, ids.entry, ids.video];

/** @type {Record<string, string>} */
const matroskaCodecs = {
  V_VP8: "vp08",
  V_VP9: "vp09",
  V_AV1: "av01",
  "V_MPEG4/ISO/AVC": "avc1",
  "V_MPEGH/ISO/HEVC": "hvc1",
};

/**
 * A number whose length is in the first of its bits.
 *
 * @param {Read} read
 * @param {number} at
 * @param {boolean} marked whether these bits are a part of it, as they are of an element's id
 * @returns {Promise<{ value: number, next: number }>} -1 if it is not known
 */
async function variable(read, at, marked) {
  const first = (await read(at, 1)).getUint8(0);
  const length = Math.clz32(first) - 23;
  if (length > 8) throw new RangeError("no number");
  const view = await read(at, length);
  let value = marked ? first : first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + view.getUint8(i);
    unknown &&= view.getUint8(i) === 255;
  }
  return { value: unknown ? -1 : value, next: at + length };
}

/**
 * @param {Read} read
 * @returns {Promise<Track | undefined>}
 */
async function matroskaTrack(read) {
  const elements = matroskaElements(read);
  let number = -1;
  let codec = "";
  let video = false;
  let plain = true;
  /** @type {DataView | undefined} */
  let record;
  for await (const { type, at, size } of elements) {
    const known = video && plain && matroskaCodecs[codec];
    // Where the next track or the first cluster begins, this one has been told.
    if (known && (type === ids.entry || type === ids.cluster)) {
      // The record of VP9 is another one here.
      const config = configOf(known, known === "vp09" ? undefined : record);
      return config && { config, quarters: 0, samples: keyBlocks(read, at, number) };
    }
    if (type === ids.cluster) return;
    if (type === ids.entry) {
      codec = "";
      video = false;
      plain = true;
      record = undefined;
    } else if (type === ids.number) {
      const view = await read(at, size);
      number = 0;
      for (let i = 0; i < size; i++) number = number * 256 + view.getUint8(i);
    } else if (type === ids.codec) {
      const view = await read(at, size);
      for (let i = 0; i < size; i++) codec += String.fromCharCode(view.getUint8(i) || 32);
      codec = codec.trim();
    } else if (type === ids.record) record = await read(at, size);
    else if (type === ids.video) video = true;
    else if (type === ids.encodings) plain = false;
  }
  return;
}

/**
 * @param {Read} read
 * @param {number} [at]
 */
async function* matroskaElements(read, at = 0) {
  for (;;) {
    const head = await variable(read, at, true).catch(() => undefined);
    if (!head) return;
    const size = await variable(read, head.next, false);
    yield { type: head.value, at: size.next, size: size.value };
    at = size.next;
    if (!entered.includes(head.value)) {
      if (size.value < 0) return;
      at += size.value;
    }
  }
}

/**
 * @param {Read} read
 * @param {number} from
 * @param {number} track
 * @returns {AsyncGenerator<Sample>}
 */
async function* keyBlocks(read, from, track) {
  for await (const { type, at, size } of matroskaElements(read, from)) {
    if (type !== ids.simpleBlock && type !== ids.block) continue;
    const { value, next } = await variable(read, at, false);
    const flags = (await read(next + 2, 1)).getUint8(0);
    // A group tells elsewhere whether its block needs others. Laced are only the blocks of sounds.
    const key = type === ids.block || flags & 128;
    if (value === track && key && !(flags & 6)) yield { at: next + 3, size: at + size - next - 3 };
  }
}
