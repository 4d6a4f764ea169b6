// An app with the hook and the element. Records its events and renders in `seen`.

import { IttybitUploader, useUploader } from "ittybit-uploader/react";
import * as React from "react";
import { createElement as h, StrictMode, Suspense, useRef, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";

const seen = {
  renders: 0,
  frames: 0,
  /** @type {string[]} */
  events: [],
  /** @type {any} */
  queue: undefined,
  /** @type {any} */
  element: undefined,
};
Object.assign(globalThis, { seen });

function Queue() {
  const [count, setCount] = useState(0);
  const queue = useUploader({
    endpoint: "/api/uploads",
    // A new function for each render.
    headers: () => ({ "x-render": String(count) }),
    onFileAdded: (file) => seen.events.push(`added ${file.name}`),
    onSuccess: (media, file) => seen.events.push(`done ${count} ${file.state} ${typeof media.id}`),
    onError: (error) => seen.events.push(`error ${error.code}`),
    onComplete: ({ successful }) => seen.events.push(`complete ${successful.length}`),
  });
  seen.renders++;
  seen.queue = { ...queue, count, setCount };
  return h(
    "ul",
    null,
    queue.files.map(({ id, name, state }) => h("li", { key: id }, `${name} ${state}`)),
  );
}

/** @param {any} props */
function Element(props) {
  const ref = useRef(null);
  seen.element = ref;
  return h(IttybitUploader, {
    ref,
    endpoint: "/api/uploads",
    className: "mine",
    maxFileSize: "1GB",
    onFileAdded: (/** @type {any} */ { detail }) => seen.events.push(`added ${detail.file.name}`),
    onUploadSuccess: () => seen.events.push("done"),
    ...props,
  });
}

const never = new Promise(() => {});

/** @returns {never} */
function Waiting() {
  throw never;
}

/**
 * Hides its children as React does: while a sibling suspends, or in an `Activity`.
 *
 * @param {any} props
 */
function Hideable({ by, isHidden, children }) {
  const mode = isHidden ? "hidden" : "visible";
  if (by === "Activity") return h(React.Activity, { mode, children });
  return h(Suspense, { fallback: "…" }, children, isHidden && h(Waiting));
}

/** @param {any} props */
export function App({ shows, by, isHidden = false, ...props }) {
  const shown = shows === "queue" ? h(Queue) : h(Element, props);
  return h(StrictMode, null, h(Hideable, { by, isHidden }, shown));
}

const place = /** @type {HTMLElement} */ (globalThis.document?.querySelector("#app"));
if (place) {
  const { shows, by } = Object.fromEntries(new URLSearchParams(location.search));
  const root = place.firstChild
    ? hydrateRoot(place, h(App, { shows, by, multiple: true }))
    : createRoot(place);
  const render = (/** @type {any} */ props) =>
    root.render(props && h(App, { shows, by, ...props }));
  if (!place.firstChild) render({ multiple: true });
  Object.assign(globalThis, { render });
  const count = () => {
    seen.frames++;
    requestAnimationFrame(count);
  };
  count();
}
