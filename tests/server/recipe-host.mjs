// Runs before a recipe, and redirects its requests to the test's own service. If the recipe is a module
// for a framework, also stands in for the framework: `node recipe-host.mjs KIND MODULE`.

import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

import { toNodeHandler } from "ittybit-uploader/server";

const service = "https://api.ittybit.com/";
const original = globalThis.fetch;

/** @type {typeof fetch} */
globalThis.fetch = (input, init) => {
  const url = String(input instanceof Request ? input.url : input);
  const isService = url.startsWith(service);
  const there = isService ? `${process.env.ITTYBIT_API_URL}/${url.slice(service.length)}` : input;
  return original(there, init);
};

/**
 * Calls each kind of module with a request.
 *
 * @type {Record<string, (module: any, request: Request) => Promise<Response>>}
 */
const kinds = {
  // Next.js has a function for each method.
  async methods(module, request) {
    return module[request.method]?.(request) ?? new Response(null, { status: 405 });
  },
  // SvelteKit passes an event.
  fallback: (module, request) => module.fallback({ request, params: {} }),
  // React Router has one function for reading, and another for everything else.
  loader: ({ loader, action }, request) =>
    (request.method === "GET" ? loader : action)({ request, params: {} }),
  worker: (module, request) => module.default.fetch(request, process.env),
};

const [, started, kind = "", path = ""] = process.argv;
if (started === import.meta.filename && kinds[kind]) {
  const module = await import(String(pathToFileURL(path)));
  const handle = toNodeHandler((request) => /** @type {any} */ (kinds)[kind](module, request));
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, "127.0.0.1", () => {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    console.log(`http://127.0.0.1:${port}`);
  });
}
