// Uploads in a worker with the entry that it is sent, and posts what came of it.

addEventListener("message", async ({ data }) => {
  const { upload } = await import(data);
  const answer = upload(new File(["x"], "x.mp4"), { endpoint: "/api/uploads", debug: true });
  postMessage(await answer.then((/** @type {any} */ { id }) => id, String));
});
