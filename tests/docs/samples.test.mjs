// Tests every sample of the documentation: it is type-checked, parsed, run (in running.test.mjs), compiled (Rust, by
// doctests), or says itself why it is not tested.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, test } from "node:test";

import { transform } from "esbuild";

import { measureBudget } from "../../pkg-config/budget.mjs";
import { root, run, targetDirectory } from "../../pkg-config/run.mjs";
import { samples, samplesIn } from "./support.mjs";

const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("every sample is in a language that is tested, or says why it is not", () => {
  const known = ["ts", "tsx", "js", "html", "css", "json", "sh", "rust", "vue", "svelte"];
  const others = samples.filter(({ language, untested }) => !untested && !known.includes(language));
  // A program in another language must be a file, which another test runs.
  const loose = others.filter(({ file }) => !file);
  assert.deepEqual(
    loose.map(({ name, language }) => [name, language]),
    [],
  );
});

test("every displayed file is tested or compiled", () => {
  const tests = readdirSync(join(root, "tests"), { recursive: true })
    .map(String)
    .filter((name) => /\.m?js$/.test(name) && !/node_modules/.test(name))
    .map((name) => readFileSync(join(root, "tests", name), "utf8"))
    .join("\n");
  for (const { file, name, untested } of samples) {
    // Cargo compiles examples with the tests, and tsc checks the files in these folders.
    if (!file || untested || /^backend\/examples\/.*\.rs$/.test(file)) continue;
    const [, app] = /^tests\/bundlers\/apps\/(\w+)\//.exec(file) ?? [];
    const said = app ? [`appWith("${app}"`] : [basename(file), dirname(file)];
    assert(
      said.some((words) => tests.includes(words)),
      `${name}: ${file}`,
    );
  }
});

for (const languages of [["ts", "tsx"], ["js"]]) {
  test(`samples in ${languages.join(" and ")} type-check`, async () => {
    const folder = join(targetDirectory, `docs-samples-${languages[0]}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const checked = samplesIn(...languages).filter(
      ({ flags, file }) => !file && !flags.includes("declaration"),
    );
    assert(checked.length > 4);
    for (const [index, { language, code }] of checked.entries()) {
      const isModule = /^(im|ex)port /m.test(code);
      writeFileSync(
        join(folder, `sample${index}.${language}`),
        isModule ? code : `${code}\nexport {};\n`,
      );
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration(languages)));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    await run("type-checking samples", process.execPath, [tsc, "--project", folder]).catch(
      ({ message }) => {
        const name = (/** @type {string} */ _, /** @type {string} */ index) =>
          `${checked[Number(index)]?.name}: `;
        assert.fail(String(message).replace(/\S*sample(\d+)\.\w+/g, name));
      },
    );
  });
}

/** @param {string[]} languages */
function configuration(languages) {
  const dist = join(root, "dist");
  return {
    compilerOptions: {
      ...{ allowJs: true, checkJs: true, noEmit: true, strict: true, skipLibCheck: true },
      // JavaScript can't assert that an element exists.
      strictNullChecks: !languages.includes("js"),
      ...{ target: "es2023", lib: ["es2023", "dom", "dom.iterable"], jsx: "react-jsx" },
      ...{ module: "esnext", moduleResolution: "bundler", types: ["node"] },
      typeRoots: [join(root, "node_modules/@types")],
      paths: {
        "ittybit-uploader": [join(dist, "index.d.ts")],
        "ittybit-uploader/*": [join(dist, "*.d.ts")],
        "*": [join(root, "node_modules/*"), join(root, "node_modules/@types/*")],
      },
    },
    include: ["*", join(root, "tests/docs/given.d.ts")],
  };
}

describe("a sample is valid", () => {
  for (const { name, code } of samplesIn("json")) test(`${name}: JSON`, () => JSON.parse(code));

  for (const { name, code } of samplesIn("css")) {
    test(`${name}: CSS`, async () => {
      const { warnings } = await transform(code, { loader: "css" });
      assert.deepEqual(warnings, []);
    });
  }

  for (const { name, code } of samplesIn("html")) {
    test(`${name}: HTML`, () => {
      // Checks that quotes and tags are closed. Browsers tolerate everything else.
      const tags = [...code.matchAll(/<(\/?)([a-z][\w-]*)((?:[^<>"]|"[^"]*")*)>/gi)];
      const empty = /^(input|meta|link|img|br|html)$/;
      /** @type {string[]} */
      const open = [];
      const scripts = code.replace(/<script>[\s\S]*?<\/script>/g, "");
      assert.equal((scripts.match(/"/g) ?? []).length % 2, 0, "quotes");
      for (const [, end, tag = "", rest = ""] of tags) {
        if (empty.test(tag) || rest.endsWith("/")) continue;
        if (end) assert.equal(open.pop(), tag);
        else open.push(tag);
      }
      assert.deepEqual(open, []);
    });
  }
});

describe("lines for a shell", () => {
  const lines = samplesIn("sh").flatMap(({ name, flags, code }) =>
    code
      .replace(/\\\n/g, " ")
      .split("\n")
      .map((line) =>
        line
          .replace(/\s#.*$|^#.*$/, "")
          .replace(/^(\w+=(".*?"|\S*) )*/, "")
          .trim(),
      )
      .filter(Boolean)
      .map((line) => ({ name, line, isApp: flags.includes("app") })),
  );

  for (const { name, line, isApp } of lines) {
    test(`${name}: ${line}`, () => {
      const [program = "", verb = "", ...rest] = line.split(/\s+/);
      const [what = ""] = rest;
      if (/^\w+=/.test(program)) return;
      if (program === "npm" && verb === "install") {
        for (const name of rest) {
          const tarball = `${packageJson.name}-${packageJson.version}.tgz`;
          assert(
            name === packageJson.name || name.endsWith(`/${packageJson.name}/${tarball}`),
            name,
          );
        }
      } else if (program === "npm" && verb === "pack") {
        assert(!what || what === packageJson.name);
      } else if (program === "npm") {
        const script = verb === "run" ? what : verb;
        const ofApps = ["dev", "build"];
        assert(isApp ? ofApps.includes(script) : script in packageJson.scripts, script);
      } else if (program === "cargo" && verb === "add" && what === "--path") {
        assert(
          existsSync(join(root, String(rest[1]).replace("../ittybit-uploader/", ""), "Cargo.toml")),
        );
      } else {
        const known = ["npx", "cd", "cargo", "mkdir", "mv", "tar", "curl", "cp"];
        assert(known.includes(program), program);
      }
    });
  }
});

test("every page with Rust is among the backend's doctests", () => {
  const lib = readFileSync(join(root, "backend/src/lib.rs"), "utf8");
  const own = samplesIn("rust").filter(({ file }) => !file);
  for (const name of new Set(own.map(({ name }) => name.replace(/,.*/, "")))) {
    const file = name === "README" ? "README.md" : `www/docs/${name}.md`;
    assert(lib.includes(`include_str!("../../${file}")`), `${file} in backend/src/lib.rs`);
  }
});

test("every test that the security page names exists", () => {
  const text = readFileSync(join(root, "www/docs/security.md"), "utf8");
  const named = [...text.matchAll(/^- `([^`]+)`: “([^”]+)”$/gm)];
  assert.equal(named.length, [...text.matchAll(/^- `(tests|backend)\//gm)].length);
  assert(named.length > 20);
  for (const [, file = "", title = ""] of named) {
    assert(readFileSync(join(root, file), "utf8").includes(title), `${file}: ${title}`);
  }
});

test("every error code is explained once, and no others are", () => {
  const types = readFileSync(join(root, "src/package/index.d.ts"), "utf8");
  const [, union = ""] = /type UploadErrorCode =(.*?);/s.exec(types) ?? [];
  const codes = [...union.matchAll(/"([\w-]+)"/g)].map(([, code]) => code);
  const page = readFileSync(join(root, "www/docs/api.md"), "utf8");
  const [, table = ""] = /^### UploadErrorCode\n\n(.*?)\n(?:\n|$)/ms.exec(page) ?? [];
  const told = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, code]) => code);
  assert.deepEqual(told.sort(), codes.sort());
});

test("README has no broken links on npm", () => {
  // The registry shows README too, and resolves its relative links to files of the repository.
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const [, href = ""] of readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
    if (!/^https?:/.test(href)) assert(existsSync(join(root, href)), href);
  }
});

test("README's figures are those of the build, within a KB", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const lines = [...readme.matchAll(/^\| .*?\| ([\d.]+) \| ([\d.]+) \|$/gm)];
  const measured = measureBudget().filter(({ what }) => !/script tag/.test(what));
  assert.equal(lines.length, measured.length);
  for (const [index, [line = "", brotli, raw]] of lines.entries()) {
    const sizes = measured[index];
    assert(Math.abs(Number(brotli) - Number(sizes?.brotli) / 1024) <= 1, line);
    assert(Math.abs(Number(raw) - Number(sizes?.raw) / 1024) <= 1, line);
  }
});
