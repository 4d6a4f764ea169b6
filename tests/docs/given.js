// Provides these names to samples that run, in a page with a file input and a place for the result.

const input = document.querySelector("#file");
const result = /** @type {HTMLElement} */ (document.querySelector("#result"));

Object.assign(globalThis, {
  input,
  user: { id: "alice" },
  show: (/** @type {{ id: string }} */ { id }) => {
    result.textContent = id;
  },
  draw: () => {},
  render: () => {},
  summarise: () => {},
  addRow: (/** @type {string} */ text) => {
    result.textContent = text;
    return { input, goOn: {}, forget: {} };
  },
});
