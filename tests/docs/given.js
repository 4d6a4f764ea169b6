// The same for samples that run: a page with a file input and a place for what came of it.

const input = document.querySelector("#file");
const result = document.querySelector("#result");

Object.assign(globalThis, {
  input,
  show: ({ id }) => {
    result.textContent = id;
  },
  draw: () => {},
  render: () => {},
  summarise: () => {},
  addRow: () => ({ goOn: {}, input: {}, forget: {} }),
});
