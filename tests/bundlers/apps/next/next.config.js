// Next.js writes inline scripts into its pages. Otherwise, the policy is as strict as possible.
const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
  `connect-src 'self' ${process.env.ITTYBIT_API_URL}`,
  "object-src 'none'",
  "base-uri 'none'",
].join("; ");

// The folder above this one, in which next is installed.
const root = `${import.meta.dirname}/../..`;

export default {
  reactStrictMode: true,
  turbopack: { root },
  outputFileTracingRoot: root,
  // In development, Next.js adds its own styles and scripts, so there is no policy.
  headers: async () =>
    process.env.NODE_ENV === "production"
      ? [{ source: "/(.*)", headers: [{ key: "content-security-policy", value: policy }] }]
      : [],
};
