// Sends requests to the app's backend.

import { Answer, redirect } from "./objects.js";
import { headerProblem } from "./options.js";

/**
 * @param {import("./options.js").Options} options
 * @param {string} method
 * @param {string} url
 * @param {string} key
 * @param {string} [body]
 * @param {AbortSignal} [signal]
 */
export async function requestOf({ headers, credentials }, method, url, key, body, signal) {
  const given = typeof headers === "function" ? await headers() : headers;
  const problem = headerProblem(given);
  if (problem) throw new Error(problem);
  const all = new Headers(given);
  all.set("idempotency-key", key);
  if (body !== undefined) all.set("content-type", "application/json");
  return new Request(url, {
    method,
    headers: all,
    credentials,
    // Otherwise a browser would send the app's headers wherever a redirect leads, and trust the answer from there.
    redirect: "manual",
    signal: signal ?? null,
    body: body ?? null,
    // The person may be about to leave a page that aborts an upload.
    keepalive: method === "DELETE",
  });
}

/** @param {Request} request */
export async function put(request) {
  try {
    const response = await fetch(request);
    if (response.type === "opaqueredirect") return new Answer(redirect, "");
    const { status, headers } = response;
    return new Answer(status, await response.text(), (name) => headers.get(name));
  } catch {
    // Nobody answered.
    return new Answer(0, "");
  }
}
