// Wraps the glue that wasm-bindgen generates into a function, without changing its statements. Each instance of the
// wasm calls that function for its own glue. So a crashed instance doesn't affect the next one, and importing the
// package runs no glue.

/**
 * Returns a module that exports `createGlue()`, which runs the glue and returns all its exports.
 *
 * @param {string} glue a module
 * @param {WebAssembly.ModuleImportDescriptor[]} imports of the wasm. Our functions that the wasm imports directly are
 *   added to the glue's exports, because names are only shortened in one module
 * @returns {Promise<string>}
 */
export async function wrapGlue(glue, imports) {
  const { parse, print } = await import("@swc/core");
  const ours = imports.filter(({ module }) => module.startsWith("./snippets/"));
  const names = ours.map(({ name }) => name);
  /** @type {import("@swc/core").ModuleItem[]} */
  const heads = [];
  /** @type {import("@swc/core").Statement[]} */
  const statements = [];
  for (const item of (await parse(glue)).body) {
    if (item.type === "ImportDeclaration") heads.push(item);
    else if (item.type === "ExportDeclaration") {
      const { declaration } = item;
      if (!("identifier" in declaration))
        throw new Error("Every export of the glue must have a name");
      names.push(declaration.identifier.value);
      statements.push(declaration);
    } else if (/^Export/.test(item.type)) {
      throw new Error(`glue.mjs must be extended: the glue has an ${item.type}`);
    } else statements.push(/** @type {import("@swc/core").Statement} */ (item));
  }
  const wrapper = await parse(
    [
      ...ours.map(({ module, name }) => `import { ${name} } from ${JSON.stringify(module)};`),
      `export function createGlue() { return { ${names.join(", ")} }; }`,
    ].join("\n"),
  );
  const create = wrapper.body.at(-1);
  if (create?.type !== "ExportDeclaration" || create.declaration.type !== "FunctionDeclaration") {
    throw new Error("The wrapper of the glue must end with its function");
  }
  create.declaration.body?.stmts.unshift(...statements);
  wrapper.body.unshift(...heads);
  return (await print(wrapper)).code;
}
