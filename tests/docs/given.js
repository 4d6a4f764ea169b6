// The same for samples that run: a page with a file input and a place for what came of it.

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
