// Starts the servers for the bench's uploads as separate processes.

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
    /** What has arrived since the last call. @returns {Promise<{ bytes: number, requests: Record<string, number> }>} */
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
    /** The size of its largest file, in bytes. */
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
