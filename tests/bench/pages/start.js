// Measures times since the page was opened (time 0 of `performance`).

/**
 * @param {(file: File, onFirstByte: () => void) => Promise<unknown>} upload
 */
export function measureStart(upload) {
  const ready = performance.now();
  const file = new File(["hello"], "hello.txt", { type: "text/plain" });
  const measured = new Promise((resolve, reject) => {
    upload(file, () => resolve({ ready, firstByte: performance.now() })).catch(reject);
  });
  Object.assign(window, { measured });
}

/**
 * @param {typeof import("/dist/index.js").upload} upload
 */
export function measureOurs(upload) {
  measureStart((file, onFirstByte) =>
    upload(file, {
      endpoint: "/api/uploads",
      onProgress: ({ loaded }) => loaded > 0 && onFirstByte(),
    }),
  );
}
