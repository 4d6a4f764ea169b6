// `npm start`: sets up, builds, and serves the demo until it is interrupted.

import { spawn } from "node:child_process";

import { build } from "./build.mjs";
import { demo } from "./demo.mjs";
import { fail, root } from "./run.mjs";
import { setUp } from "./setup/index.mjs";

try {
  const machine = await setUp({ tests: false });
  await build(machine);
  // Imported here, because the packages that it needs are installed only now.
  const { buildDocs } = await import("../www/docs/build/build.mjs");
  buildDocs({ demo: "../" });
  const program = await demo(machine);
  console.log("");
  // The server prints its addresses, because only it knows its ports.
  const server = spawn(program, { cwd: root, stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => server.kill(signal));
  }
  server.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  fail(error);
}
