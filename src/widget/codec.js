// What is known of a film's track, whatever its container, and how the platform names its codec.

/**
 * @typedef {{ at: number, size: number }} Sample where a coded frame is in the file
 * @typedef {object} Track
 * @property {VideoDecoderConfig} config
 * @property {string} codec as MP4 names it
 * @property {DataView | undefined} record of the container, for its codec
 * @property {number} quarters how far its frames are to be turned, clockwise
 * @property {Iterable<Sample> | AsyncIterable<Sample>} samples those that need no other to be decoded
 */

/** How many frames are looked at: many films begin in black. */
export const tries = 5;

/**
 * What the decoder has to know, by the record that both kinds of container keep (ISO/IEC 14496-15
 * and the bindings of VP9 and AV1). The names of codecs are those of RFC 6381.
 *
 * @param {string} codec avc1, hvc1, vp08, vp09, av01, or a synonym
 * @param {DataView | undefined} record
 * @returns {VideoDecoderConfig | undefined} nothing if there is no telling
 */
export function configOf(codec, record) {
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
