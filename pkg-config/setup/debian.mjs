// Debian's packages, where this is Debian (or Ubuntu) and we may install them.

import { ask, run } from "../run.mjs";

/** Whether packages can be installed without asking anyone. */
export function canInstall() {
  return ask("apt-get", ["--version"]) !== undefined && sudo() !== undefined;
}

let updated = false;

/**
 * @param {string} thing what a person is told is being installed
 * @param {string[]} packages
 */
export async function install(thing, packages) {
  // Another installation may be under way on this machine.
  const patience = ["-o", "DPkg::Lock::Timeout=600"];
  if (!updated) await asRoot("reading Debian's package lists", "apt-get", [...patience, "update"]);
  updated = true;
  await asRoot(`installing ${thing}`, "apt-get", [
    ...patience,
    ...["install", "--yes", "--no-install-recommends", "--no-remove"],
    ...packages,
  ]);
}

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 */
export async function asRoot(title, command, args) {
  const words = [...(sudo() ?? []), "env", "DEBIAN_FRONTEND=noninteractive", command, ...args];
  await run(title, words[0], words.slice(1));
}

/** What to put before a command so that it runs as root; nothing where that can't be. */
function sudo() {
  if (process.getuid?.() === 0) return [];
  return ask("sudo", ["-n", "true"]) === undefined ? undefined : ["sudo", "-n"];
}
