// Finds or installs Firefox, and WebKit with its driver and a virtual screen, for tests only.

import { ask } from "../run.mjs";
import * as debian from "./debian.mjs";
import { Missing, say } from "./say.mjs";

/**
 * @typedef {{ firefox: string, webkitDriver: string, xvfb: string }} Engines paths of the programs
 */

/** @returns {Promise<Engines>} */
export async function engines() {
  const firefox = await find("Firefox", ["firefox-esr"], {
    candidates: [process.env.FIREFOX, "firefox-esr", "firefox"],
    remedy: "Install Firefox 140 or later, or name it in the environment variable FIREFOX.",
  });
  // Its package depends on WebKit, which includes the small browser that the driver starts.
  const webkitDriver = await find("WebKit's driver", ["webkit2gtk-driver"], {
    candidates: [process.env.WEBKIT_DRIVER, "WebKitWebDriver"],
    question: "--help",
    remedy:
      "Install WebKitGTK with its MiniBrowser and WebKitWebDriver, " +
      "or name the driver in the environment variable WEBKIT_DRIVER.",
  });
  const xvfb = await find("Xvfb", ["xvfb"], {
    candidates: ["Xvfb"],
    question: "-help",
    remedy: "Install it (xvfb, or xorg-server-xvfb): WebKit's browser needs a screen.",
  });
  return { firefox, webkitDriver, xvfb };
}

/**
 * @param {string} thing
 * @param {string[]} packages Debian's
 * @param {object} how
 * @param {(string | undefined)[]} how.candidates paths, or names to be found on the PATH
 * @param {string} how.remedy
 * @param {string} [how.question] an argument with which the program prints something and ends
 */
async function find(thing, packages, { candidates, remedy, question = "--version" }) {
  const look = () => {
    for (const path of candidates) {
      const words = path && ask(path, [question]);
      if (path && words !== undefined) return { path: ask("which", [path]) ?? path, words };
    }
    return undefined;
  };
  let found = look();
  if (found === undefined && debian.canInstall()) {
    await debian.install(thing, packages);
    found = look();
  }
  if (found === undefined) throw new Missing(thing, remedy);
  say(thing, /\d+(\.\d+)+/.exec(found.words)?.[0] ?? "is there");
  return found.path;
}
