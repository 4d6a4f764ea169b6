// A service worker as many apps have one: what it does not cache it passes on.

/** What TypeScript, which takes this for a page, does not know. @type {any} */
const worker = globalThis;

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(worker.clients.claim()),
);
worker.addEventListener("fetch", (/** @type {any} */ event) =>
  event.respondWith(fetch(event.request)),
);
