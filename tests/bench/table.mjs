// Formats the steps' results: tables in Markdown, and numbers.

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

/**
 * @param {string} title
 * @param {string[]} columns
 * @param {(string | number)[][]} rows the first cell of each is its title
 */
export function printTable(title, columns, rows) {
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => (index === 0 ? "---" : "--:"));
  console.log(`\n${title}:\n`);
  for (const cells of [columns, rule, ...rows]) console.log(line(cells));
}

/**
 * Returns the median of an odd number of values.
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
 * Returns the speed in MB/s, with a megabyte of 1,000,000 bytes.
 *
 * @param {number} bytes
 * @param {number} milliseconds
 */
export const speed = (bytes, milliseconds) => round(bytes / 1000 / milliseconds);
