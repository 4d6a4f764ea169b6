import config from "./vite.config.js";

export default {
  ...config,
  cacheDir: "node_modules/.vite-7",
  // Until version 8, Vite would look for the wasm among its own copies of packages.
  optimizeDeps: { exclude: ["ittybit-uploader"] },
};
