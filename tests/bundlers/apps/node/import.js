// Imports an entry, and says what it exports and which globals it has made.

const before = Object.getOwnPropertyNames(globalThis);
const exported = Object.keys(await import(process.argv[2]));
const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));

console.log(JSON.stringify({ exported, globals }));
