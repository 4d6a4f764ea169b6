// Makes the glue that wasm-bindgen generates ours: what it does for pages of every kind, and this
// package never needs, goes. wasm-bindgen is pinned to one version, and a change of its words fails
// the build.

/**
 * What stands in the glue, how many times (`undefined`: at least once), and what stands there
 * instead.
 *
 * @type {[pattern: RegExp, times: number | undefined, instead: string][]}
 */
const changes = [
  // What was handed out to timers, promises and listeners may be called after its end: of a wasm that
  // broke down by anybody, else by what a page has wrapped around them. A closure that was let go of is
  // not entered, for that would be the end of the wasm, and nothing is thrown into the page.
  [
    /if \((state\.instance !== __wbg_instance_id)\) \{\n +throw new Error\('Cannot invoke closure from previous WASM instance'\);/g,
    2,
    "if (!state.a || $1) {\nreturn undefined;",
  ],
  // An object is freed once, however often a page's library calls what frees it.
  [/^( +)(wasm\.__wbg_\w+_free\(ptr, 0\);)$/gm, undefined, "$1if (ptr) $2"],
  // An object of such a wasm is not used any more: the core's page is closed with it.
  [/^ +if \(this\.__wbg_inst !== undefined && [^{]*\{\n.*\n +\}\n/gm, undefined, ""],
  [/^ +Object\.defineProperty\(this, '__wbg_inst',.*\n/gm, undefined, ""],
  // A wasm is renewed by the core, never by itself.
  [/^ *__wbg_call_guard\(\);\n/gm, undefined, ""],
  [/^function __wbg_call_guard\(\) \{[\s\S]*?\n\}\n/gm, 1, ""],
  [/^.*__wbg_reinit_scheduled = false;\n/gm, 2, ""],
  [
    /if \(typeof (?:WASM_VECTOR_LEN|heap|heap_next|stack_pointer) !== 'undefined'\)/g,
    undefined,
    "",
  ],
  // Every browser that the package is for has these.
  [
    /\(typeof FinalizationRegistry === 'undefined'\)\n.*\n +: new FinalizationRegistry/g,
    undefined,
    "new FinalizationRegistry",
  ],
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[\s\S]*?\n\}\n/gm, 1, ""],
  // To ask what something is an instance of throws nothing here.
  [
    /let result;\n +try \{\n +result = (.*);\n +\} catch \(_\) \{\n.*\n +\}\n +const ret = result;/g,
    undefined,
    "const ret = $1;",
  ],
  // The class is not the page's.
  [/^if \(Symbol\.dispose\).*\n/gm, undefined, ""],
  // Importing asks the platform for nothing: DOMs that apps are tested in have neither of the two. One of the decoders
  // is made where too much was decoded with the last.
  [
    /^let cachedTextDecoder = .*\ncachedTextDecoder\.decode\(\);\n/gm,
    1,
    "let cachedTextDecoder;\n",
  ],
  [/^let numBytesDecoded = 0;/gm, 1, "let numBytesDecoded = Infinity;"],
  [/^ +if \(typeof numBytesDecoded !== 'undefined'\) numBytesDecoded = 0;\n/gm, 1, ""],
  [/^const cachedTextEncoder = new TextEncoder\(\);/gm, 1, "let cachedTextEncoder;"],
  [/cachedTextEncoder\.encode\(arg\)/g, 1, "(cachedTextEncoder ??= new TextEncoder()).encode(arg)"],
  // A text is encoded in one piece. A loop over its characters is faster for those of ASCII and a
  // few letters, and larger.
  [
    /(function passStringToWasm0\(arg, malloc), realloc\) \{\n +if \(realloc === undefined\) \{\n([\s\S]*?return ptr;\n)[\s\S]*?\n\}\n/g,
    1,
    "$1) {\n$2}\n",
  ],
  [/, wasm\.__wbindgen_realloc\)/g, undefined, ")"],
  // What many functions end with, once for all: a text that is returned, or an object that may be
  // missing.
  [
    /(?:const|var) (ptr\d+) = (?:isLikeNone\(ret\) \? 0 : )?passStringToWasm0\(ret, wasm\.__wbindgen_malloc\);\n +(?:const|var) (len\d+) = WASM_VECTOR_LEN;\n.* 1, \2, true\);\n.* 0, \1, true\);/g,
    undefined,
    "returnText(arg0, ret);",
  ],
  [
    /return isLikeNone\(ret\) \? 0 : addHeapObject\(ret\);/g,
    undefined,
    "return returnObject(ret);",
  ],
  [
    /^function isLikeNone/gm,
    1,
    `const returnObject = (ret) => (isLikeNone(ret) ? 0 : addHeapObject(ret));
function returnText(at, text) {
  const ptr = isLikeNone(text) ? 0 : passStringToWasm0(text, wasm.__wbindgen_malloc);
  getDataViewMemory0().setInt32((at >>> 0) + 4, WASM_VECTOR_LEN, true);
  getDataViewMemory0().setInt32(at >>> 0, ptr, true);
}
function isLikeNone`,
  ],
  // A memory that has grown has another buffer.
  [
    /cachedDataViewMemory0 === null \|\| .*detached === undefined && (.*memory\.buffer)\)\)/g,
    1,
    "cachedDataViewMemory0?.buffer !== wasm.memory.buffer)",
  ],
  // Where its wasm comes from is each entry's own business, and the first is made as any later one is.
  [/^let wasmModule, wasmInstance, wasm;\n[\s\S]*/gm, 1, "let wasm;\n"],
  [
    /^export function __wbg_reset_state \(\) (\{[\s\S]*?) +wasmInstance = .*\n.*\n.*\n\}/gm,
    1,
    "export async function start(module) $1wasm = await instantiate(module, __wbg_get_imports());\n}",
  ],
  // An arrow function is shorter than a function that has no `this`.
  [
    /function\(\) \{ return handleError\(function \((.*)\) \{$/gm,
    undefined,
    "handleError(($1) => {",
  ],
  [/^ +\}, arguments\); \},$/gm, undefined, "}),"],
  [/^function handleError\(f, args\) \{/gm, 1, "const handleError = (f) => (...args) => {"],
  [/f\.apply\(this, args\)/g, 1, "f(...args)"],
  [/^( +__wb\w+: )function\((.*)\) \{$/gm, undefined, "$1($2) => {"],
];

/**
 * @param {string} glue
 * @param {WebAssembly.ModuleImportDescriptor[]} imports of the wasm that it is for
 */
export function tailorGlue(glue, imports) {
  let tailored = glue;
  for (const [pattern, times, instead] of changes) {
    const found = tailored.match(pattern)?.length ?? 0;
    if (found === 0 || found !== (times ?? found)) {
      throw new Error(`the glue has ${found} times what stood there before: ${pattern}`);
    }
    tailored = tailored.replace(pattern, instead);
  }
  return joinModules(tailored, imports);
}

/**
 * Functions of ours that the wasm imports as they are. The glue hands over whole modules for them,
 * each under its path; here they stand among the others, in the one module that is left when names
 * are shortened.
 *
 * @param {string} glue
 * @param {WebAssembly.ModuleImportDescriptor[]} imports
 */
function joinModules(glue, imports) {
  const ours = imports.filter(({ module }) => module.startsWith("./snippets/"));
  const heads = ours.map(
    ({ module, name }) => `import { ${name} } from ${JSON.stringify(module)};`,
  );
  heads.push('import { instantiate } from "#guard";');
  const rest = glue
    .replace(/^import \* as import\d+ from .*\n/gm, "")
    .replace(/^ +"\.\/snippets\/.*": import\d+,\n/gm, "")
    .replace('"./glue_bg.js": import0', "_: import0")
    .replace(
      /(?<=const import0 = \{\n +__proto__: null,)/,
      ours.map(({ name }) => `${name},`).join(""),
    );
  return [...heads, rest].join("\n");
}
