// Runs programs for the duration of a test file. Always ends them, with all processes that they started.

import { spawn } from "node:child_process";

/** The ids of the running process groups. @type {Set<number>} */
const running = new Set();

/** How long a program may take to end before it is killed, in ms. */
const grace = 5_000;

/**
 * @param {number | undefined} group
 * @param {"SIGTERM" | "SIGKILL"} signal
 */
function send(group, signal) {
  if (group === undefined || !running.has(group)) return;
  try {
    process.kill(-group, signal);
  } catch {
    // The program has ended by itself.
  }
}

process.once("exit", () => {
  for (const group of running) send(group, "SIGKILL");
});
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => process.exit(1));

/**
 * Starts a program in its own process group, so that all its processes can be ended.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {Record<string, string>} [options.env]
 * @param {1 | 2 | 3} options.from the stream in which it reports that it is ready; 3 must be enabled
 *   by an argument
 * @param {RegExp} options.says matches that report
 */
export async function startProgram(command, args, { env = {}, from, says }) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", from === 1 ? "pipe" : "ignore", "pipe", from === 3 ? "pipe" : "ignore"],
    detached: true,
  });
  const group = child.pid;
  if (group !== undefined) running.add(group);
  let errors = "";
  child.stderr?.on("data", (text) => {
    errors = `${errors}${text}`.slice(-4_000);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const match = await new Promise((resolve, reject) => {
    let said = "";
    child.stdio[from]?.on("data", (text) => {
      said += text;
      const match = says.exec(said);
      if (match) resolve(match);
    });
    child.once("error", reject);
    ended.then((code) => reject(new Error(`${command} has ended (${code})\n${errors}`)));
  });
  return {
    /** The match in its output. @type {RegExpExecArray} */
    match,
    async stop() {
      // Xvfb removes its lock file when it ends on SIGTERM.
      send(group, "SIGTERM");
      const inTime = AbortSignal.timeout(grace);
      await Promise.race([
        ended,
        new Promise((resolve) => inTime.addEventListener("abort", resolve)),
      ]);
      send(group, "SIGKILL");
      await ended;
      if (group !== undefined) running.delete(group);
    },
  };
}
