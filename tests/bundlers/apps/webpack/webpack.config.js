export default {
  mode: "production",
  entry: { main: "./main.js", element: "./element.js", "in-worker": "./in-worker.js" },
  output: {
    path: `${import.meta.dirname}/public/build`,
    publicPath: "/build/",
    // Only needed if the page's policy requires trusted types.
    trustedTypes: true,
  },
};
