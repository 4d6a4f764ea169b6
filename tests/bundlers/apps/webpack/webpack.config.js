export default {
  mode: "production",
  entry: { main: "./main.js", element: "./element.js", "in-worker": "./in-worker.js" },
  output: {
    path: `${import.meta.dirname}/public/build`,
    publicPath: "/build/",
    // Only where the page's policy asks for trusted types.
    trustedTypes: true,
  },
};
