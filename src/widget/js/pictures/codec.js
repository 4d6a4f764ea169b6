// Describes a video track independently of its container, and builds its decoder configuration.

/**
 * @typedef {{ at: number, size: number }} Sample the position of a coded frame in the file
 * @typedef {object} Track
 * @property {VideoDecoderConfig} config
 * @property {string} codec its name in MP4
 * @property {DataView | undefined} record the codec's configuration record in the container
 * @property {number} quarters clockwise quarter turns with which to show its frames
 * @property {Iterable<Sample> | AsyncIterable<Sample>} samples the key frames
 */

/** How many frames to try, because many videos begin with black ones. */
export const maxFrames = 5;

/**
 * Builds the decoder configuration from the configuration record, which is the same in both kinds of
 * container (ISO/IEC 14496-15 and the bindings of VP9 and AV1). Codec strings are those of RFC 6381.
 *
 * @param {string} codec avc1, hvc1, vp08, vp09, av01, or a synonym
 * @param {DataView | undefined} record
 * @returns {VideoDecoderConfig | undefined} undefined if the codec is not supported
 */
export function configOf(codec, record) {
  if (codec === "vp08") return { codec: "vp8" };
  if (!record) {
    // Matroska may have no record. The profile must be plausible; the decoder reads the rest from the frame.
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
    // Some writers set the level to 0, which is not valid, if they don't know it.
    return { codec: `vp09.${two(byte(4))}.${two(byte(5) || 10)}.${two(byte(6) >> 4)}` };
  }
  if (codec === "av01") {
    const depth = byte(2) & 64 ? (byte(2) & 32 ? 12 : 10) : 8;
    const level = `${two(byte(1) & 31)}${byte(2) & 128 ? "H" : "M"}`;
    return { codec: `av01.${byte(1) >> 5}.${level}.${two(depth)}` };
  }
  return;
}
