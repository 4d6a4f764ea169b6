// Why a file of this package was not used, for who deploys it.

import { warn } from "../../src/browser/console.js";

/**
 * Says in the console why a file can't be used, and returns the error.
 *
 * @param {URL} url of a file that could not be loaded under `integrity`
 * @param {string} integrity
 */
export async function explain(url, integrity) {
  const answer = await fetch(url).catch(() => undefined);
  const type = answer?.headers.get("content-type");
  if (!answer?.ok || type?.includes("html")) {
    const said = answer ? `${answer.status} ${type}` : "no answer";
    return refusal(url, `could not be loaded: ${said} for ${url}`);
  }
  if (await fetch(url, { integrity }).catch(() => undefined)) {
    const needed = "script-src, and in Safari trusted-types, must allow it";
    return refusal(url, `could not be loaded from ${url}: ${needed}`);
  }
  const error = refusal(
    url,
    `is not the one of ittybit-uploader ${VERSION}: the hash of ${url} must be ${integrity}. Deploy all files of one version, unchanged.`,
  );
  error.name = "IntegrityError";
  return error;
}

/**
 * @param {URL} url
 * @param {string} why
 */
export function refusal({ pathname }, why) {
  const error = new Error(`${pathname.split("/").pop()} ${why}`);
  warn(`ittybit-uploader: ${error.message}`);
  return error;
}
