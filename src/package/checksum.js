// Computes checksums in a worker. Loaded for files in parts if their store wants checksums. If anything goes wrong here,
// the page computes them itself: a worker that is blocked, fails or falls silent never fails an upload.

import integrity from "integrity:checksum.worker.js";
import { within } from "../browser/js/waits.js";
import { explain } from "./load/explain.js";
import { trusted } from "./load/load.js";
import { versionOf } from "./load/locate.js";

/**
 * @typedef {import("../browser/js/checksum.js").Job} Job
 * @typedef {{ id?: number, sum?: string }} Message of the worker: that it lives, that bytes are read for a sum or, with
 *   `sum`, at its end. An empty sum is one that failed
 */

/** In ms: a worker that says nothing for so long is lost. It says something every second. */
const silence = 5000;

/** In ms: how long a worker without work is kept. */
const rest = 10_000;

/** What a sum may be: a worker's code can't be held to a hash, so what it says is checked. */
const sums = { crc32c: /^[a-z\d+/]{6}==$/i, md5: /^[a-z\d+/]{22}==$/i };

/** Resolves with the worker, or with `undefined` if there can't be one. @type {Promise<Worker | undefined> | undefined} */
let starting;
/** @type {Worker | undefined} */
let current;
/** When the worker has said something last. */
let heard = 0;
/** Takes what the worker says of each sum. @type {Map<number, (message: Message) => void>} */
const jobs = new Map();
let last = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;

/** @param {WebAssembly.Module} module */
async function start(module) {
  try {
    // Bundlers find the file by this form of URL. As an asset, because inside of `new Worker(…)` it would have no trusted
    // type.
    const url = new URL("./checksum.worker.js", import.meta.url);
    // Browsers take workers from the page's own origin only; in a bundle it may be a `data:` URL, which policies refuse.
    if (url.origin !== location.origin) return undefined;
    if (IS_SERVED) {
      url.search = versionOf(integrity);
      // Nothing else can hold a worker to a hash. The worker's own request finds this answer in the cache.
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
    // A policy, the browser or the server has none for this page.
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
    // The next sum starts another.
    starting = undefined;
  }, rest);
}

/**
 * Ends a worker that has failed. There is no other for this page.
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
    // A library's blob may not be one that can be posted.
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
