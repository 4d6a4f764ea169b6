import { defineConfig } from "vite";

export default defineConfig({
  build: {
    rolldownOptions: { input: ["index.html", "element.html", "worker.html"] },
  },
  server: {
    // This form keeps the page's own host in the request, by which the backend recognises its pages.
    proxy: { "/api": { target: process.env.BACKEND } },
  },
});
