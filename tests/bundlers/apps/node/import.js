// Imports an entry, and prints its exports and the globals that it has set.

const before = Object.getOwnPropertyNames(globalThis);
const exported = Object.keys(await import(process.argv[2]));
const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));

console.log(JSON.stringify({ exported, globals }));
