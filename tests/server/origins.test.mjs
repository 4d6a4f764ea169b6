// Tests whose pages each backend accepts. Browsers say which page sends a request, and pages can't change that.

import assert from "node:assert/strict";

import { builtNowhere, everywhere } from "./backends.mjs";
import { question, refused } from "./support.mjs";

const friend = "https://friend.example";
const config = { origins: [friend, "http://localhost:3000"] };
const evil = "https://evil.example";

/** Stands for the backend's own origin. */
const own = "its own";

/** @type {[title: string, headers: Record<string, string>, isAllowed: boolean, origin?: string][]} */
const sites = [
  ["a program", {}, true],
  ["the same origin", { "sec-fetch-site": "same-origin", origin: own }, true],
  ["an address that was typed", { "sec-fetch-site": "none" }, true],
  ["a sibling", { "sec-fetch-site": "same-site", origin: "https://other.app.example" }, false],
  ["another site", { "sec-fetch-site": "cross-site", origin: evil }, false],
  ["another site without an origin", { "sec-fetch-site": "cross-site" }, false],
  ["another site that hides its origin", { "sec-fetch-site": "cross-site", origin: "null" }, false],
  ["another site in this one's name", { "sec-fetch-site": "cross-site", origin: own }, false],
  ["an unknown value", { "sec-fetch-site": "same-origin, none" }, false],
  ["a friend", { "sec-fetch-site": "cross-site", origin: friend }, true, friend],
  ["a friend on this machine", { origin: "http://localhost:3000" }, true, "http://localhost:3000"],
  ["a friend's other port", { "sec-fetch-site": "cross-site", origin: `${friend}:8443` }, false],
  ["a friend's subdomain", { origin: "https://a.friend.example" }, false],
  ["a host that ends like a friend's", { origin: "https://notfriend.example" }, false],
  ["a friend over http:", { origin: "http://friend.example" }, false],
  ["two friends at once", { origin: `${friend}, ${friend}` }, false],
  ["a friend with a path", { origin: `${friend}/` }, false],
  ["an origin without a scheme", { origin: "friend.example" }, false],
  ["an old browser, same origin", { origin: own }, true],
  ["an old browser, another site", { origin: evil }, false],
  ["an old browser, hidden", { origin: "null" }, false],
  ["empty headers", { "sec-fetch-site": "", origin: "" }, true],
];
for (const [title, headers, isAllowed, origin = null] of sites) {
  everywhere(
    `W2.1, W2.3 ${isAllowed ? "answers" : "refuses"} ${title}`,
    { config },
    async (place) => {
      const said = headers.origin === own ? { ...headers, origin: place.url } : headers;
      const response = await place.ask("", question({}, said));
      assert.equal(response.headers.get("access-control-allow-origin"), origin);
      const mayReadCookies = response.headers.get("access-control-allow-credentials");
      assert.equal(mayReadCookies, origin === null ? null : "true");
      // The answer depends on the origin, so caches must distinguish it.
      assert.match(response.headers.get("vary") ?? "", /\borigin\b/);
      assert.equal(place.asked.length, isAllowed ? 1 : 0);
      if (isAllowed) return assert.equal(response.status, 200);
      const message = "Only this app's own pages can upload.";
      assert.equal(await refused(response, 403), message);
    },
  );
}

everywhere("W2.6 sends no CORS headers if no origin is allowed", {}, async ({ ask }) => {
  const foreign = { "sec-fetch-site": "cross-site", origin: friend };
  const response = await ask("", question({}, foreign));
  assert.equal(response.headers.get("access-control-allow-origin"), null);
  await refused(response, 403);
  const asked = { ...foreign, "access-control-request-method": "POST" };
  await refused(await ask("", { method: "OPTIONS", headers: asked }), 403);
});

everywhere("W2.3 a friend's page can read a refusal", { config }, async ({ ask }) => {
  const headers = { "sec-fetch-site": "cross-site", origin: friend };
  const response = await ask("", question({ filename: "" }, headers));
  assert.equal(response.headers.get("access-control-allow-origin"), friend);
  assert.equal(response.headers.get("access-control-expose-headers"), "retry-after");
  assert.equal(await refused(response, 400), "`filename` is empty.");
});

everywhere(
  "W2.2 refuses foreign pages before calling the app",
  { config },
  async ({ ask, asked }) => {
    const headers = { "sec-fetch-site": "cross-site", origin: evil };
    // The answer doesn't reveal what else is wrong.
    for (const init of [question("{", headers), { method: "GET", headers }, { headers }]) {
      await refused(await ask("", init), 403);
      await refused(await ask("/1.a.b/parts", init), 403);
    }
    assert.equal(asked.length, 0);
  },
);

/** @type {[title: string, wanted: string, allowed: string][]} */
const preflights = [
  ["what pages send", "content-type", "content-type, idempotency-key"],
  ["none", "", "content-type, idempotency-key"],
  [
    "additional ones",
    "content-type,X-CSRF , authorization",
    "content-type, idempotency-key, x-csrf, authorization",
  ],
  ["a malformed name", "a b; c", "content-type, idempotency-key"],
  ["an asterisk", "*", "content-type, idempotency-key"],
];
for (const [title, wanted, allowed] of preflights) {
  const name = `W2.4 answers a friend's preflight with headers: ${title}`;
  everywhere(name, { config }, async ({ ask, asked }) => {
    const headers = {
      ...{ origin: friend, "sec-fetch-site": "cross-site" },
      "access-control-request-method": "POST",
      "access-control-request-headers": wanted,
    };
    const response = await ask("", { method: "OPTIONS", headers });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get("access-control-allow-origin"), friend);
    assert.equal(response.headers.get("access-control-allow-methods"), "GET, POST, DELETE");
    assert.equal(response.headers.get("access-control-allow-headers"), allowed);
    assert.equal(response.headers.get("access-control-max-age"), "7200");
    assert.equal(asked.length, 0);
    const others = await ask("", { method: "OPTIONS", headers: { ...headers, origin: evil } });
    await refused(others, 403);
  });
}

everywhere("W2.4 allows at most 64 additional headers", { config }, async ({ ask }) => {
  const wanted = Array.from({ length: 70 }, (_, at) => `x-${at}`);
  const headers = {
    ...{ origin: friend, "access-control-request-method": "POST" },
    "access-control-request-headers": wanted.join(","),
  };
  const response = await ask("", { method: "OPTIONS", headers });
  const allowed = response.headers.get("access-control-allow-headers");
  const added = ["content-type", "idempotency-key", ...wanted.slice(0, 64)];
  assert.equal(allowed, added.join(", "));
});

everywhere("W2.4 answers a preflight about an upload id", { config }, async ({ ask }) => {
  const headers = { origin: friend, "access-control-request-method": "DELETE" };
  assert.equal((await ask("/1.a.b", { method: "OPTIONS", headers })).status, 204);
});

everywhere("W2.5 a preflight from an own page is a 405", { config }, async ({ ask }) => {
  const headers = { "access-control-request-method": "POST" };
  await refused(await ask("", { method: "OPTIONS", headers }), 405);
});

const intranet = "http://uploads.corp";
const proxied = { config: { origins: [intranet, "http://10.0.0.7:8080"] } };
everywhere(
  "W2.7 behind a proxy that rewrites Host, accepts listed origins",
  proxied,
  async (place) => {
    // Over http:, browsers only send the origin.
    const asked = (/** @type {string} */ origin) => place.ask("", question({}, { origin }));
    for (const origin of [intranet, "http://10.0.0.7:8080"]) {
      const response = await asked(origin);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("access-control-allow-origin"), origin);
    }
    for (const origin of ["https://uploads.corp", "http://uploads.corp:8080", "http://corp"]) {
      await refused(await asked(origin), 403);
    }
  },
);

everywhere("W2.7 ignores forwarded hosts", {}, async ({ ask }) => {
  for (const said of [
    { "x-forwarded-host": "uploads.corp", "x-forwarded-proto": "http" },
    { forwarded: "host=uploads.corp;proto=http" },
  ]) {
    const headers = /** @type {Record<string, string>} */ ({ ...said, origin: intranet });
    await refused(await ask("", question({}, headers)), 403);
  }
});

for (const origin of [
  "*",
  "https://*",
  "https://*.example.com",
  "null",
  "",
  "app.example",
  "https://app.example/",
  "https://app.example/path",
  "https://app.example:443",
  "https://APP.example",
  "https://user@app.example",
  "http://app.example:80",
  "http://app.example/",
  "ws://app.example",
  "ftp://app.example",
  "https://bücher.example",
]) {
  builtNowhere(`W14.3 the origin "${origin}"`, { origins: [friend, origin] }, /origin/);
}
