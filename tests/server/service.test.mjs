// Tests the answers of the service in each backend. The page only learns what it can act on, and the app's
// log gets the details. `everywhere` checks that neither contains a secret.

import assert from "node:assert/strict";

import { builtNowhere, everywhere } from "./backends.mjs";
import { apiKey, question, refused, uploadUrl } from "./support.mjs";

const busy = "The upload service is busy. Please try again later.";
const away = "The upload service is not available.";
const refusing = "The upload service refused this app's request.";
const senseless = "The upload service gave an invalid answer.";
const full = "The upload service has no space left for this file.";

/** @typedef {NonNullable<ReturnType<import("./support.mjs").Script>>} Answer */

/** @type {[title: string, answer: Answer, says: object][]} */
const successes = [
  ["bare", { body: { url: uploadUrl } }, { url: uploadUrl }],
  [
    "in an envelope",
    { body: { meta: {}, data: { url: uploadUrl }, error: null, links: {} } },
    { url: uploadUrl },
  ],
  ["201", { status: 201, body: { data: { url: uploadUrl } } }, { url: uploadUrl }],
  ...[null, false, 0, "", -0].map(
    (error) =>
      /** @type {[string, Answer, object]} */ ([
        `beside ${JSON.stringify({ error })}`,
        { body: `{"data":{"url":"${uploadUrl}"},"error":${JSON.stringify(error)}}` },
        { url: uploadUrl },
      ]),
  ),
  ["beside an empty list", { body: `{"url":"${uploadUrl}","error":[]}` }, { url: uploadUrl }],
  ["after a byte order mark", { body: `\ufeff{"url":"${uploadUrl}"}` }, { url: uploadUrl }],
  ["beside 0.0", { body: `{"url":"${uploadUrl}","error":0.0}` }, { url: uploadUrl }],
  [
    "on this machine",
    { body: { url: "http://127.0.0.1:9/x?key=single-use" } },
    { url: "http://127.0.0.1:9/x?key=single-use" },
  ],
  [
    "a media object",
    { body: { data: { media: { id: "m", x: [1] } } } },
    { media: { id: "m", x: [1] } },
  ],
];
for (const [title, answer, says] of successes) {
  everywhere(
    `W8.3, W8.4 the service answers ${title}`,
    { service: () => answer },
    async (place) => {
      const response = await place.ask("", question());
      assert.deepEqual(await response.json(), says);
      assert.equal(response.status, 200);
      return (log) => assert.equal(log, "");
    },
  );
}

const html = { "content-type": "text/html" };

/** @type {[title: string, answer: Answer, status: number, says: string][]} */
const failures = [
  ["a body that is not JSON", { body: "<html>Sign in</html>", headers: html }, 502, senseless],
  ["nothing at all", { body: "" }, 502, senseless],
  ["a list", { body: [] }, 502, senseless],
  ["a text", { body: '"https://host.example/store"' }, 502, senseless],
  ["no url", { body: { data: {} } }, 502, senseless],
  ["a url that others can read", { body: { url: "http://host.example/" } }, 502, senseless],
  ["a url with a password", { body: { url: "https://a:b@host.example/" } }, 502, senseless],
  ["a url that is code", { body: { url: "javascript:alert(1)" } }, 502, senseless],
  ["media that is none", { body: { media: { url: uploadUrl } } }, 502, senseless],
  ["ranges that are none", { body: { url: uploadUrl, received: [[5, 1]] } }, 502, senseless],
  [
    "an error in a success, with the key",
    { body: { error: { message: `bad key ${apiKey}` }, data: { url: uploadUrl } } },
    502,
    senseless,
  ],
  ...["no", true, 1, {}, ["no"], { code: 7 }].map(
    (error) =>
      /** @type {[string, Answer, number, string]} */ ([
        `an error in a success: ${JSON.stringify(error)}`,
        { body: { data: { url: uploadUrl }, error } },
        502,
        senseless,
      ]),
  ),
  ["a body that is too large", { body: `"${"x".repeat(5_000_000)}"` }, 502, senseless],
  ["400", { status: 400, body: { error: "no such workflow" } }, 502, refusing],
  ["401, with the key", { status: 401, body: { message: `invalid key ${apiKey}` } }, 502, refusing],
  [
    "403, with an upload URL",
    { status: 403, body: { message: `${uploadUrl} was used` } },
    502,
    refusing,
  ],
  ["404 in HTML", { status: 404, body: "<html>Not found</html>", headers: html }, 502, refusing],
  ["a redirect", { status: 302, headers: { location: uploadUrl } }, 502, refusing],
  ["413", { status: 413 }, 413, full],
  ["429", { status: 429, headers: { "retry-after": "7" } }, 429, busy],
  [
    "429, until a date",
    { status: 429, headers: { "retry-after": "Wed, 21 Oct 2099 07:28:00 GMT" } },
    429,
    busy,
  ],
  ["500, with the key", { status: 500, body: { kind: "x", message: apiKey } }, 502, away],
  ["502 in HTML", { status: 502, body: `<html>${apiKey}</html>`, headers: html }, 502, away],
  ...[504, 507, 520, 521, 522, 523, 524, 529, 530, 599].map(
    (status) =>
      /** @type {[string, Answer, number, string]} */ ([`${status}`, { status }, 502, away]),
  ),
  ...[501, 505, 510, 511].map(
    (status) =>
      /** @type {[string, Answer, number, string]} */ ([`${status}`, { status }, 501, refusing]),
  ),
  ["503", { status: 503, headers: { "retry-after": "7" } }, 502, away],
];
for (const [title, answer, status, says] of failures) {
  everywhere(
    `${says === senseless ? "W8.3, W8.4 the service answers" : "W8.5 the service answers"} ${title}`,
    { service: () => answer },
    async (place) => {
      const response = await place.ask("", question());
      assert.equal(response.headers.get("retry-after"), answer.headers?.["retry-after"] ?? null);
      assert.equal(await refused(response, status), says);
      assert.equal(place.asked.length, 1);
      return (log) => assert.match(log, /Ittybit/);
    },
  );
}

const impatient = { limits: { answerTimeout: 100 } };
const silent = { config: impatient, service: () => undefined };
everywhere("W8.6 the service does not answer", silent, async ({ ask }) => {
  assert.equal(await refused(await ask("", question()), 504), away);
  return (log) => assert.match(log, /did not answer in time/);
});

const nowhere = { config: { apiUrl: "http://127.0.0.1:1" } };
everywhere("W8.6 the service can't be reached", nowhere, async ({ ask }) => {
  assert.equal(await refused(await ask("", question()), 502), away);
  return (log) => assert.match(log, /Ittybit cannot be reached/);
});

const words = `${"x".repeat(480)} ${apiKey} ${uploadUrl}`;
const telling = { service: () => ({ status: 400, body: { message: `one\r\ntwo ${words}` } }) };
everywhere(
  "W1.5 shortens the service's message without leaving part of a secret",
  telling,
  async (place) => {
    await refused(await place.ask("", question()), 502);
    return (log) => {
      assert.match(log, /one {2}two x/);
      for (const secret of ["key_of", "https:"]) assert(!log.includes(secret), log);
    };
  },
);

builtNowhere("W14.1 a key of two words", { apiKey: "two words" }, /must be one word/);
builtNowhere("W14.1 a key with a line break", { apiKey: "a\r\nb: c" }, /must be one word/);
for (const apiUrl of [
  "http://api.example",
  "https://user:word@api.example",
  "https://api.example?a=1",
  "https://api.example#a",
  "ftp://api.example",
  "api.example",
  "",
]) {
  builtNowhere(`W14.1 the service at "${apiUrl}"`, { apiUrl }, /https: URL/);
}
for (const name of ["owner", "metadata.", "resumable", ""]) {
  const props = /** @type {any} */ ([name]);
  builtNowhere(`W14.2 the page's property "${name}"`, { props }, /metadata\.NAME/);
}
