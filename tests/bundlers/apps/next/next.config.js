// Next.js writes scripts into its pages; all else is as strict as it can be.
const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
  `connect-src 'self' ${process.env.ITTYBIT_API_URL}`,
  "object-src 'none'",
  "base-uri 'none'",
].join("; ");

// Where next itself is installed: above this folder.
const root = `${import.meta.dirname}/../..`;

export default {
  reactStrictMode: true,
  turbopack: { root },
  outputFileTracingRoot: root,
  // What Next.js shows in development has styles and scripts of its own.
  headers: async () =>
    process.env.NODE_ENV === "production"
      ? [{ source: "/(.*)", headers: [{ key: "content-security-policy", value: policy }] }]
      : [],
};
