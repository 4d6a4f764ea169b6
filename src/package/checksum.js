// Computes checksums in a worker. Loaded for files in parts if their store verifies checksums. If the worker is blocked,
// fails or falls silent, the page computes them itself, so that a worker never fails an upload.

import integrity from "integrity:checksum.worker.js";
import { within } from "../browser/js/waits.js";
import { explain } from "./load/explain.js";
import { trusted } from "./load/load.js";
import { versionOf } from "./load/locate.js";

/**
 * @typedef {import("../browser/js/checksum.js").Job} Job
 * @typedef {{ id?: number, sum?: string }} Message from the worker: a sign of life or, with `id`, that bytes were read
 *   for a checksum or, with `sum`, that it has ended. An empty `sum` says that it failed
 */

/** In ms: a worker that posts nothing for so long has failed. It posts a message every second. */
const silence = 5000;

/** In ms: how long an idle worker is kept. */
const rest = 10_000;

/** The form of a checksum. Checked, because browsers can't check a worker's code against a hash. */
const sums = { crc32c: /^[a-z\d+/]{6}==$/i, md5: /^[a-z\d+/]{22}==$/i };

/** Resolves with the worker, or with `undefined` if there can't be one. @type {Promise<Worker | undefined> | undefined} */
let starting;
/** @type {Worker | undefined} */
let current;
/** When the worker's last message arrived. */
let heard = 0;
/** Callbacks for the messages about each checksum, by its id. @type {Map<number, (message: Message) => void>} */
const jobs = new Map();
let last = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;

/** @param {WebAssembly.Module} module */
async function start(module) {
  try {
    // Bundlers find the file by this form of URL. They must emit an asset, because a URL inside of `new Worker(…)` could
    // have no trusted type.
    const url = new URL("./checksum.worker.js", import.meta.url);
    // Browsers only accept workers from the page's own origin. A bundler may make a `data:` URL, which policies refuse.
    if (url.origin !== location.origin) return undefined;
    if (IS_SERVED) {
      url.search = versionOf(integrity);
      // Checks the hash, which browsers can't do for workers. The worker's own request finds this answer in the cache.
      await fetch(url, { integrity }).catch(async () => {
        throw await explain(url, integrity);
      });
    }
    const worker = new Worker(trusted(url.href));
    const begun = new Promise((resolve) => {
      worker.onmessage = ({ data }) => {
        heard = performance.now();
        resolve(true);
        take(data);
      };
      worker.onmessageerror = worker.onerror = () => {
        resolve(false);
        lose(worker);
      };
    });
    worker.postMessage(module);
    if (await within(begun, silence)) {
      current = worker;
      return worker;
    }
    worker.terminate();
  } catch {
    // A policy, the browser or the server does not allow a worker.
  }
  return undefined;
}

/** @param {Message} message */
function take(message) {
  const id = message.id ?? 0;
  jobs.get(id)?.(message);
  if (message.sum !== undefined) forget(id);
}

/** @param {number} id */
function forget(id) {
  if (!jobs.delete(id) || jobs.size > 0) return;
  clearTimeout(resting);
  resting = setTimeout(() => {
    if (jobs.size > 0 || !current) return;
    current.terminate();
    current = undefined;
    // The next checksum starts another.
    starting = undefined;
  }, rest);
}

/**
 * Ends a worker that has failed. This page starts no other.
 *
 * @param {Worker} worker
 */
function lose(worker) {
  worker.terminate();
  current = undefined;
  starting = Promise.resolve(undefined);
  for (const [id, tell] of jobs) {
    tell({ sum: "" });
    jobs.delete(id);
  }
}

/**
 * @param {WebAssembly.Module} module
 * @param {Job} job
 * @returns {import("../browser/js/checksum.js").Steps}
 */
export async function* sum(module, job) {
  const { file, start: from, end, isMd5 } = job;
  starting ??= start(module);
  const worker = await starting;
  if (!worker || job.isOver) return undefined;
  last += 1;
  const id = last;
  /** @type {Message[]} */
  const said = [];
  let wake = () => {};
  jobs.set(id, (message) => {
    said.push(message);
    wake();
  });
  job.stop = () => {
    if (jobs.has(id)) worker.postMessage({ id });
    forget(id);
    said.push({ sum: "" });
    wake();
  };
  try {
    worker.postMessage({ id, file, start: from, end, isMd5 });
  } catch {
    // A blob of a library can't always be posted.
    forget(id);
    return undefined;
  }
  while (true) {
    while (said.length === 0) {
      const something = new Promise((resolve) => {
        wake = () => resolve(true);
      });
      const isSilent = !(await within(something, silence)) && performance.now() - heard > silence;
      if (isSilent) lose(worker);
    }
    const message = said.shift();
    const { sum } = message ?? {};
    if (sum !== undefined) return sums[isMd5 ? "md5" : "crc32c"].test(sum) ? sum : undefined;
    yield;
  }
}
