// Starts the backends that must give the same answers: the JavaScript handler behind node:http, and the Rust
// routes. The same JSON configures both, and their service and store answer by a script. Tests send requests
// over HTTP, like pages. After each test, this module checks that no answer and no log contains a secret.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";

import { createUploadHandler, Refusal, toNodeHandler } from "ittybit-uploader/server";
import { apiKey, scripted, serve } from "./support.mjs";
import { ruled } from "./wire.mjs";

/**
 * The result of `authorize`, the same for everyone, except that `cookie` requires this cookie, and `ownerFrom`
 * grants a multipart upload to the owner in this header.
 *
 * @typedef {{ refuse: { status: number, message: string, retryAfter?: number } } | { panic: string }} No
 *
 * @typedef {"allow" | "deny" | { grant: import("../../backend/js/index.d.ts").Grant } | { cookie: string }
 *   | { ownerFrom: string } | No} Rule
 *
 * @typedef {{ header: string } | No} IdentifyRule `header` contains the user
 *
 * @typedef {import("./support.mjs").Options} Options
 *
 * @typedef {Omit<import("../../backend/js/index.d.ts").CommonOptions, "fetch" | "onError" | "apiKey" | "storage">
 *   & { apiKey?: string, authorize?: Rule, identify?: IdentifyRule,
 *   storage?: Partial<Options["storage"]> }} Config
 *
 * @typedef {object} Running
 * @property {string} url
 * @property {() => string} logged returns the app's log
 * @property {() => Promise<void>} stop
 */

/** The secret with which requests are signed. No output may contain it. */
export const secretAccessKey = "the-secret-of-the-store-of-32-bytes";

/** The settings of a bucket, without the address of its store. */
export const bucket = {
  region: "eu",
  bucket: "films",
  accessKeyId: "name-of-key",
  secretAccessKey,
};

/** Starts each backend, by its name. @type {Record<string, (config: Config) => Promise<Running>>} */
export const backends = { JavaScript: startJavaScript, Rust: startRust };

/**
 * @param {Rule} rule
 * @returns {Options["authorize"]}
 */
function authorizeBy(rule) {
  if (rule === "allow") return () => true;
  if (rule === "deny") return () => false;
  if ("grant" in rule) return () => rule.grant;
  return ({ headers }) => {
    if ("panic" in rule || "refuse" in rule) throw thrownBy(rule);
    if ("ownerFrom" in rule) {
      const owner = headers.get(rule.ownerFrom);
      return { protocol: "multipart", ...(owner !== null && { owner }) };
    }
    const names = (headers.get("cookie") ?? "").split(";").map((cookie) => cookie.split("=")[0]);
    if (names.some((name) => name?.trim() === rule.cookie)) return true;
    throw new Refusal(401, "Please sign in to upload.");
  };
}

/** @param {No} rule */
function thrownBy(rule) {
  if ("panic" in rule) return new Error(rule.panic);
  const { status, message, ...options } = rule.refuse;
  return new Refusal(status, message, options);
}

/**
 * @param {IdentifyRule} rule
 * @returns {import("../../backend/js/index.d.ts").Identify}
 */
const identifyBy = (rule) => (request) => {
  if ("header" in rule) return request.headers.get(rule.header);
  throw thrownBy(rule);
};

/** @param {Config} config @returns {Promise<Running>} */
async function startJavaScript({ authorize = "allow", identify, ...config }) {
  let log = "";
  const options = /** @type {Options} */ ({
    apiKey,
    ...config,
    authorize: authorizeBy(authorize),
    ...(identify && { identify: identifyBy(identify) }),
    onError: ({ stack, cause }) => {
      log += `${stack} ${cause ?? ""}\n`;
    },
  });
  const handler = createUploadHandler(options);
  const { url, stop } = await serve(toNodeHandler(handler));
  return { url, logged: () => log, stop };
}

/** @param {Config} config @returns {Promise<Running>} */
async function startRust(config) {
  const { CONFORMANCE } = process.env;
  assert(CONFORMANCE, "`npm test -- server` says where the Rust routes are");
  const routes = spawn(CONFORMANCE, { env: {}, stdio: "pipe" });
  const ended = new Promise((resolve) => routes.once("close", resolve));
  let log = "";
  routes.stderr.on("data", (text) => {
    log += text;
  });
  const lines = createInterface({ input: routes.stdout })[Symbol.asyncIterator]();
  routes.stdin.write(`${JSON.stringify({ apiKey, authorize: "allow", ...config })}\n`);
  const first = String((await lines.next()).value);
  const stop = async () => {
    // The program ends at the end of its input.
    routes.stdin.end();
    await ended;
  };
  const [, url] = /^listening (http:\S+)$/.exec(first) ?? [];
  if (url) return { url, logged: () => log, stop };
  await stop();
  throw new TypeError(`${first}${log}`);
}

/**
 * @typedef {object} Given
 * @property {Config} [config]
 * @property {import("./support.mjs").Script} [service]
 * @property {import("./support.mjs").Script} [store] without it, there is no store
 *
 * @typedef {object} Place
 * @property {string} name
 * @property {string} url
 * @property {(path: string, init?: RequestInit) => Promise<Response>} ask sends a request; `path` is relative to the mount
 * @property {import("./support.mjs").Seen[]} asked the service's requests
 * @property {import("./support.mjs").Seen[]} stored the store's requests
 *
 * @typedef {(place: Place) => Promise<void | ((log: string) => void)>} Body returns a function that checks the
 *   app's complete log
 */

/**
 * Starts a backend, runs `body`, and checks that no output contains a secret.
 *
 * @param {string} name
 * @param {Given} given
 * @param {Body} body
 */
export async function behind(name, { config, service: script, store: storeScript }, body) {
  const service = await scripted(script);
  const store = await scripted(storeScript);
  const storage = { ...bucket, endpoint: store.url, ...config?.storage };
  try {
    const running = await backends[name]?.({
      apiUrl: service.url,
      ...config,
      ...((storeScript || config?.storage) && { storage }),
    });
    assert(running, name);
    let answered = "";
    /** @type {Place["ask"]} */
    const ask = async (path, init) => {
      const response = await fetch(`${running.url}/api/uploads${path}`, init);
      answered += `${JSON.stringify([...response.headers])}${await response.clone().text()}\n`;
      return response;
    };
    const { url, logged, stop } = running;
    let checkLog;
    try {
      checkLog = await body({ name, url, ask, asked: service.seen, stored: store.seen });
    } finally {
      await stop();
    }
    checkLog?.(logged());
    const secrets = [apiKey, secretAccessKey];
    for (const secret of secrets)
      assert(!answered.includes(secret), `an answer contains a secret: ${answered}`);
    for (const secret of [...secrets, "single-use", "X-Amz-Signature"]) {
      assert(!logged().includes(secret), `the log contains a secret: ${logged()}`);
    }
  } finally {
    await Promise.all([service.stop(), store.stop()]);
  }
}

/**
 * Declares a test for each backend.
 *
 * @param {string} title begins with the numbers of its rules in backend/WIRE.md
 * @param {Given} given
 * @param {Body} body
 */
export function everywhere(title, given, body) {
  for (const name of Object.keys(backends)) {
    test(`${ruled(title)} (${name})`, () => behind(name, given, body));
  }
}

/**
 * Declares a test for each backend that it refuses these settings.
 *
 * @param {string} title
 * @param {Config} config
 * @param {RegExp} message
 */
export function builtNowhere(title, config, message) {
  for (const name of Object.keys(backends)) {
    test(`${ruled(title)} is refused (${name})`, async () => {
      const building = behind(name, { config }, async () => {});
      await assert.rejects(building, (/** @type {Error} */ error) => {
        assert.equal(error.name, "TypeError");
        assert.match(error.message, message);
        assert(!error.message.includes(secretAccessKey), error.message);
        return true;
      });
    });
  }
}
