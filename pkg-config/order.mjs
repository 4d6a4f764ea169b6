// The order of a wasm's functions. Brotli finds what repeats more cheaply where it is near, so functions that are
// alike lie beside each other. That is worth 1.5 % of what a page loads.

/** In bytes: functions are alike where they have the same runs of this length. */
const run = 4;

/** Each function is compared with so many before it. */
const near = 8;

/**
 * Returns the wasm with a name for each function, by which `wasm-opt --reorder-functions-by-name` puts it in its place.
 *
 * @param {Uint8Array} wasm without names
 */
export function nameByOrder(wasm) {
  const { imported, bodies } = functionsOf(wasm);
  /** @type {number[]} */
  const functions = [];
  for (const [rank, index] of orderOf(bodies).entries()) {
    const name = `${rank}`.padStart(6, "0");
    functions.push(...leb(imported + index), name.length, ...Buffer.from(name));
  }
  const names = [...leb(bodies.length), ...functions];
  // A custom section of that name; 1 is its part for functions.
  const section = [4, ...Buffer.from("name"), 1, ...leb(names.length), ...names];
  return Buffer.concat([wasm, Buffer.from([0, ...leb(section.length), ...section])]);
}

/**
 * Begins with the longest, and goes on with whatever has most in common with the last few.
 *
 * @param {Uint8Array[]} bodies
 * @returns {number[]} their numbers
 */
function orderOf(bodies) {
  const runs = bodies.map((body) => {
    const text = Buffer.from(body).toString("latin1");
    return new Set(Array.from(text, (_, at) => text.slice(at, at + run)));
  });
  const left = new Set(bodies.keys());
  /** @type {number[]} */
  const order = [];
  while (left.size > 0) {
    const seen = new Set(order.slice(-near).flatMap((index) => [...(runs[index] ?? [])]));
    let [best, most] = [-1, -1];
    for (const index of left) {
      const own = runs[index] ?? new Set();
      let common = 0;
      for (const one of own) if (seen.has(one)) common += 1;
      // What a function has besides costs, and the shortest have too little to be alike.
      const share = order.length > 0 ? common / (own.size + 2 * run) : own.size;
      if (share > most) [best, most] = [index, share];
    }
    order.push(best);
    left.delete(best);
  }
  return order;
}

/**
 * @param {Uint8Array} wasm
 * @returns {{ imported: number, bodies: Uint8Array[] }} how many functions it imports, and those that it has
 */
function functionsOf(wasm) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(wasm)));
  const imported = imports.filter(({ kind }) => kind === "function").length;
  /** @type {Uint8Array[]} */
  const bodies = [];
  let at = 8;
  const number = () => {
    let [value, factor, byte] = [0, 1, 0];
    do {
      byte = wasm[at++] ?? 0;
      value += (byte % 128) * factor;
      factor *= 128;
    } while (byte >= 128);
    return value;
  };
  while (at < wasm.length) {
    const isCode = wasm[at++] === 10;
    const end = number() + at;
    if (isCode) {
      for (let left = number(); left > 0; left -= 1) {
        const size = number();
        bodies.push(wasm.subarray(at, at + size));
        at += size;
      }
    }
    at = end;
  }
  return { imported, bodies };
}

/**
 * A number as wasm writes it.
 *
 * @param {number} value
 * @returns {number[]}
 */
const leb = (value) =>
  value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
