import config from "./vite.config.js";

export default {
  ...config,
  cacheDir: "node_modules/.vite-7",
  // Before version 8, Vite looks for the wasm among its own copies of packages.
  optimizeDeps: { exclude: ["ittybit-uploader"] },
};
