// Tests how the answers of RustSec's and npm's lists are read, and what happens if a list can't be reached.

import assert from "node:assert/strict";
import test from "node:test";

import { readCargoDeny, readNpmAudit } from "../../pkg-config/release/advisories.mjs";

/** @param {object[]} lines */
const json = (...lines) => lines.map((line) => JSON.stringify(line)).join("\n");

const summary = { type: "summary", fields: { advisories: {} } };

test("names a vulnerable crate with its advisory", () => {
  const diagnostic = {
    type: "diagnostic",
    fields: {
      severity: "error",
      code: "vulnerability",
      message: "It reads beyond the end",
      advisory: { id: "RUSTSEC-2026-9999" },
      labels: [{ span: "itoa 1.0.19 registry+index" }],
    },
  };
  assert.deepEqual(readCargoDeny(json(diagnostic, summary), 1), {
    answered: true,
    findings: ["itoa 1.0.19: It reads beyond the end (RUSTSEC-2026-9999)"],
  });
});

test("ignores warnings, and accepts a result without findings", () => {
  const warning = { type: "diagnostic", fields: { severity: "warning", message: "old" } };
  assert.deepEqual(readCargoDeny(json(warning, summary), 0), { answered: true, findings: [] });
});

test("reports a database that can't be fetched as not checked", () => {
  const log = { type: "log", fields: { message: "failed to fetch advisory database https://…" } };
  assert.equal(readCargoDeny(json(log), 1).answered, false);
});

test("throws if cargo deny fails in another way", () => {
  const log = { type: "log", fields: { message: "failed to validate configuration file" } };
  assert.throws(() => readCargoDeny(json(log), 1), /cargo deny failed/);
  assert.throws(() => readCargoDeny("", 1), /cargo deny failed/);
  assert.throws(() => readCargoDeny(json(summary), 2), /cargo deny failed/);
});

test("counts npm's high and critical findings", () => {
  const vulnerabilities = {
    a: { name: "a", severity: "critical", range: "<2.0.0" },
    b: { name: "b", severity: "moderate", range: "*" },
    c: { name: "c", severity: "high", range: "1.x" },
  };
  assert.deepEqual(readNpmAudit(JSON.stringify({ vulnerabilities })), {
    answered: true,
    findings: ["a <2.0.0 (critical)", "c 1.x (high)"],
  });
});

test("reports a registry without audits, or an unreachable one, as not checked", () => {
  const error = { summary: "", detail: "" };
  const refused = { message: "405 Method Not Allowed - POST", statusCode: 405, error };
  const unreachable = { message: "request failed, reason: getaddrinfo ENOTFOUND host", error };
  for (const answer of [refused, unreachable]) {
    assert.equal(readNpmAudit(JSON.stringify(answer)).answered, false);
  }
});

test("throws if npm audit fails in another way", () => {
  const answer = { error: { code: "ENOLOCK", summary: "This command requires a lockfile." } };
  assert.throws(() => readNpmAudit(JSON.stringify(answer)), /npm audit failed/);
});
