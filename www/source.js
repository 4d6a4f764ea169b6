// Shows the source of each example beside it. Reads it from the page's own file and the files that
// belong to it, so that it can't differ from the code that runs.

/** @param {string} url */
async function read(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} is not there.`);
  return response.text();
}

/**
 * Removes the indentation that all lines share.
 *
 * @param {string} text
 */
function outdented(text) {
  const indents = text.match(/^ *(?=\S)/gm) ?? [];
  const least = Math.min(...indents.map(({ length }) => length));
  return text.replace(new RegExp(`^ {${least}}`, "gm"), "");
}

/**
 * Returns the script tag and the content of an element.
 *
 * @param {string} page
 * @param {string} id
 */
function cut(page, id) {
  const [script = ""] = /<script src="\/dist\/.*?<\/script>/.exec(page) ?? [];
  const inside = new RegExp(`^( *)<div class="live" id="${id}".*?>\n(.*?)^\\1</div>`, "ms");
  const [, , html = ""] = inside.exec(page) ?? [];
  return `${script}\n\n${outdented(html)}`;
}

/**
 * @param {string} name
 * @param {string} text
 */
function figure(name, text) {
  const [figure, caption, pre, code] = ["figure", "figcaption", "pre", "code"].map((tag) =>
    document.createElement(tag),
  );
  if (!figure || !caption || !pre || !code) return "";
  figure.className = "card";
  caption.textContent = name;
  code.textContent = text.trim();
  pre.append(code);
  figure.append(caption, pre);
  return figure;
}

const { pathname } = location;
const page = await read(pathname);
for (const live of document.querySelectorAll(".live")) {
  const source = document.createElement("div");
  source.className = "source";
  source.append(figure("HTML", cut(page, live.id)));
  const files = live.getAttribute("data-files")?.split(" ") ?? [];
  for (const file of files) source.append(figure(file, await read(file)));
  live.parentElement?.append(source);
}
