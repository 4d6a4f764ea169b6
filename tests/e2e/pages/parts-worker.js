// Uploads a file in parts from a worker, and posts the media object's id.

addEventListener("message", async ({ data }) => {
  const { upload } = await import("/dist/index.js");
  const options = {
    endpoint: "/api/uploads",
    props: { protocol: "multipart", part_size: 8 * 1024 * 1024 },
  };
  postMessage(await upload(data, options).then(({ id }) => id, String));
});
