// Seals and opens upload ids with the test's own code, by their documented format: `2.` and, in
// base64url, a nonce, the upload encrypted with AES-256-GCM, and the tag.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/**
 * @typedef {{ secret: string, name?: string, bucket?: string, prefix?: string, handover?: string }} Of
 *
 * @typedef {{ o: string, u: string, s: number, p: number, n: string, t: string, g: object, w?: string,
 *   e: number }} Sealed
 */

/** Derives the key of a handler with these settings. @param {Of} of @param {string} purpose */
function keyOf({ secret, name = "", bucket = "films", prefix, handover }, purpose) {
  const about = ["ittybit-uploader", purpose, name, bucket];
  const info = JSON.stringify([...about, prefix ?? "uploads/", handover ?? "service"]);
  return Buffer.from(hkdfSync("sha256", secret, "", info, 32));
}

/** @param {Of} of @param {Partial<Sealed>} said */
export function seal(of, said) {
  const usual = { o: "uploads/one", u: "of-the-store", s: 5, p: 5_242_880, n: "clip.mp4" };
  const soon = Math.floor(Date.now() / 1000) + 60;
  const json = JSON.stringify({ ...usual, t: "video/mp4", g: {}, e: soon, ...said });
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(of, "upload id"), nonce);
  cipher.setAAD(Buffer.from("2"));
  const bytes = [nonce, cipher.update(json), cipher.final(), cipher.getAuthTag()];
  return `2.${Buffer.concat(bytes).toString("base64url")}`;
}

/** @param {Of} of @param {string} id @returns {Sealed} */
export function open(of, id) {
  const bytes = Buffer.from(id.slice(2), "base64url");
  const decipher = createDecipheriv("aes-256-gcm", keyOf(of, "upload id"), bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from("2"));
  decipher.setAuthTag(bytes.subarray(-16));
  const json = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  return JSON.parse(json.toString());
}
