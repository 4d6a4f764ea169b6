// rendered.test.mjs runs this. Renders the package in the named DOM implementation, whose names are globals as in a
// test of an app. Prints the results and the console's output as JSON.

const [dom, build] = process.argv.slice(2);

/** @returns {Promise<any>} a window */
async function open() {
  const url = "http://localhost/";
  if (dom === "happy-dom") return new (await import("happy-dom")).Window({ url });
  const { JSDOM } = await import("jsdom");
  return new JSDOM("<!doctype html><body></body>", { url, pretendToBeVisual: true }).window;
}

const window = await open();
// Sets all properties of the window as globals, like the environments of test runners, except those that Node needs.
for (const name of Object.getOwnPropertyNames(window)) {
  if (
    name in globalThis &&
    !/^(Event|EventTarget|CustomEvent|AbortController|AbortSignal|navigator)$/.test(name)
  )
    continue;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    writable: true,
    value: window[name],
  });
}
for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
  Object.assign(globalThis, { [name]: window[name].bind(window) });
}
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });

/** @type {string[]} */
const said = [];
for (const level of /** @type {const} */ (["warn", "error"])) {
  console[level] = (/** @type {unknown[]} */ ...words) => said.push(words.join(" "));
}
/** @type {string[]} */
const uncaught = [];
process.on("unhandledRejection", (reason) => uncaught.push(String(reason)));
process.on("uncaughtException", (reason) => uncaught.push(String(reason)));

/** Uses an element like a test of an app. @param {any} element */
function look(element) {
  element.setAttribute("accept", "video/*");
  element.setCustomValidity("");
  return {
    accept: element.accept,
    button: element.shadowRoot.querySelector("button").textContent,
    files: element.files.length,
    isValid: element.checkValidity(),
    style:
      (element.shadowRoot.adoptedStyleSheets?.length ?? 0) > 0 ||
      Boolean(element.shadowRoot.querySelector("style")),
  };
}

/** @type {Record<string, () => Promise<any>>} */
const builds = {
  /** Renders the React component and the hook with react-dom. */
  async react() {
    const { act, createElement, StrictMode } = await import("react");
    const { createRoot } = await import("react-dom/client");
    const { IttybitUploader, useUploader } = await import("ittybit-uploader/react");
    function App() {
      const { files } = useUploader({ endpoint: "/api/uploads" });
      return createElement(
        "main",
        null,
        createElement(IttybitUploader, {
          endpoint: "/api/uploads",
          multiple: true,
          onLoadError() {},
        }),
        `${files.length} files`,
      );
    }
    const place = document.body.appendChild(document.createElement("div"));
    const root = createRoot(place);
    await act(async () => root.render(createElement(StrictMode, null, createElement(App))));
    const found = look(place.querySelector("ittybit-uploader"));
    const text = place.textContent;
    await act(async () => root.unmount());
    return { ...found, text, left: place.children.length };
  },
  /** Imports the element's module. */
  async element() {
    await import("ittybit-uploader/element");
    const element = document.createElement("ittybit-uploader");
    document.body.append(element);
    const found = look(element);
    document.body.innerHTML = "<form><ittybit-uploader required></ittybit-uploader></form>";
    const { button } = look(document.querySelector("ittybit-uploader"));
    document.body.replaceChildren();
    return { ...found, isSame: button === found.button };
  },
  /** Runs the script tag's file, which sets its global. */
  async script() {
    await import("ittybit-uploader/ittybit-uploader.js");
    const { IttybitUploader } = /** @type {any} */ (globalThis);
    const element = document.body.appendChild(document.createElement("ittybit-uploader"));
    return { ...look(element), names: Object.keys(IttybitUploader) };
  },
  /** Runs the script tag as one file, which includes everything. */
  async inline() {
    await import("ittybit-uploader/ittybit-uploader.inline.js");
    const element = /** @type {any} */ (document.createElement("ittybit-uploader"));
    Object.assign(element, { multiple: true, endpoint: async () => ({ media: { id: "a" } }) });
    document.body.append(element);
    const found = look(element);
    // Creates the view with the wasm.
    await element.add([]);
    const root = element.shadowRoot;
    return {
      ...found,
      view: root.querySelector("[part=frame]") !== null,
      styles: root.querySelectorAll("style").length + (root.adoptedStyleSheets?.length ?? 0),
    };
  },
};

const found = await builds[`${build}`]?.().catch((error) => error.stack);
await new Promise((resolve) => setImmediate(resolve));
console.log(JSON.stringify({ found, said, uncaught }));
// Exits explicitly, because the DOM's timers would keep the process alive.
process.exit();
