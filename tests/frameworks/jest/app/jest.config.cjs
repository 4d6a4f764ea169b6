module.exports = {
  rootDir: __dirname,
  testEnvironment: "jsdom",
  transformIgnorePatterns: ["/node_modules/(?!ittybit-uploader/)"],
  moduleNameMapper: { "^ittybit-uploader$": "ittybit-uploader/inline" },
  transform: {
    "\\.js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }],
  },
};
