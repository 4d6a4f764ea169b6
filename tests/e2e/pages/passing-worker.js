// A typical service worker of an app: passes on requests that it doesn't cache.

/** The worker's scope. TypeScript checks this file as part of a page. @type {any} */
const worker = globalThis;

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(worker.clients.claim()),
);
worker.addEventListener("fetch", (/** @type {any} */ event) =>
  event.respondWith(fetch(event.request)),
);
