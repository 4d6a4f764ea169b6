// Checks the conditions for a release, and writes a new version into the manifests. Works on texts only:
// reads no file and runs no program.

/**
 * @typedef {object} Facts
 * @property {string} branch
 * @property {boolean} clean whether everything is committed
 * @property {string[]} tags
 * @property {string} today a date like 2026-11-26
 * @property {Record<string, string>} versions the version in each place, by the place's name
 * @property {string} changelog
 */

/** A semantic version, with or without a pre-release after a hyphen. */
const semver = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/**
 * Returns a sentence for each problem.
 *
 * @param {Facts} facts
 * @returns {string[]}
 */
export function problemsOf({ branch, clean, tags, today, versions, changelog }) {
  const problems = [];
  const [version = "", ...others] = new Set(Object.values(versions));
  if (others.length > 0) {
    const places = Object.entries(versions).map(([place, found]) => `${place} has ${found}`);
    problems.push(`All versions must be equal: ${places.join(", ")}.`);
  }
  if (!semver.test(version)) problems.push(`"${version}" must be a version like 1.2.3.`);
  if (branch !== "main")
    problems.push(`The branch must be main, not ${branch || "a detached head"}.`);
  if (!clean) problems.push("All changes must be committed.");
  if (tags.includes(`v${version}`)) problems.push(`The tag v${version} must not exist yet.`);
  const date = sectionDate(changelog, version);
  if (date === undefined) problems.push(`CHANGELOG.md must have a section [${version}].`);
  else if (date !== today)
    problems.push(`CHANGELOG.md must date ${version} ${today}, not ${date}.`);
  return problems;
}

/**
 * @param {string} changelog
 * @param {string} version
 */
function sectionDate(changelog, version) {
  const heading = changelog.split("\n").find((line) => line.startsWith(`## [${version}] - `));
  return heading?.split(" - ")[1];
}

/**
 * Moves the unreleased changes into a section for the version.
 *
 * @param {string} changelog
 * @param {string} version
 * @param {string} today
 */
export function withSection(changelog, version, today) {
  const [head, body] = changelog.split("## [Unreleased]\n");
  if (body === undefined) throw new Error("CHANGELOG.md must have a section [Unreleased]");
  if (!/^- /m.test(body.split("\n## ")[0] ?? "")) {
    throw new Error("CHANGELOG.md must describe the changes under [Unreleased]");
  }
  return `${head}## [Unreleased]\n\n## [${version}] - ${today}\n${body}`;
}

/**
 * Returns package.json or its lock file with another version of the package itself.
 *
 * @param {string} text
 * @param {string} version
 */
export function withNpmVersion(text, version) {
  const manifest = JSON.parse(text);
  manifest.version = version;
  if (manifest.packages) manifest.packages[""].version = version;
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Returns the workspace's Cargo.toml with another version, which all published crates inherit.
 *
 * @param {string} text
 * @param {string} version
 */
export function withCargoVersion(text, version) {
  const moved = text.replace(workspaceVersion, `$1${version}$3`);
  if (!workspaceVersion.test(text))
    throw new Error("Cargo.toml must have a version for the workspace");
  return moved;
}

const workspaceVersion = /(\[workspace\.package\]\nversion = ")([^"]*)(")/;

/** @param {string} version */
export function checkVersion(version) {
  if (!semver.test(version))
    throw new Error(`"${version}" must be a version like 1.2.3 or 1.2.3-rc.1`);
}

/**
 * Returns the files that differ between two builds.
 *
 * @param {Map<string, string>} one name → hash
 * @param {Map<string, string>} other
 */
export function differences(one, other) {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((name) => one.get(name) !== other.get(name))
    .sort();
}
