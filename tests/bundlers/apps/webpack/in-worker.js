const worker = new Worker(new URL("./worker.js", import.meta.url));
const file = document.querySelector("#file");

file.addEventListener("change", () => worker.postMessage(file.files[0]));
worker.addEventListener("message", ({ data }) => {
  document.querySelector("#media").textContent = data.id;
});
