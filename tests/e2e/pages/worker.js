// Uploads in a worker with the entry in the message, and posts the result.

addEventListener("message", async ({ data }) => {
  const { upload } = await import(data);
  const answer = upload(new File(["x"], "x.mp4"), { endpoint: "/api/uploads", debug: true });
  postMessage(await answer.then((/** @type {any} */ { id }) => id, String));
});
