// If the policy requires trusted types, a worker's URL must be one.
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => url });

const kinds = {
  module: () => new Worker("/worker.js", { type: "module" }),
  classic: () => new Worker("/worker.classic.js"),
  shared: () => new SharedWorker("/worker.js", { type: "module" }).port,
  async service() {
    await navigator.serviceWorker.register("/worker.js", { type: "module" });
    const { active } = await navigator.serviceWorker.ready;
    return active;
  },
};

const worker = kinds[location.hash.slice(1)]();
const file = document.querySelector("#file");

file.addEventListener("change", async () => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    document.querySelector("#media").textContent = data;
  };
  (await worker).postMessage(file.files[0], [port2]);
});
