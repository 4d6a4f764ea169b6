// Where the bench's uploads go: processes of their own, which end when they are told to.

import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { root } from "../../pkg-config/run.mjs";
import { temporaryFolder } from "../e2e/support.mjs";

/** See `sink.mjs`. */
export async function startSink() {
  const { address, stop } = await startServer("tests/bench/sink.mjs");
  return {
    address,
    stop,
    /** What has come since this was last asked. @returns {Promise<{ bytes: number, requests: Record<string, number> }>} */
    async seen() {
      const response = await fetch(`${address}/seen`);
      return /** @type {any} */ (await response.json());
    },
  };
}

/** See `others/tus-server.mjs`. */
export async function startTusServer() {
  const { folder, remove } = temporaryFolder();
  const { address, stop } = await startServer("tests/bench/others/tus-server.mjs", [folder]);
  return {
    address,
    /** Bytes of the largest file that it has. */
    largest: () =>
      Math.max(...readdirSync(folder).map((name) => statSync(join(folder, name)).size)),
    async stop() {
      await stop();
      remove();
    },
  };
}

/**
 * @param {string} script
 * @param {string[]} args
 */
async function startServer(script, args = []) {
  const server = spawn(process.execPath, [join(root, script), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const { value: address } = await lines.next();
  if (!address) throw new Error(`${script} did not start`);
  return {
    /** @type {string} */
    address,
    async stop() {
      server.kill();
      await ended;
    },
  };
}
