import { Uploader } from "/node_modules/ittybit-uploader/dist/index.js";

async function answer({ data, ports: [port] }) {
  try {
    const uploader = new Uploader({
      endpoint: "/api/uploads",
      chunkSize: 100_000,
      props: { protocol: "resumable" },
    });
    await uploader.add([data]);
    const { successful, failed } = await uploader.start();
    port.postMessage(successful[0]?.media.id ?? String(failed[0].error));
  } catch (error) {
    port.postMessage(String(error));
  }
}

addEventListener("message", answer);
// A shared worker gets an event for each page that connects.
addEventListener("connect", ({ ports: [page] }) => {
  page.onmessage = answer;
});
