// Installs Debian's packages, if this is Debian or Ubuntu and we may install packages.

import { existsSync, readdirSync } from "node:fs";

import { ask, run } from "../run.mjs";

/** Returns whether packages can be installed without asking for a password. */
export function canInstall() {
  return ask("apt-get", ["--version"]) !== undefined && sudo() !== undefined;
}

/**
 * Returns whether Debian has a package, according to its downloaded lists. Returns true if there are none yet.
 *
 * @param {string} name
 */
export function offers(name) {
  const lists = "/var/lib/apt/lists";
  const isRead = existsSync(lists) && readdirSync(lists).some((file) => /_Packages/.test(file));
  return !isRead || ask("apt-cache", ["show", name]) !== undefined;
}

let updated = false;

/**
 * @param {string} thing names the packages for a person
 * @param {string[]} packages
 */
export async function install(thing, packages) {
  // Another installation may be in progress on this machine.
  const waitForLock = ["-o", "DPkg::Lock::Timeout=600"];
  if (!updated)
    await asRoot("reading Debian's package lists", "apt-get", [...waitForLock, "update"]);
  updated = true;
  await asRoot(`installing ${thing}`, "apt-get", [
    ...waitForLock,
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

/** Returns the words that run a command as root. Returns `undefined` if that is not possible. */
function sudo() {
  if (process.getuid?.() === 0) return [];
  return ask("sudo", ["-n", "true"]) === undefined ? undefined : ["sudo", "-n"];
}
