// A minimal host for apps with their own backend: creates upload URLs for clients with the key, and
// accepts one file for each. The stand-in can't be used, because only the demo knows its key.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";

export const apiKey = "key-of-the-test";

export async function startHost() {
  /** The file at each upload URL; undefined before it has arrived. @type {Map<string, Buffer | undefined>} */
  const files = new Map();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const answer = (/** @type {number} */ status, /** @type {object} */ value) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "access-control-allow-origin": "*",
      });
      response.end(JSON.stringify(value));
    };
    const id = String(request.url).slice(1);
    if (request.method === "OPTIONS") return answer(200, {});
    if (id === "uploads") {
      if (request.headers.authorization !== `Bearer ${apiKey}`) return answer(401, {});
      const id = randomUUID();
      files.set(id, undefined);
      return answer(200, { data: { url: `${address}/${id}` } });
    }
    if (!files.has(id) || files.get(id)) return answer(404, {});
    const headers = { "content-type": String(request.headers["content-type"]) };
    const file = (await new Response(new Uint8Array(body), { headers }).formData()).get("file");
    assert(file instanceof Blob);
    files.set(id, Buffer.from(await file.arrayBuffer()));
    answer(201, { data: { id, kind: "file", filesize: file.size } });
  });
  await new Promise((resolve) => server.listen(0, "localhost", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const address = `http://localhost:${port}`;
  return {
    address,
    /** @param {{ id: string }} media */
    stored: ({ id }) => files.get(id),
    stop: () => server.close(),
  };
}
