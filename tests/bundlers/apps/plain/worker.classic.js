self.trustedTypes?.createPolicy("default", { createScriptURL: (url) => url });
importScripts("/node_modules/ittybit-uploader/dist/ittybit-uploader.inline.js");

addEventListener("message", async ({ data, ports: [port] }) => {
  const media = await IttybitUploader.upload(data, { endpoint: "/api/uploads" });
  port.postMessage(media.id);
});
