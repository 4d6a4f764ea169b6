// Tests JSON that parsers read differently. Both backends must read it alike, and pass on the same values.

import assert from "node:assert/strict";

import { everywhere } from "./backends.mjs";
import { gone, posted, question, refused, uploadUrl } from "./support.mjs";
import { seal } from "./upload-ids.mjs";

/** @param {string} filesize @param {string} [props] */
const asked = (filesize, props = "{}") =>
  `{"filename":"clip.mp4","filesize":${filesize},"type":"video/mp4","props":${props}}`;

/** @param {string} value */
const noted = (value) => asked("1", `{"metadata":{"note":${value}}}`);

const service = () => ({ body: { url: uploadUrl } });
const given = {
  config: {
    props: /** @type {any} */ (["metadata"]),
    authorize: /** @type {const} */ ({ grant: { protocol: "simple" } }),
  },
  service,
};

/** @type {[json: string, note: unknown][]} */
const notes = [
  ["1.0", 1],
  ["1e2", 100],
  ["1E+2", 100],
  ["-0", 0],
  ["-0.0", 0],
  ["0.1", 0.1],
  ["1e-7", 1e-7],
  ["-12.50", -12.5],
  ["9007199254740993", 9_007_199_254_740_992],
  ["12345678901234567890", 12_345_678_901_234_567_000],
  ["-12345678901234567890", -12_345_678_901_234_567_000],
  ["1e21", 1e21],
  ["1e-400", 0],
  ['"\\u0000"', "\0"],
  ['"\\ud83c\\udfac"', "🎬"],
  ['"\\u2028\\ufeff"', "\u2028\ufeff"],
  ['1,"note":2', 2],
  ['"a","\\u006eote":"b"', "b"],
];
for (const [json, note] of notes) {
  everywhere(`W3.10 reads the note ${json}`, given, async (place) => {
    const answer = await place.ask("", question(noted(json)));
    assert.equal(answer.status, 200, await answer.text());
    const [request] = place.asked;
    const said = JSON.parse(request?.body ?? "").metadata.note;
    assert.deepEqual(said, note);
    // Without an exponent, the JSON is the same text too.
    if (typeof note !== "number" || Math.abs(note) < 1e15) {
      assert(request?.body.includes(`"note":${JSON.stringify(note)}`), request?.body);
    }
  });
}

for (const json of [
  '"\\ud800"',
  '"\\udfac\\ud83c"',
  '{"\\ud800":1}',
  "1e400",
  "-1e400",
  "[1e400]",
  "01",
  ".5",
  "1.",
  "+1",
  "NaN",
  "Infinity",
  "'a'",
  '"\0"',
  '"a\nb"',
  '"\\x41"',
  "[1,]",
  "1//",
  `${"[".repeat(31)}${"]".repeat(31)}`,
]) {
  everywhere(
    `W3.7, W3.8, W3.9 refuses the note ${JSON.stringify(json)}`,
    given,
    async ({ ask, asked }) => {
      await refused(await ask("", question(noted(json))), 400);
      assert.equal(asked.length, 0);
    },
  );
}

/** @type {[filesize: string, isValid: boolean, message?: string][]} */
const sizes = [
  ["1.0", true],
  ["1e2", true],
  ["-0", true],
  ["0.0", true],
  ["1.5", false],
  ["-1.0", false],
  ['"1"', false],
  ["null", false],
  ["true", false],
  ["[1]", false],
  ["1e15", false],
  ["9007199254740993", false, "`filesize` is larger than any file."],
  ["12345678901234567890", false, "`filesize` is larger than any file."],
  ["1e30", false, "`filesize` is larger than any file."],
];
for (const [filesize, isValid, message] of sizes) {
  everywhere(
    `W4.3, W3.10 ${isValid ? "accepts" : "refuses"} ${filesize} bytes`,
    given,
    async ({ ask }) => {
      const answer = await ask("", question(asked(filesize)));
      // A valid size that doesn't fit into a form has another status.
      if (isValid) return assert.equal(answer.status, 200, await answer.text());
      const words = await refused(answer, filesize === "1e15" ? 413 : 400);
      if (message) assert.equal(words, message);
    },
  );
}

everywhere("W3.7 skips one byte order mark", given, async ({ ask }) => {
  assert.equal((await ask("", question(`\ufeff${asked("1")}`))).status, 200);
  for (const json of [`\ufeff\ufeff${asked("1")}`, `${asked("1")}\ufeff`, `\u00a0${asked("1")}`]) {
    await refused(await ask("", question(json)), 400);
  }
});

everywhere("W3.7 refuses a body that is not UTF-8", given, async ({ ask }) => {
  for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
    const [before, after] = noted('"*"')
      .split("*")
      .map((text) => Buffer.from(text));
    const body = Buffer.concat([before ?? Buffer.of(), Buffer.from(bytes), after ?? Buffer.of()]);
    const init = { ...question(), body: /** @type {BodyInit} */ (/** @type {unknown} */ (body)) };
    await refused(await ask("", init), 400);
  }
});

const secret = "a-secret-of-the-tests-of-32-bytes";
const storing = {
  config: { storage: { uploadSecret: secret } },
  store: () => ({ status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" }),
};
everywhere("W10.1, W11.1 reads part numbers in every notation", storing, async ({ ask }) => {
  const at = `/${seal({ secret }, {})}`;
  for (const number of ["1", "1.0", "1e0", "10e-1"]) {
    const body = `{"parts":[{"part_number":${number},"checksum":"AAAAAA=="}]}`;
    assert.equal((await ask(`${at}/parts`, { ...posted({}), body })).status, 200, number);
    const complete = `{"parts":[{"part_number":${number},"etag":"e"}]}`;
    assert.equal(
      await refused(await ask(`${at}/complete`, { ...posted({}), body: complete }), 404),
      gone,
    );
  }
  for (const number of ["1.5", "-0", "-1", '"1"', "1e400", "null", "4294967297", "1e30"]) {
    const body = `{"parts":[{"part_number":${number},"checksum":"AAAAAA=="}]}`;
    await refused(await ask(`${at}/parts`, { ...posted({}), body }), 400);
  }
});
