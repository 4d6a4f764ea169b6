// Runs `@tus/server` with `@tus/file-store` on a free port, with its files in a given folder. Runs as a
// separate process, and prints its address.

const [, , directory] = process.argv;

// Hides the imports from TypeScript, because the packages are only installed for a measurement.
const load = (/** @type {string} */ name) => import(name);
const { Server } = await load("@tus/server");
const { FileStore } = await load("@tus/file-store");

const tus = new Server({ path: "/tus", datastore: new FileStore({ directory }) });
const server = tus.listen({ host: "127.0.0.1", port: 0 }, () => {
  console.log(`http://localhost:${server.address().port}`);
});
