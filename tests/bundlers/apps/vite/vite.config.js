import { defineConfig } from "vite";

export default defineConfig({
  build: {
    rolldownOptions: { input: ["index.html", "element.html", "worker.html"] },
  },
  server: {
    // In this form the backend is told the page's own host, and knows it for one of its pages.
    proxy: { "/api": { target: process.env.BACKEND } },
  },
});
