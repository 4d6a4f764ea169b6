// Running other programs so that a person sees what goes on: a line when one takes longer than a
// moment, a line now and then while it runs, and what it printed when it failed. Node's built-ins alone, because this
// runs before anything is installed.

import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where cargo puts what it compiles. */
export const targetDirectory = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** What is published. */
export const dist = join(root, "dist");

/**
 * A program, with the arguments and the environment that always go with it.
 *
 * @typedef {{ command: string, args?: string[], env?: Record<string, string> }} Program
 */

/** In ms: what takes no longer is not worth a line. */
const moment = 1_000;

/** In ms: how often a line says that a program is alive. */
const heartbeat = 15_000;

/** Of a program that failed, this many of its last lines are shown. */
const shownLines = 60;

/**
 * Runs a program to its end.
 *
 * @param {string} title what a person is told is going on
 * @param {string | Program} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, timeLimit?: number }} [options]
 *   `timeLimit` in ms; after it the program and all that it started are ended
 * @returns {Promise<string>} its standard output
 */
export async function run(title, program, args, options = {}) {
  const { command, args: leading = [], env = {} } = asProgram(program);
  const started = Date.now();
  const announced = setTimeout(() => console.log(`${title} …`), moment);
  const child = spawn(command, [...leading, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own can be ended whole.
    detached: options.timeLimit !== undefined,
  });
  const endGroup = () => child.pid && process.kill(-child.pid, "SIGKILL");
  let stdout = "";
  let output = "";
  // What a person is shown as a sign of life: programs print data on the other stream.
  let signs = "";
  child.stdout.on("data", (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.on("data", (text) => {
    output += text;
    signs += text;
  });
  const alive = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(`  … ${seconds} s: ${lastLines(signs || output, 1).slice(0, 100)}`);
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
    clearTimeout(announced);
    clearInterval(alive);
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
 * What a program prints, or nothing where it is missing or fails. For quick questions.
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
 * Ends a command that went wrong: a sentence for what a person can mend, and the whole trace for a
 * fault of ours.
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
