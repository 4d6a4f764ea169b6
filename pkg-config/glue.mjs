// Makes a function of the glue that wasm-bindgen generates, and changes none of its statements. Each wasm gets glue of
// its own by calling it: a wasm that broke down leaves nothing to the next one, and importing the package runs no glue.

/**
 * Returns a module that exports `createGlue()`, which runs the glue and returns all that it exports.
 *
 * @param {string} glue a module
 * @param {WebAssembly.ModuleImportDescriptor[]} imports of the wasm that it is for. Functions of ours that the wasm
 *   imports as they are stand among what the glue exports, because names are shortened in one module only
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
      if (!("identifier" in declaration)) throw new Error("The glue exports what has no name");
      names.push(declaration.identifier.value);
      statements.push(declaration);
    } else if (/^Export/.test(item.type)) {
      throw new Error(
        `The glue has an ${item.type}, of which glue.mjs must make part of a function`,
      );
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
