// Requires an entry as CommonJS, if Node supports that, and prints the same.

const before = Object.getOwnPropertyNames(globalThis);
const exported = Object.keys(require(process.argv[2]));
const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));

console.log(JSON.stringify({ exported, globals }));
