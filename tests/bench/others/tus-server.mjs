// `@tus/server` with `@tus/file-store`, on a free port, its files in the folder that it is told.
// Runs as a process of its own, and prints its address.

const [, , directory] = process.argv;

// By names that TypeScript does not follow: they are not there until somebody measures.
const load = (/** @type {string} */ name) => import(name);
const { Server } = await load("@tus/server");
const { FileStore } = await load("@tus/file-store");

const tus = new Server({ path: "/tus", datastore: new FileStore({ directory }) });
const server = tus.listen({ host: "127.0.0.1", port: 0 }, () => {
  console.log(`http://localhost:${server.address().port}`);
});
