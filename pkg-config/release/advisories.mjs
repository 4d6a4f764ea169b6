// Checks crates and npm packages for known vulnerabilities, in RustSec's database and npm's registry. If a
// list can't be reached, prints that nothing was checked, which is neither a failure nor a pass.

import { spawn } from "node:child_process";

import { root, run } from "../run.mjs";

/**
 * @typedef {{ answered: false, why: string } | { answered: true, findings: string[] }} Report
 */

/**
 * Checks all crates, including those of the workspace's tools and tests.
 *
 * @param {string} cargoDeny
 * @returns {Promise<Report>}
 */
export async function crateAdvisories(cargoDeny) {
  const { code, stderr } = await outcome(cargoDeny, [
    ...["--workspace", "--locked", "--format", "json", "--log-level", "warn"],
    ...["check", "--hide-inclusion-graph", "advisories"],
  ]);
  return readCargoDeny(stderr, code);
}

/**
 * Parses the output of cargo deny.
 *
 * @param {string} output of `cargo deny --format json check advisories`
 * @param {number | null} code
 * @returns {Report}
 */
export function readCargoDeny(output, code) {
  const lines = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  if (lines.some(({ type }) => type === "summary")) {
    const findings = lines
      .filter(({ type, fields }) => type === "diagnostic" && fields.severity === "error")
      .map(({ fields }) => {
        const crate = fields.labels?.[0]?.span?.split(" ").slice(0, 2).join(" ") ?? "a crate";
        return `${crate}: ${fields.message} (${fields.advisory?.id ?? fields.code})`;
      });
    if (code !== 0 && findings.length === 0) throw new Error(`cargo deny failed:\n${output}`);
    return { answered: true, findings };
  }
  const why = lines.find(({ fields }) => /failed to fetch advisory/.test(fields.message));
  if (!why) throw new Error(`cargo deny failed:\n${output}`);
  return { answered: false, why: "RustSec's database cannot be fetched" };
}

/**
 * Checks the npm packages in a lock file. Reports high and critical vulnerabilities.
 *
 * @param {string} folder contains the lock file
 * @returns {Promise<Report>}
 */
export async function packageAdvisories(folder) {
  const args = ["audit", "--json", "--package-lock-only"];
  const { stdout } = await outcome("npm", args, { cwd: folder });
  return readNpmAudit(stdout);
}

/**
 * @param {string} output of `npm audit --json`
 * @returns {Report}
 */
export function readNpmAudit(output) {
  const { vulnerabilities, statusCode, error, message } = JSON.parse(output);
  if (vulnerabilities) {
    const findings = Object.values(vulnerabilities)
      .filter(({ severity }) => severity === "high" || severity === "critical")
      .map(({ name, severity, range }) => `${name} ${range} (${severity})`);
    return { answered: true, findings };
  }
  // A mirror without this service answers with a status. Without a network, there is only an error code.
  const refusal = statusCode ?? networkCode(`${error?.code} ${message} ${error?.summary}`);
  if (refusal === undefined) throw new Error(`npm audit failed:\n${output}`);
  return { answered: false, why: `npm's registry does not answer (${refusal})` };
}

/** @param {string} text */
function networkCode(text) {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOAUDIT|ENETUNREACH)\b/.exec(
    text,
  )?.[1];
}

/**
 * Prints the reports of both lists. Throws if a crate or a package of the root has a vulnerability. The lock
 * files below `tests/` belong to apps that only run on this machine, so theirs are only printed.
 *
 * @param {string} cargoDeny
 */
export async function checkAdvisories(cargoDeny) {
  const locks = await run("looking for lock files", "git", [
    "ls-files",
    "--",
    "*package-lock.json",
  ]);
  const folders = locks
    .split("\n")
    .filter(Boolean)
    .map((file) => file.replace(/\/?package-lock\.json$/, ""));
  let bad = printReport("crates", await crateAdvisories(cargoDeny));
  for (const folder of folders) {
    const count = printReport(
      folder || "npm packages",
      await packageAdvisories(`${root}/${folder}`),
    );
    if (!folder.startsWith("tests/")) bad += count;
  }
  if (bad > 0) throw new Error(`${bad} known vulnerabilities; see above`);
}

/**
 * @param {string} what
 * @param {Report} report
 */
function printReport(what, report) {
  if (!report.answered) {
    console.log(`advisories: ${what}: NOT CHECKED: ${report.why}`);
    return 0;
  }
  const { findings } = report;
  console.log(`advisories: ${what}: ${findings.length === 0 ? "none" : findings.join("; ")}`);
  return findings.length;
}

/**
 * Returns the whole output of a program, even if it fails: these programs fail if they find something.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function outcome(command, args, { cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
