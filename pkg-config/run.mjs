// Runs other programs, and shows a person their progress: a line if one takes longer than a second, a line
// every 15 seconds while it runs, and its output if it fails. Uses Node's built-in modules only, because this
// runs before anything is installed.

import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Cargo's target folder. */
export const targetDirectory = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** The folder with the published files. */
export const dist = join(root, "dist");

/**
 * A program, with arguments and environment variables that every call to it needs.
 *
 * @typedef {{ command: string, args?: string[], env?: Record<string, string> }} Program
 */

/** After how many ms to print the title of a program that is still running. */
const announceAfter = 1_000;

/** How often to print a line while a program is running, in ms. */
const heartbeat = 15_000;

/** How many of the last lines of a failed program to show. */
const shownLines = 60;

/**
 * Runs a program and waits for its end.
 *
 * @param {string} title says what is happening
 * @param {string | Program} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, timeLimit?: number }} [options]
 *   `timeLimit` is in ms; after it, ends the program and all processes that it started
 * @returns {Promise<string>} its standard output
 */
export async function run(title, program, args, options = {}) {
  const { command, args: leading = [], env = {} } = asProgram(program);
  const started = Date.now();
  const announceTimer = setTimeout(() => console.log(`${title} …`), announceAfter);
  const child = spawn(command, [...leading, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group can be ended together.
    detached: options.timeLimit !== undefined,
  });
  const endGroup = () => child.pid && process.kill(-child.pid, "SIGKILL");
  let stdout = "";
  let output = "";
  // Progress is shown from stderr, because programs print their data to stdout.
  let progress = "";
  child.stdout.on("data", (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.on("data", (text) => {
    output += text;
    progress += text;
  });
  const heartbeatTimer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(`  … ${seconds} s: ${lastLines(progress || output, 1).slice(0, 100)}`);
  }, heartbeat);
  let outOfTime = false;
  const limit =
    options.timeLimit === undefined
      ? undefined
      : setTimeout(() => {
          outOfTime = true;
          endGroup();
        }, options.timeLimit);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (outOfTime) throw new Error(`${title}: no end after ${options.timeLimit} ms`);
    if (code !== 0) {
      throw new Error(`${title}: ${command} failed (${code})\n${lastLines(output, shownLines)}`);
    }
    return stdout;
  } finally {
    clearTimeout(announceTimer);
    clearInterval(heartbeatTimer);
    clearTimeout(limit);
  }
}

/**
 * Runs a program that talks to the person itself, such as a test suite.
 *
 * @param {string} title
 * @param {string | Program} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options]
 */
export async function show(title, program, args, options = {}) {
  const { command, args: leading = [], env = {} } = asProgram(program);
  console.log(`\n${title}`);
  const child = spawn(command, [...leading, ...args], {
    cwd: root,
    env: { ...process.env, ...env, ...options.env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${title}: failed (${code})`);
}

/**
 * Returns the output of a program that ends quickly. Returns `undefined` if it is missing or fails.
 *
 * @param {string | Program} program
 * @param {string[]} args
 * @returns {string | undefined}
 */
export function ask(program, args) {
  const { command, args: leading = [], env = {} } = asProgram(program);
  const { status, stdout } = spawnSync(command, [...leading, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 20_000,
  });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Ends a command with an error. Prints only the message of an error that a person can fix, and the whole
 * stack trace of any other.
 *
 * @param {unknown} error
 */
export function fail(error) {
  const expected = error instanceof Error && error.name === "Missing";
  console.error(expected ? `\n${error.message}` : error);
  process.exitCode = 1;
}

/**
 * @param {string | Program} program
 * @returns {Program}
 */
function asProgram(program) {
  return typeof program === "string" ? { command: program } : program;
}

/**
 * @param {string} text
 * @param {number} count
 */
function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
