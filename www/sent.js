// What a form has sent, by its address: each name with its values. As text, never as HTML.

import { element } from "./page.js";

for (const [name, value] of new URLSearchParams(location.search)) {
  const [term, description] = ["dt", "dd"].map((tag) => document.createElement(tag));
  if (!term || !description) continue;
  term.textContent = name;
  description.textContent = value;
  element("sent", HTMLElement).append(term, description);
}
