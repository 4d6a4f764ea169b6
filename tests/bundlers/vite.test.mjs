// Vite: what it builds, and its development server.

import { after, before, describe, test } from "node:test";

import { appWith, serve } from "./support.mjs";

const app = appWith("vite", "dist");

for (const mode of ["build", "dev"]) {
  describe(`vite ${mode}`, () => {
    if (mode === "dev") {
      /** @type {Awaited<ReturnType<typeof serve>>} */
      let server;
      before(async () => {
        const env = { BACKEND: app.demo.address };
        server = await serve(app.folder, "dev", ["--port", "0"], env);
        app.address = server.address;
      });
      after(() => server?.stop());
    }

    test("upload()", () => app.checkUpload("/"));
    test("in a worker", () => app.checkUpload("/worker.html"));
    test("the element", () => app.checkElement("/element.html"));
  });
}
