// Shows what a form has sent in the URL's query: each name with its values, as text and never as HTML.

import { element } from "./page.js";

for (const [name, value] of new URLSearchParams(location.search)) {
  const [term, description] = ["dt", "dd"].map((tag) => document.createElement(tag));
  if (!term || !description) continue;
  term.textContent = name;
  description.textContent = value;
  element("sent", HTMLElement).append(term, description);
}
