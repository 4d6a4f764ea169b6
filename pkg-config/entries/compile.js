// The wasm as a server sends it, compiled as it arrives.

/** @param {Promise<Response>} fetched */
export async function compile(fetched) {
  const response = await fetched;
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    if (response.headers.get("content-type") === "application/wasm") throw error;
    // From a server that does not know the type, it is compiled when all of it is here.
    return WebAssembly.compile(await response.arrayBuffer());
  }
}
