// Bodies of requests and of answers: no more of one is read than is wanted, and JSON is taken apart with
// care.

/**
 * A body as text, or nothing where it has more bytes than that.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {number} most in bytes
 * @param {TextDecoderOptions} [options]
 */
export async function readText(body, most, options) {
  const decoder = new TextDecoder("utf-8", options);
  let text = "";
  let size = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

/** @param {string} text */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
