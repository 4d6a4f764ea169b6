// Opens the lists of a documentation page if there is room, and adds a button that copies a sample.
// Without this script, only the button is missing.

const lists = {
  pages: matchMedia("(min-width: 56rem)"),
  contents: matchMedia("(min-width: 80rem)"),
};
for (const [name, room] of Object.entries(lists)) {
  const list = document.querySelector(`details.${name}`);
  if (!(list instanceof HTMLDetailsElement)) continue;
  const follow = () => {
    list.open = room.matches;
  };
  room.addEventListener("change", follow);
  follow();
}

const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

/**
 * @param {HTMLButtonElement} button
 * @param {string} text
 */
async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = button.textContent = "Copied";
  } catch {
    said.textContent = button.textContent = "The browser does not allow it";
  }
  setTimeout(() => {
    button.textContent = "Copy";
    said.textContent = "";
  }, 2000);
}

if (navigator.clipboard) {
  for (const figure of document.querySelectorAll("figure.code")) {
    const code = figure.querySelector("code");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const name = figure.querySelector("figcaption")?.textContent;
    if (name) button.setAttribute("aria-description", name);
    button.addEventListener("click", () => copy(button, code?.textContent ?? ""));
    figure.prepend(button);
  }
}
