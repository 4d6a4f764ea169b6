// Starts three nodes of Garage on loopback, with every object on each of them, in a temporary folder.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { ask, run } from "../../pkg-config/run.mjs";

const nodeCount = 3;
const bucket = "uploads";
const region = "garage";

/** How long the nodes may take to find each other, in ms. */
const timeLimit = 60_000;

/**
 * @typedef {object} Cluster
 * @property {Record<string, string>} env environment variables for the backend's tests
 * @property {number} expendable the process id of a node to which no test connects directly
 * @property {() => boolean} hasLostANode
 * @property {() => Promise<void>} stop ends every node, and removes what they stored
 */

/**
 * @param {string} garage the path of the program
 * @returns {Promise<Cluster>}
 */
export async function startCluster(garage) {
  const folder = mkdtempSync(join(tmpdir(), "garage-"));
  /** @type {import("node:child_process").ChildProcess[]} */
  const servers = [];
  const stop = async () => {
    await Promise.all(servers.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ports = await freePorts(nodeCount * 3);
    const secret = randomBytes(32).toString("hex");
    const nodes = Array.from({ length: nodeCount }, (_, index) => {
      const [rpc = 0, s3 = 0, admin = 0] = ports.slice(index * 3);
      const path = join(folder, `${index}.toml`);
      writeFileSync(path, settings(join(folder, `${index}`), { rpc, s3, admin }, secret));
      return { path, s3, log: join(folder, `${index}.log`) };
    });
    const [first] = nodes;
    if (first === undefined) throw new Error("a cluster has nodes");
    /** @param {string[]} words */
    const command = (...words) => run(`garage ${words[0]}`, garage, ["-c", first.path, ...words]);

    for (const { path, log } of nodes) {
      const output = openSync(log, "a");
      const env = { ...process.env, RUST_LOG: "garage=info" };
      const stdio = /** @type {const} */ (["ignore", output, output]);
      servers.push(spawn(garage, ["-c", path, "server"], { stdio: [...stdio], env }));
      closeSync(output);
    }
    // A node creates its id when it first runs.
    const idOf = (/** @type {string} */ path) => ask(garage, ["-c", path, "node", "id", "-q"]);
    await until("the nodes run", nodes, () =>
      nodes.every(({ path }) => idOf(path) && ask(garage, ["-c", path, "status"]) !== undefined),
    );
    const ids = nodes.map(({ path }) => idOf(path) ?? "");
    for (const id of ids.slice(1)) await command("node", "connect", id);
    const names = ids.map((id) => id.slice(0, 16));
    await until("the nodes know each other", nodes, () => {
      const status = ask(garage, ["-c", first.path, "status"]) ?? "";
      return names.every((name) => status.includes(name));
    });
    await command("layout", "assign", "--zone", "here", "--capacity", "10GB", ...names);
    await command("layout", "apply", "--version", "1");

    const keyId = `GK${randomBytes(12).toString("hex")}`;
    const key = randomBytes(32).toString("hex");
    await until(
      "the cluster stores",
      nodes,
      () => ask(garage, ["-c", first.path, "bucket", "create", bucket]) !== undefined,
    );
    await command("key", "import", "--yes", "-n", "tests", keyId, key);
    await command("bucket", "allow", "--read", "--write", "--owner", bucket, "--key", keyId);

    return {
      stop,
      expendable: servers.at(-1)?.pid ?? 0,
      hasLostANode: () => servers.some((server) => server.signalCode !== null),
      env: {
        S3_TESTS: "1",
        S3_ENDPOINT: `http://127.0.0.1:${first.s3}`,
        S3_REGION: region,
        S3_BUCKET: bucket,
        S3_ACCESS_KEY_ID: keyId,
        S3_SECRET_ACCESS_KEY: key,
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {string} folder
 * @param {{ rpc: number, s3: number, admin: number }} ports
 * @param {string} secret what the nodes know each other by
 */
function settings(folder, { rpc, s3, admin }, secret) {
  return `
metadata_dir = "${join(folder, "meta")}"
data_dir = "${join(folder, "data")}"
db_engine = "sqlite"
replication_factor = ${nodeCount}
rpc_bind_addr = "127.0.0.1:${rpc}"
rpc_public_addr = "127.0.0.1:${rpc}"
rpc_secret = "${secret}"

[s3_api]
s3_region = "${region}"
api_bind_addr = "127.0.0.1:${s3}"

[admin]
api_bind_addr = "127.0.0.1:${admin}"
`;
}

/**
 * Finds free ports. Holds all of them until the last one is found, so that they differ.
 *
 * @param {number} count
 */
async function freePorts(count) {
  const listeners = await Promise.all(
    Array.from({ length: count }, async () => {
      const listener = createServer();
      await new Promise((resolve, reject) => {
        listener.once("error", reject);
        listener.listen(0, "127.0.0.1", () => resolve(undefined));
      });
      return listener;
    }),
  );
  const ports = listeners.map((listener) => {
    const address = listener.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}

/**
 * @param {string} what
 * @param {{ log: string }[]} nodes
 * @param {() => boolean} isSo
 */
async function until(what, nodes, isSo) {
  const end = Date.now() + timeLimit;
  while (!isSo()) {
    if (Date.now() > end) {
      const logs = nodes.map(({ log }) => readFileSync(log, "utf8").slice(-2_000));
      throw new Error(`not within ${timeLimit} ms: ${what}\n${logs.join("\n")}`);
    }
    await wait(200);
  }
}

/**
 * Ends a process if it is still running.
 *
 * @param {import("node:child_process").ChildProcess} child
 */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
