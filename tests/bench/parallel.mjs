// Compares four connections with one, to a host that reads 4 MB/s from each.

import { send, sparseFile, startBenchDemo } from "./sending.mjs";
import { MiB, printTable, round, speed } from "./table.mjs";

/**
 * In bytes. Twelve pieces, so that four at a time come out even. A piece is answered after it was read
 * at that speed, and only then the next one is sent, so socket buffers make neither of them faster.
 */
const size = 192 * MiB;

const bytesPerSecond = 4_000_000;

export async function parallel() {
  const file = sparseFile(size);
  const demo = await startBenchDemo();
  const rows = [];
  try {
    for (const [protocol, host, kind] of /** @type {const} */ ([
      ["resumable", demo.host, "chunk"],
      ["multipart", demo.store, "part"],
    ])) {
      const slow = { kind: "slow", bytes_per_second: bytesPerSecond, times: 1_000_000 };
      const body = JSON.stringify({ [kind]: [slow] });
      const { ok } = await fetch(`${host}/faults`, { method: "PUT", body });
      if (!ok) throw new Error(`${protocol}: the host is not slow`);
      const measure = async (/** @type {number} */ parallelParts) =>
        (
          await send({
            ...{ way: protocol, path: file.path, pages: demo.address },
            options: { parallelParts },
          })
        ).time;
      const one = await measure(1);
      const four = await measure(4);
      rows.push([protocol, speed(size, one), speed(size, four), round(one / four)]);
    }
  } finally {
    await demo.stop();
    file.remove();
  }
  printTable(
    `${size / MiB} MiB to a host that gives each connection 4 MB/s (aim: 3.5 times as fast)`,
    ["", "one at a time, MB/s", "four at a time, MB/s", "times as fast"],
    rows,
  );
}
