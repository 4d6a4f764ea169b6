// Tests Vite's builds and its development server, also in the previous version.

import { after, before, describe, test } from "node:test";

import { appWith, serve } from "./support.mjs";

const app = appWith("vite", "dist");

for (const script of ["build", "dev", "dev:7"]) {
  describe(`vite, ${script}`, () => {
    if (script !== "build") {
      /** @type {Awaited<ReturnType<typeof serve>>} */
      let server;
      before(async () => {
        const env = { BACKEND: app.demo.address };
        server = await serve(app.folder, script, ["--port", "0"], env);
        app.address = server.address;
      });
      after(() => server?.stop());
    }

    test("upload()", () => app.checkUpload("/"));
    test("in a worker", () => app.checkUpload("/worker.html"));
    test("parts, with a worker", () => app.checkParts("/"));
    test("the element", () => app.checkElement("/element.html"));
  });
}
