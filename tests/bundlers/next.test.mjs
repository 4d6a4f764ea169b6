// Tests Next.js with the app router, and a route as the backend. The server renders pages first, and in development
// StrictMode mounts them twice.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launchBrowser } from "../e2e/support.mjs";
import { apiKey, startHost } from "./host.mjs";
import { App, install, npmRun, serve } from "./support.mjs";

const app = new App();
/** @type {Awaited<ReturnType<typeof startHost>>} */
let host;

before(async () => {
  host = await startHost();
  app.host = host;
  [app.browser, app.folder] = await Promise.all([launchBrowser(), install("next")]);
});

after(async () => {
  await app.browser?.close();
  host?.stop();
});

for (const [name, build, script] of /** @type {const} */ ([
  ["next build, with Turbopack", "build:turbopack", "start"],
  ["next build, with webpack", "build:webpack", "start"],
  ["next dev", undefined, "dev"],
])) {
  describe(name, () => {
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let server;

    before(async () => {
      const env = { ITTYBIT_API_URL: host.address };
      // The build must work without a key.
      if (build) await npmRun(app.folder, build, env);
      const secret = { ITTYBIT_API_KEY: apiKey };
      server = await serve(app.folder, script, ["--port", "0"], { ...env, ...secret });
      app.address = server.address;
    });

    after(() => server?.stop());

    test("the server renders the element", async () => {
      const html = await (await fetch(`${server.address}/element`)).text();
      assert.match(html, /<ittybit-uploader endpoint="\/api\/uploads"/);
    });

    test("upload()", () => app.checkUpload("/"));
    test("the element", () => app.checkElement("/element"));
  });
}
