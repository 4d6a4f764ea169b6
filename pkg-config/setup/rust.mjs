// Finds or installs two Rust toolchains: one for this machine, and one that compiles to wasm32.
//
// For the second, tries in this order: the active toolchain, if it has the standard library for wasm32;
// rustup, which adds that library; Debian's compiler for browsers, with a library built from the source that
// comes with it. Setting the environment variable WASM_TOOLCHAIN to `debian` forces the third.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ask, root, run, targetDirectory } from "../run.mjs";
import * as debian from "./debian.mjs";
import { Missing, say } from "./say.mjs";

/**
 * @typedef {import("../run.mjs").Program & { targetDirectory: string }} WasmCargo
 */

const target = "wasm32-unknown-unknown";

/** How long rustup may take, in ms. If its server is not reachable, it may wait forever. */
const rustupTimeLimit = 120_000;

/** The compilers with which building the standard library for size is tested. Its flags may change. */
const librarySourceVersions = /^rustc 1\.(95|96)\./;

/** The oldest Rust version that Cargo.toml allows. */
const oldestVersion =
  /^rust-version = "(.*)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1] ?? "1.0";

/** @param {string} version */
const minor = (version) => Number(/1\.(\d+)/.exec(version)?.[1]);

/**
 * Returns a toolchain for programs that run on this machine.
 *
 * @param {{ tests: boolean }} needs
 * @returns {Promise<import("../run.mjs").Program>}
 */
export async function hostRust({ tests }) {
  const version = ask("rustc", ["--version"]);
  if (version === undefined || ask("cargo", ["--version"]) === undefined) {
    throw new Missing("Rust", "Install it with rustup (https://rustup.rs) and try again.");
  }
  if (minor(version) < minor(oldestVersion)) {
    throw new Missing(`Rust ${oldestVersion}`, `This is ${version}. Update it: rustup update`);
  }
  if (ask("cc", ["--version"]) === undefined) {
    if (!debian.canInstall()) throw new Missing("a C compiler", "Install gcc or clang.");
    await debian.install("a C compiler", ["gcc", "libc6-dev"]);
  }
  for (const [component, command] of tests
    ? [
        ["rustfmt", "fmt"],
        ["clippy", "clippy"],
      ]
    : []) {
    if (ask("cargo", [command, "--version"]) !== undefined) continue;
    if (!(await rustupAdds("component", component))) {
      throw new Missing(component, `Install it: rustup component add ${component}`);
    }
  }
  say("Rust", version);
  return { command: "cargo" };
}

/**
 * Returns a toolchain that compiles to wasm32.
 *
 * @returns {Promise<{ wasmCargo: WasmCargo, librarySource: boolean }>}
 */
export async function wasmRust() {
  const forced = process.env.WASM_TOOLCHAIN;
  if (forced !== undefined && forced !== "debian") {
    throw new Missing(`the toolchain "${forced}"`, "WASM_TOOLCHAIN must be `debian` or not set.");
  }
  if (!forced) {
    const there = hasLibrary("rustc");
    if (there || (!debianIsReady() && (await rustupAdds("target", target)))) {
      return active(there ? "is there" : "added by rustup");
    }
  }
  return debianToolchain();
}

/** @param {string} state */
async function active(state) {
  say("Rust for wasm32", state);
  const version = ask("rustc", ["--version"]) ?? "";
  let librarySource = librarySourceVersions.test(version);
  if (librarySource && !hasSource("rustc")) {
    librarySource = await rustupAdds("component", "rust-src");
  }
  say(
    "the standard library's source",
    librarySource ? "is there" : "not for this compiler; the package gets a few KB larger",
  );
  return { wasmCargo: { command: "cargo", targetDirectory }, librarySource };
}

/**
 * @param {"target" | "component"} kind
 * @param {string} name
 */
async function rustupAdds(kind, name) {
  if (ask("rustup", ["--version"]) === undefined) return false;
  const title = `asking rustup for ${name}`;
  try {
    await run(title, "rustup", [kind, "add", name], { timeLimit: rustupTimeLimit });
    return true;
  } catch {
    say(name, "rustup cannot get it");
    return false;
  }
}

/**
 * @param {string | import("../run.mjs").Program} rustc
 */
function hasLibrary(rustc) {
  const folder = ask(rustc, ["--print", "target-libdir", "--target", target]);
  return (
    folder !== undefined &&
    existsSync(folder) &&
    readdirSync(folder).some((name) => /^libcore-.*\.rlib$/.test(name))
  );
}

/**
 * @param {string | import("../run.mjs").Program} rustc
 */
function hasSource(rustc) {
  const sysroot = ask(rustc, ["--print", "sysroot"]);
  return sysroot !== undefined && existsSync(join(sysroot, "lib/rustlib/src/rust/library/std"));
}

// Debian's compiler for browsers. Its packages contain the library for wasm32 only as source.

const debianPackages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/** Selects Debian's programs even if rustup's come before them on the path. */
const debianEnv = { RUSTC: "/usr/bin/rustc", PATH: `/usr/bin:${process.env.PATH}` };
const debianCargo = { command: "/usr/bin/cargo", env: debianEnv };
const debianLibrary = `/usr/lib/rustlib/${target}/lib`;

/** Holds the version of the compiler that built the library, because no other compiler can use it. */
const builtWith = join(debianLibrary, "built-with");

function debianVersion() {
  return ask("/usr/bin/rustc", ["--version", "--verbose"]);
}

function debianIsReady() {
  return (
    existsSync(builtWith) &&
    hasSource("/usr/bin/rustc") &&
    readFileSync(builtWith, "utf8") === debianVersion()
  );
}

async function debianToolchain() {
  const wasReady = debianIsReady();
  if (!wasReady) {
    if (!debian.canInstall()) {
      throw new Missing("Rust for wasm32", `Install it: rustup target add ${target}`);
    }
    await debian.install("Debian's Rust for browsers", debianPackages);
    await buildDebianLibrary();
  }
  say("Rust for wasm32", `Debian's (${wasReady ? "is there" : "installed"})`);
  return {
    wasmCargo: { ...debianCargo, targetDirectory: join(targetDirectory, "debian") },
    librarySource: true,
  };
}

async function buildDebianLibrary() {
  const crate = mkdtempSync(join(tmpdir(), "wasm32-library-"));
  const manifest = '[package]\nname = "nothing"\nversion = "0.0.0"\nedition = "2024"\n';
  writeFileSync(join(crate, "Cargo.toml"), manifest);
  mkdirSync(join(crate, "src"));
  writeFileSync(join(crate, "src/lib.rs"), "#![no_std]\n");
  // Link-time optimisation needs the bitcode.
  const env = { RUSTFLAGS: "-Cembed-bitcode=yes", RUSTC_BOOTSTRAP: "1" };
  const build = ["build", "--release", "--target", target, "--target-dir", "target"];
  await run(
    "compiling the standard library to wasm32",
    debianCargo,
    [...build, "-Zbuild-std=std,panic_abort,test"],
    { cwd: crate, env },
  );
  const built = join(crate, "target", target, "release/deps");
  const library = join(crate, "library");
  mkdirSync(library);
  for (const name of readdirSync(built)) {
    if (name.endsWith(".rlib") && !name.startsWith("libnothing-")) {
      cpSync(join(built, name), join(library, name));
    }
  }
  writeFileSync(join(library, "built-with"), debianVersion() ?? "");
  await debian.asRoot("removing an earlier library", "rm", ["-rf", debianLibrary]);
  await debian.asRoot("making room for the library", "mkdir", ["-p", debianLibrary]);
  await debian.asRoot("installing the library", "cp", ["-rT", library, debianLibrary]);
  rmSync(crate, { recursive: true });
}
