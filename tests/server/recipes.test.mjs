// Starts every recipe for a backend, and sends the same requests to each. Checks its answers, its requests to
// the service, and that only these contain the key.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { root, run, targetDirectory } from "../../pkg-config/run.mjs";
import { withstands } from "./recipe-hostile.mjs";
import { finished, hasty, moved, start } from "./recipes.mjs";
import { apiKey, question, scripted, uploadUrl } from "./support.mjs";

/** @typedef {import("./recipes.mjs").Recipe} Recipe */

const { PYTHON, PHP } = process.env;
const mount = 'app.use("/api/uploads", toNodeHandler(handler));';
const behindParser = moved(mount, "app.use(express.json());");
const serveHono = { hono: "hono", "@hono/node-server": "@hono/node-server" };

/** @type {Recipe[]} */
const recipes = [
  { file: "next-route.ts", kind: "methods" },
  { file: "sveltekit-server.ts", kind: "fallback" },
  { file: "react-router.ts", kind: "loader" },
  { file: "worker.mjs", kind: "worker" },
  { file: "node-http.mjs" },
  { file: "hono.mjs", packages: serveHono },
  ...["express-4", "express-5"].flatMap((version) => {
    const recipe = { file: "express.mjs", packages: { express: version } };
    const parsed = { as: `${version} behind its parser`, edit: behindParser, isParsed: true };
    return [
      { ...recipe, as: version },
      { ...recipe, ...parsed },
    ];
  }),
  {
    file: "flask_app.py",
    command: [PYTHON ?? "", "-m", "flask", "--app", "flask_app", "run", "--port", "0"],
    isHandwritten: true,
  },
  { file: "upload.php", command: [PHP ?? "", "-S", "127.0.0.1:0", "FILE"], isHandwritten: true },
];

/** Returns why a recipe can't run on this machine, or false. @param {Recipe} recipe */
const missing = ({ file, command }) =>
  command?.[0] === "" ? `this machine has no interpreter for ${file}` : false;

const signedIn = { cookie: "theme=dark; session=alices" };

/** @param {Parameters<typeof question>[0]} [body] @param {Record<string, string>} [headers] */
const asked = (body, headers) => question(body, { ...signedIn, ...headers });

for (const recipe of recipes) {
  const { edit = (code) => code } = recipe;
  describe(`${recipe.file}${recipe.as ? `, ${recipe.as}` : ""}`, { skip: missing(recipe) }, () => {
    test("unfinished, refuses everyone and logs what to write", () => isClosed(recipe));
    test("finished, answers as a page and the service expect", () =>
      holds({
        ...recipe,
        edit: (code) => finished(recipe.isHandwritten ? hasty(code) : edit(code)),
      }));
  });
}

/** The title of each recipe in the documentation, by its file. */
const titles = new Map(
  [
    ...readFileSync(join(root, "www/docs/backends.md"), "utf8").matchAll(
      /^```\w+ file=backend\/recipes\/(\S+) title="([^"]+)"/gm,
    ),
  ].map(([, file, title]) => [file, title]),
);

/** @param {Recipe} recipe */
async function isClosed(recipe) {
  const service = await scripted();
  const server = await start(recipe, service.url);
  try {
    for (const cookie of ["", "session=alices", "session=an-id-that-nobody-guesses", "user_id=1"]) {
      const response = await fetch(`${server.url}/api/uploads`, question({}, { cookie }));
      const { error } = JSON.parse(await response.text());
      assert.equal(response.status, 401, error.message);
      assert.equal(error.message, "Please sign in to upload.");
    }
    assert.equal(service.seen.length, 0);
  } finally {
    const [log] = await Promise.all([server.stop(), service.stop()]);
    const [, file, name] =
      /(\S+): replace the body of (\w+)\(\)\. Until then, nobody/.exec(log) ?? [];
    assert.equal(file, titles.get(recipe.file), log);
    const code = readFileSync(join(root, "backend/recipes", recipe.file), "utf8");
    assert(code.includes(`${name}(`), log);
  }
}

/** @type {[title: string, answer: NonNullable<ReturnType<import("./support.mjs").Script>>, status: number][]} */
const failures = [
  ["refuses, and repeats the key", { status: 401, body: { message: `bad ${apiKey}` } }, 502],
  ["is busy", { status: 429, headers: { "retry-after": "7" } }, 429],
  ["has no space", { status: 413 }, 413],
  ["fails", { status: 500, body: `<html>${apiKey}</html>` }, 502],
  ["is away for now", { status: 503 }, 502],
  ["answers HTML", { body: "<html>Sign in</html>" }, 502],
  ["answers a list", { body: "[]" }, 502],
  ["answers nothing", { body: "" }, 502],
  ["reports an error in a success", { body: { error: "no", data: { url: uploadUrl } } }, 502],
  ["names a URL that others can read", { body: { url: "http://host.example/" } }, 502],
];

/** @param {Recipe} recipe */
async function holds(recipe) {
  /** @type {import("./support.mjs").Script} */
  let script = () => ({ body: { data: { url: uploadUrl }, error: null } });
  const service = await scripted((seen) => script(seen));
  const elsewhere = await scripted();
  const server = await start(recipe, service.url);
  let said = "";
  /** @param {RequestInit} init */
  const ask = async (init) => {
    const response = await fetch(`${server.url}/api/uploads`, init);
    const text = await response.text();
    said += `${JSON.stringify([...response.headers])}${text}\n`;
    return { status: response.status, headers: response.headers, text };
  };
  const refuses = async (
    /** @type {string} */ why,
    /** @type {RequestInit} */ init,
    status = 400,
  ) => {
    const answer = await ask(init);
    assert.equal(answer.status, status, `${why}: ${answer.text}`);
    const { error } = JSON.parse(answer.text);
    assert(typeof error.message === "string" && error.message !== "", why);
    assert.match(answer.headers.get("cache-control") ?? "", /no-store/, why);
    return answer;
  };
  try {
    await grants(ask, service.seen);
    const before = service.seen.length;
    await refuses("nobody is signed in", question(), 401);
    await refuses("another is signed in", question({}, { cookie: "session=guessed" }), 401);
    for (const [title, init, status] of wrongRequests) await refuses(title, init, status);
    if (!recipe.isParsed) await refuses("no JSON", asked("{"));
    for (const headers of foreign) await refuses("a foreign page", asked({}, headers), 403);
    assert((await ask({ headers: signedIn })).status >= 400, "GET");
    assert.equal(service.seen.length, before, "the service was called for a refused request");
    for (const headers of [
      { "sec-fetch-site": "same-origin", origin: server.url },
      { origin: server.url },
      { "sec-fetch-site": "none" },
    ]) {
      assert.equal((await ask(asked({}, headers))).status, 200, JSON.stringify(headers));
    }
    for (const [title, answer, status] of failures) {
      script = () => answer;
      const { headers } = await refuses(`the service ${title}`, asked(), status);
      assert.equal(headers.get("retry-after"), answer.headers?.["retry-after"] ?? null, title);
    }
    if (recipe.isHandwritten) {
      for (const type of wrongTypes) await refuses(`the type ${type}`, asked({ type }), 403);
      script = () => undefined;
      await refuses("the service does not answer", asked(), 504);
    }
    await withstands(server.url, signedIn);
    for (const status of [302, 307]) {
      script = () => ({ status, headers: { location: `${elsewhere.url}/uploads` } });
      await refuses("the service points elsewhere", asked(), 502);
    }
    assert.equal(elsewhere.seen.length, 0, "the key went elsewhere");
    await service.stop();
    await refuses("the service is away", asked(), 502);
  } finally {
    const log = await server.stop();
    await Promise.all([elsewhere.stop(), service.stop().catch(() => {})]);
    assert.doesNotMatch(log, /Traceback|`\w+` failed|Fatal error|Warning: |TypeError/, log);
    assert(!said.includes(apiKey), `the key is said: ${said}`);
    for (const secret of [apiKey, "single-use"]) {
      assert(!log.includes(secret), `a secret is logged: ${log}`);
    }
  }
}

/**
 * @param {(init: RequestInit) => Promise<{ status: number, headers: Headers, text: string }>} ask
 * @param {import("./support.mjs").Seen[]} seen by the service
 */
async function grants(ask, seen) {
  const small = await ask(asked({ filename: "قط 😀.mp4", props: { alias: "of-the-page" } }));
  assert.equal(small.status, 200, small.text);
  assert.deepEqual(JSON.parse(small.text), { url: uploadUrl });
  assert.match(small.headers.get("cache-control") ?? "", /no-store/);
  const [request] = seen;
  assert.deepEqual([request?.method, request?.path], ["POST", "/uploads"]);
  assert.equal(request?.headers.authorization, `Bearer ${apiKey}`);
  assert.equal(request?.headers.cookie, undefined);
  assert.match(request?.headers["content-type"] ?? "", /^application\/json/);
  const granted = { filename: "قط 😀.mp4", metadata: { user: "user_42" } };
  assert.deepEqual(JSON.parse(request?.body ?? ""), granted);
  const large = await ask(asked({ filesize: 70_000_000 }));
  const { url, protocol, chunk_size, ...rest } = JSON.parse(large.text);
  assert.deepEqual([url, protocol, rest], [uploadUrl, "resumable", {}]);
  assert(Number.isInteger(chunk_size) && chunk_size > 0, large.text);
  const { resumable, filename } = JSON.parse(seen[1]?.body ?? "");
  assert.deepEqual([resumable, filename], [true, "clip.mp4"]);
  const empty = await ask(asked({ filesize: 0 }));
  assert.deepEqual(JSON.parse(empty.text), { url: uploadUrl });
}

/** @type {[title: string, init: RequestInit, status?: number][]} */
const wrongRequests = [
  ["a missing key", asked({}, { "idempotency-key": "" })],
  ["a key that is not a UUID", asked({}, { "idempotency-key": "1234" })],
  ["a missing filename", asked({ filename: undefined })],
  ["an empty filename", asked({ filename: "" })],
  ["a long filename", asked({ filename: "é".repeat(513) })],
  ["a filename that is a number", asked({ filename: 1 })],
  ["a filename with a NUL", asked({ filename: "a\0" })],
  ["a missing filesize", asked({ filesize: undefined })],
  ["a negative filesize", asked({ filesize: -1 })],
  ["a fractional filesize", asked({ filesize: 0.5 })],
  ["a filesize that is text", asked({ filesize: "5" })],
  ["a filesize that is a boolean", asked({ filesize: true })],
  ["a list", asked("[1]")],
  ["a text/plain body", asked({}, { "content-type": "text/plain" }), 415],
  ["a file that is too large", asked({ filesize: 5_000_000_001 }), 413],
  ["a web page", asked({ filename: "page.html", type: "text/html" }), 403],
  ["a body that is too large", asked({ props: { much: "x".repeat(70_000) } }), 413],
];

/** Types that handwritten recipes refuse. The other suites test them with the handler. */
const wrongTypes = [
  "",
  "image",
  "image/*",
  "image/svg+xml",
  "image/png,text/html",
  ["image/png"],
  {},
];

const foreign = [
  { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  { "sec-fetch-site": "same-site" },
  { origin: "https://evil.example" },
  { origin: "null" },
];

test("tests every recipe except Rails", () => {
  const files = readdirSync(join(root, "backend/recipes"));
  const started = new Set(recipes.map(({ file }) => file));
  assert.deepEqual(
    files.filter((file) => !started.has(file)),
    ["rails.rb"],
  );
});

test("no regular expression of a recipe can be slow: repetitions are bounded", () => {
  const literal = /(?<=preg_\w+\(')[^']+|(?<=[=(,:!]\s*)\/(?![/*])(?:\\.|[^/\n])+\//g;
  const found = readdirSync(join(root, "backend/recipes")).flatMap((file) => {
    const code = readFileSync(join(root, "backend/recipes", file), "utf8");
    assert.doesNotMatch(code, /\bimport re\b|new RegExp|Regexp\.new/, file);
    return code.match(literal) ?? [];
  });
  // The expressions match an idempotency key, and the name of a header.
  assert.equal(found.length, 3, String(found));
  for (const pattern of found) assert.doesNotMatch(pattern, /[^\\][*+]|\{\d*,\d*\}/);
});

test("type-checks the recipes in TypeScript", async () => {
  const folder = join(targetDirectory, "recipes-types");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/ittybit-uploader"));
  symlinkSync(join(root, "tests/server/packages/$env"), join(folder, "node_modules/$env"));
  const files = recipes.map(({ file }) => file).filter((file) => file.endsWith(".ts"));
  const compilerOptions = {
    ...{ noEmit: true, strict: true, noUnusedLocals: true, types: ["node"] },
    ...{ target: "es2023", module: "esnext", moduleResolution: "bundler" },
    ...{ lib: ["es2023", "dom"], typeRoots: [join(root, "node_modules/@types")] },
  };
  const paths = files.map((file) => join(folder, file));
  for (const file of files) symlinkSync(join(root, "backend/recipes", file), join(folder, file));
  const config = { compilerOptions: { ...compilerOptions, preserveSymlinks: true }, files: paths };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await run("type-checking recipes", process.execPath, [tsc, "--project", folder]);
});
