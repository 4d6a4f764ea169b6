// Explains why the uploader, or a file of it, could not be loaded: in the console, once, and in an error. Says the cause
// and the cure, for the person who deploys it.

import { UploadError } from "#error";
import { warn } from "../../browser/js/console.js";

/**
 * Warns in the console, and returns an error with the same message.
 *
 * @param {string} why
 * @param {boolean} [retryable] whether another try may succeed
 * @param {unknown} [cause]
 */
export function notLoaded(why, retryable = false, cause) {
  warn(`ittybit-uploader: ${why}`);
  return new UploadError("not-loaded", why, undefined, 1, retryable, undefined, cause);
}

/**
 * Returns an error that says why a file of the package can't be used.
 *
 * @param {URL} url of a file that could not be loaded under `integrity`
 * @param {string} integrity
 * @param {string} [ofType] the content type that the file must have, if the page needs more than the right bytes. If its
 *   type is right, the page's policy has refused it
 */
export async function explain(url, integrity, ofType) {
  const name = url.pathname.split("/").pop();
  const answer = await fetch(url).catch(() => {});
  if (!answer) {
    const causes = "It is offline, or an ad blocker, a policy or CORS blocks it.";
    return notLoaded(`${name} could not be loaded: no answer from ${url}. ${causes}`, true);
  }
  const { ok, status, headers } = answer;
  const type = `${headers.get("content-type")}`;
  const said = `${name} could not be loaded: ${status} ${type} for ${url}.`;
  if (!ok || /html/.test(type)) {
    return notLoaded(`${said} Deploy all files there, or set \`base\`.`, status >= 500);
  }
  if (!(await fetch(url, { integrity }).catch(() => {}))) {
    return notLoaded(
      `${name} is not the one of ittybit-uploader ${VERSION}: the hash of ${url} must be ${integrity}. Deploy all files of one version, unchanged.`,
    );
  }
  if (!ofType) return notLoaded(said, true);
  const cure = "script-src, and in Safari trusted-types, must allow it";
  return notLoaded(`${said} ${type.includes(ofType) ? cure : `It must be text/${ofType}`}.`);
}
