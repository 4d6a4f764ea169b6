// What the steps print: tables in Markdown, and numbers in them.

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

/**
 * @param {string} title
 * @param {string[]} columns
 * @param {(string | number)[][]} rows the first of each says what it is
 */
export function printTable(title, columns, rows) {
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => (index === 0 ? "---" : "--:"));
  console.log(`\n${title}:\n`);
  for (const cells of [columns, rule, ...rows]) console.log(line(cells));
}

/**
 * The middle one, where there is an odd number of them.
 *
 * @param {number[]} numbers
 */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** @param {number} number */
export const round = (number) => Math.round(number * 10) / 10;

/** @param {number} bytes */
export const inMiB = (bytes) => round(bytes / MiB);

/**
 * In MB/s, as networks count.
 *
 * @param {number} bytes
 * @param {number} milliseconds
 */
export const speed = (bytes, milliseconds) => round(bytes / 1000 / milliseconds);
