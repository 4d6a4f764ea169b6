// The same as CommonJS does it, where Node can.

const before = Object.getOwnPropertyNames(globalThis);
const exported = Object.keys(require(process.argv[2]));
const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));

console.log(JSON.stringify({ exported, globals }));
