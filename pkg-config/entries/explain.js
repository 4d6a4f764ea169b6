// Why the uploader, or a file of it, was not loaded: said in the console, once, and in an error, with the cause and
// the cure, for who deploys it.

import { UploadError } from "#objects";
import { warn } from "../../src/browser/console.js";

/**
 * The directive of the page's policy that has blocked something, by its URL or, of a policy for trusted types, its name.
 *
 * @type {Record<string, string>}
 */
const blocked = {};

/** @param {SecurityPolicyViolationEvent} event */
function note({ disposition, sample, blockedURI, effectiveDirective }) {
  if (disposition === "enforce") blocked[sample || blockedURI] = effectiveDirective;
}

/** Notes what the page's policy blocks. Listens once, however often it is called. */
export const watchPolicy = () => addEventListener("securitypolicyviolation", note);

/**
 * @param {string} why
 * @param {boolean} [retryable] whether the same again may succeed
 * @param {unknown} [cause]
 */
export function notLoaded(why, retryable = false, cause) {
  warn(`ittybit-uploader: ${why}`);
  return new UploadError("not-loaded", why, undefined, 1, retryable, undefined, cause);
}

/**
 * Looks for why a file can't be used.
 *
 * @param {URL} url of a file that could not be loaded under `integrity`
 * @param {string} integrity
 */
export async function explain(url, integrity) {
  const name = url.pathname.split("/").pop();
  const answer = await fetch(url).catch(() => undefined);
  // What the policy has blocked is told in a task of its own.
  await new Promise((resolve) => setTimeout(resolve));
  const directive = blocked[url.href] ?? blocked["ittybit-uploader"];
  if (directive) {
    return notLoaded(
      `${name} is blocked: the Content-Security-Policy's ${directive} must allow it.`,
    );
  }
  if (!answer) {
    const causes = "The connection is gone, or an ad blocker or CORS blocks it.";
    return notLoaded(`${name} could not be loaded: no answer from ${url}. ${causes}`, true);
  }
  const { ok, status, headers } = answer;
  const type = headers.get("content-type");
  const said = `${name} could not be loaded: ${status} ${type} for ${url}.`;
  if (!ok || type?.includes("html")) {
    return notLoaded(`${said} Deploy all files there, or set \`base\`.`, status >= 500);
  }
  if (await fetch(url, { integrity }).catch(() => undefined)) {
    if (/wasm|javascript/.test(`${type}`)) return notLoaded(said, true);
    return notLoaded(`${said} It must be text/javascript.`);
  }
  return notLoaded(
    `${name} is not the one of ittybit-uploader ${VERSION}: the hash of ${url} must be ${integrity}. Deploy all files of one version, unchanged.`,
  );
}
