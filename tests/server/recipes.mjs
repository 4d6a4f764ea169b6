// Starts each recipe in backend/recipes as its reader would: in its own folder, with the packages that
// it imports.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { transform } from "esbuild";

import { root } from "../../pkg-config/run.mjs";
import { temporaryFolder } from "../e2e/support.mjs";
import { apiKey } from "./support.mjs";

const recipes = join(root, "backend/recipes");
const host = join(root, "tests/server/recipe-host.mjs");

/**
 * @typedef {object} Recipe
 * @property {string} file
 * @property {string} [as] describes a variant
 * @property {string} [kind] how `recipe-host.mjs` calls it; without it, the recipe is a server itself
 * @property {Record<string, string>} [packages] what it imports, by the name in tests/server
 * @property {(code: string) => string} [edit]
 * @property {boolean} [isHandwritten] it doesn't use the handler, and has its own time limit, which the tests shorten
 * @property {boolean} [isParsed] a body parser runs first, and refuses what is not JSON
 * @property {string[]} [command] the command that serves it; `FILE` stands for its path
 */

/**
 * @param {Recipe} recipe
 * @param {string} serviceUrl
 */
export async function start(recipe, serviceUrl) {
  const { folder, remove } = temporaryFolder();
  const path = await prepared(recipe, folder);
  const byNode = recipe.kind ? [host, recipe.kind, path] : ["--import", host, path];
  const [program = "", ...args] = recipe.command
    ? recipe.command.map((word) => word.replace("FILE", basename(path)))
    : [process.execPath, ...byNode];
  const server = spawn(program, args, {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, PORT: "0", PYTHONDONTWRITEBYTECODE: "1" },
      ...{ ITTYBIT_API_KEY: apiKey, ITTYBIT_API_URL: serviceUrl },
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  let log = "";
  const url = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ text) => {
      log += text;
      const [, found] = /\b(http:\/\/[\w.]+:[1-9]\d*)/.exec(log) ?? [];
      if (found) resolve(found);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("error", reject);
    ended.then(() => reject(new Error(`${recipe.file} does not start: ${log}`)));
  });
  return {
    url: String(url),
    /** @returns {Promise<string>} its log */
    async stop() {
      server.kill();
      await ended;
      remove();
      return log;
    },
  };
}

/**
 * Copies the recipe and its packages to the folder.
 *
 * @param {Recipe} recipe
 * @param {string} folder
 */
async function prepared({ file, packages = {}, edit = (code) => code }, folder) {
  const code = edit(readFileSync(join(recipes, file), "utf8"));
  const modules = join(folder, "node_modules");
  link(root, join(modules, "ittybit-uploader"));
  for (const [name, of] of Object.entries(packages)) {
    link(join(root, "tests/server/packages/node_modules", of), join(modules, name));
  }
  cpSync(join(root, "tests/server/packages/$env"), join(modules, "$env"), { recursive: true });
  const path = join(folder, file.replace(/\.ts$/, ".mjs"));
  const isTypeScript = file.endsWith(".ts");
  writeFileSync(path, isTypeScript ? (await transform(code, { loader: "ts" })).code : code);
  return path;
}

/**
 * @param {string} target
 * @param {string} path
 */
function link(target, path) {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/**
 * Moves a line of a recipe after another one.
 *
 * @param {string} line
 * @param {string} other
 */
export const moved = (line, other) => (/** @type {string} */ code) => {
  assert(code.includes(`${line}\n`) && code.includes(`${other}\n`), "the recipe is another now");
  return code.replace(`${line}\n`, "").replace(`${other}\n`, `${other}\n${line}\n`);
};

/** The two lines of each recipe that its reader must replace: they log where, and refuse everyone. */
const unfinished =
  /^ *(?:console|app\.logger)?\.?error(?:_log)?\([^;]*?\n? *\);?\n *return (undefined;|None|null;)\n/gm;

/** The code that finishes a recipe, by its value for "nobody". @type {Record<string, string>} */
const sessions = {
  "undefined;":
    'return _request.headers.get("cookie")?.split("session=")[1] === "alices" ? "user_42" : undefined;',
  None: 'return "user_42" if request.cookies.get("session") == "alices" else None',
  "null;": "return ($_COOKIE['session'] ?? '') === 'alices' ? 'user_42' : null;",
};

/** Finishes a recipe as its reader must: returns the user from the cookie's session. @param {string} code */
export function finished(code) {
  assert.equal(code.match(unfinished)?.length, 1, "the recipe has not the lines to be replaced");
  return code.replace(unfinished, (_, nobody) => `    ${sessions[nobody]}\n`);
}

/** Shortens a recipe's own time limit to a second. @param {string} code */
export function hasty(code) {
  assert(code.includes("TIMEOUT = 30"), "the recipe is another now");
  return code.replace("TIMEOUT = 30", "TIMEOUT = 1");
}
