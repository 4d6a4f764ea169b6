// Starts moto's server, an independent implementation of S3.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { bucket } from "./backends.mjs";

/**
 * Starts the server on a free port, with the bucket.
 *
 * @param {string} program
 */
export async function startMoto(program) {
  const server = spawn(program, ["--host", "127.0.0.1", "--port", "0"], {
    env: { PYTHONUNBUFFERED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const url = await new Promise((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const [, url] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
        if (url) resolve(url);
      });
    }
    server.once("error", reject);
    server.once("close", () => reject(new Error("moto has ended")));
  });
  const stop = async () => {
    server.kill();
    await ended;
  };
  const credential = `X-Amz-Credential=key/20260101/${bucket.region}/s3/aws4_request`;
  const xml = `<CreateBucketConfiguration><LocationConstraint>${bucket.region}</LocationConstraint></CreateBucketConfiguration>`;
  const made = await fetch(`${url}/${bucket.bucket}?${credential}`, { method: "PUT", body: xml });
  if (!made.ok) await stop();
  assert(made.ok, await made.text());
  return { url, stop };
}
