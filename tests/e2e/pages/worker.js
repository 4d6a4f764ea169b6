// Uploads in a worker, and posts what came of it.

import { upload } from "/dist/index.js";

const answer = upload(new File(["x"], "x.mp4"), { endpoint: "/api/uploads", debug: true });
answer.then(({ id }) => id, String).then((said) => postMessage(said));
