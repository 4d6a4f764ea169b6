// Reads the declarations and comments of a hand-written .d.ts. Supports only the format of ours:
// formatted, documented, each declaration from the left edge to the left edge. Does not parse
// TypeScript.

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {string} type empty if it has none
 * @property {boolean} isOptional
 * @property {string} doc
 *
 * @typedef {object} Declaration
 * @property {string} head its first line, without the brace
 * @property {string} doc Markdown
 * @property {Member[]} members of an interface or a class
 * @property {string} text all of it
 */

/**
 * Returns all exported declarations in order, by name.
 *
 * @param {string} source
 * @returns {Map<string, Declaration>}
 */
export function declarationsOf(source) {
  /** @type {Map<string, Declaration>} */
  const found = new Map();
  const doc = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?/.source;
  // A declaration with a body ends at the brace at the left edge, one without at the semicolon before
  // the next.
  const bodied = /(?:interface|class) (\w+)(?:[^{\n]*\{\}$|[\s\S]*?^}$)/.source;
  const plain = /(?:function|type|const) (\w+)[\s\S]*?;$(?=\n\n|\n\/|\nexport|\n?$(?![\s\S]))/
    .source;
  const pattern = new RegExp(`${doc}^(export (?:declare )?(?:${bodied}|${plain}))`, "gm");
  for (const [, comment = "", text = "", bodied, plain = ""] of source.matchAll(pattern)) {
    const name = bodied ?? plain;
    const [head = ""] = text.split("\n");
    const declaration = {
      head: head.replace(/ \{.*$/, ""),
      doc: proseOf(comment),
      members: bodied ? membersOf(text) : [],
      text: text.replace(/^export (declare )?/, ""),
    };
    const before = found.get(name);
    // The overloads of a function are one declaration.
    if (before) before.text += `\n${declaration.text}`;
    else found.set(name, declaration);
  }
  return found;
}

/** @param {string} text of an interface or a class */
function membersOf(text) {
  /** @type {Map<string, Member>} */
  const members = new Map();
  const inside = text.slice(text.indexOf("{\n") + 2, text.lastIndexOf("\n}"));
  const pattern =
    /(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(?=[\w"[])([\s\S]*?;)(?: *\/\/.*)?$(?=\n\n| *\n {2}\S|$(?![\s\S]))/gm;
  for (const [, comment = "", code = ""] of inside.matchAll(pattern)) {
    const flat = code
      .replace(/\s+/g, " ")
      .replace(/;$/, "")
      .replace(/\(\s+/g, "(")
      .replace(/,? \)/g, ")");
    const [, name = "", mark, rest = ""] =
      /^(?:readonly )?("[^"]+"|\[[^\]]+\]|\w+)(\?)?(.*)$/.exec(flat) ?? [];
    // Skips the general overload after a precise one.
    if (!name || members.has(name) || flat.startsWith("private ")) continue;
    const type = rest.replace(/^: (?:\| )?/, "");
    members.set(name, {
      name: name.replace(/^"|"$/g, ""),
      type,
      isOptional: Boolean(mark),
      doc: proseOf(comment),
    });
  }
  return [...members.values()];
}

/** @param {string} comment what stands between its marks */
function proseOf(comment) {
  return comment
    .replace(/^[ \t]*\* ?/gm, "")
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/^@throws (?:\{(\w+)\} )?/gm, (_, type) => `Throws${type ? ` a \`${type}\`` : ""} `)
    .replace(/\n {2,}/g, " ")
    .trim();
}
