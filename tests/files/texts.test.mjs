// Tests long texts by others: file names, and messages of hosts. Processing them must take linear time, otherwise
// these tests would not end.

import assert from "node:assert/strict";
import test from "node:test";

import { Secrets } from "../../src/package/debug/secrets.js";
import en from "../../src/widget/js/words/en.js";
import { plain, Words } from "../../src/widget/js/words.js";

Object.assign(globalThis, { VERSION: "1.2.3" });
const { UploadError } = await import("../../src/browser/js/error.js");

/** In characters. */
const long = 500_000;
const texts = ["a", ".", "/", ":", "a:", "a.", "://", "\u202e", "{", "{a", " ", "%", '"', "\\"].map(
  (piece) => piece.repeat(long / piece.length),
);

test("texts with long file names are formatted in linear time", () => {
  const words = new Words("en", en);
  for (const name of texts) {
    words.kind({ name, type: name });
    words.of("name", { name, type: "", size: 1 });
    plain(name);
  }
});

test("URLs are removed from a host's message of any length", () => {
  for (const text of [...texts, "on a line of its own:\n"]) {
    const message = `${text}https://host/secret`;
    const error = new UploadError("server", message, 500, 1, true, undefined, undefined);
    assert.ok(!JSON.stringify(error).includes("host/secret"));
    assert.ok(!new Secrets().hide(message).includes("host/secret"));
  }
  assert.equal(new Secrets().hide("to xhttps://a/b, and a_b://c"), "to […] and […]");
});
