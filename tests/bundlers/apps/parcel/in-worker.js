// If the policy requires trusted types, a worker's URL must be one.
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => url });

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const file = document.querySelector("#file");

file.addEventListener("change", () => worker.postMessage(file.files[0]));
worker.addEventListener("message", ({ data }) => {
  document.querySelector("#media").textContent = data.id;
});
