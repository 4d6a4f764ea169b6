// Uploads a sparse file of 6 GB with the resumable protocol, to find 32-bit overflows. Compares its
// size, and its bytes at the start, around each multiple of 2 GiB, and at the end. Needs as much space
// in the folder for temporary files (`TMPDIR`), so it runs only if it is named.

import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync, readSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";

import { send, sparseFile, startBenchDemo } from "./sending.mjs";
import { GiB, inMiB, MiB, printTable, round, speed } from "./table.mjs";

/** In bytes. */
const size = 6_000_000_000;

/** The space for the file, and for chunks that are not in it yet, in bytes. */
const room = size + 512 * MiB;

/** How much is compared at each place, in bytes. */
const sample = 4 * MiB;

const places = [0, 2 * GiB - sample / 2, 4 * GiB - sample / 2, 3 * GiB, 5 * GiB, size - sample];

export async function large() {
  const { bavail, bsize } = statfsSync(tmpdir());
  if (bavail * bsize < room) {
    throw new Error(`${tmpdir()} has no room for 6.5 GB; set TMPDIR to where there is some.`);
  }
  const file = sparseFile(size);
  const demo = await startBenchDemo();
  try {
    const handle = openSync(file.path, "r+");
    for (const place of places) {
      // Random bytes in the middle of what is compared, with zeros around them.
      const bytes = randomBytes(sample / 2);
      const isLast = place + sample === size;
      writeSync(handle, bytes, 0, bytes.length, isLast ? size - bytes.length : place + sample / 4);
    }
    const { time, media, added, requests } = await send({
      ...{ way: "resumable", path: file.path, pages: demo.address },
    });
    const wrong = [];
    if (media.filesize !== size) wrong.push(`${media.filesize} of ${size} bytes`);
    for (const place of places) {
      const bytes = Buffer.alloc(sample);
      readSync(handle, bytes, 0, sample, place);
      const range = `bytes=${place}-${place + sample - 1}`;
      const response = await fetch(media.url, { headers: { range } });
      const stored = Buffer.from(await response.arrayBuffer());
      if (response.headers.get("content-range")?.split("/")[1] !== `${size}`) {
        wrong.push(`the size at ${place}`);
      }
      if (sha256(stored) !== sha256(bytes)) wrong.push(`the bytes at ${place}`);
    }
    closeSync(handle);
    printTable(
      "A sparse file of 6 GB to the stand-in, resumable",
      ["MB/s", "s", "requests", "MiB added to the page's process", "samples compared by hash"],
      [
        [
          ...[speed(size, time), round(time / 1000), requests, inMiB(added.renderer)],
          wrong.length > 0 ? `WRONG: ${wrong.join(", ")}` : `${places.length}, all the same`,
        ],
      ],
    );
    if (wrong.length > 0) throw new Error(`6 GB: ${wrong.join(", ")}`);
  } finally {
    await demo.stop();
    file.remove();
  }
}

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
