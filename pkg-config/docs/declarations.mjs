// What a hand-written .d.ts declares, with what it says of it. Reads the form that ours have: formatted,
// documented, a declaration from the left edge to the left edge. Refuses to know TypeScript.

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {string} type empty for what has none of its own
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
 * By name, in their order: all that is exported.
 *
 * @param {string} source
 * @returns {Map<string, Declaration>}
 */
export function declarationsOf(source) {
  /** @type {Map<string, Declaration>} */
  const found = new Map();
  const doc = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?/.source;
  // With a body, to the brace at the edge; without one, to the semicolon before the next declaration.
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
    // A function of several forms is one declaration.
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
    // The general form of what has a precise one says nothing more.
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
