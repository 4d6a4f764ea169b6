// The wasm as a server sends it, compiled as it arrives.

/** @param {Promise<Response>} fetched */
export async function compile(fetched) {
  const response = await fetched;
  const type = response.headers.get("content-type");
  // With a page many servers answer for a file that they do not have.
  if (!response.ok || type?.includes("html")) {
    throw new Error(`${response.status} ${type} for ${response.url}`);
  }
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    if (type === "application/wasm") throw error;
    // From a server that does not know the type, it is compiled when all of it is here.
    return WebAssembly.compile(await response.arrayBuffer());
  }
}
