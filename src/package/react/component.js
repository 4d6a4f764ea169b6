// The element as a component. React 18 knows of a custom element's attributes alone, React 19 also of its
// properties; neither knows events with a hyphen. So what is text is left to React, which renders it on a
// server too, and the rest is set here.

import "ittybit-uploader/element";

import { createElement, forwardRef, useImperativeHandle, useRef } from "react";

import { attributes, camelCase, objects } from "../names.js";
import { useLayout, useLife } from "./hook.js";

/** Of each attribute in React's spelling its own. */
const spelled = new Map(attributes.map((name) => [camelCase(name), name]));

/** What is no attribute: objects, functions, and words. */
const properties = [...objects, "words"];

const events = [
  ..."file-added file-removed restriction-failed upload-start upload-progress".split(" "),
  ..."upload-success upload-error upload-retry upload-stalled upload-pause".split(" "),
  ..."upload-resume upload-cancel complete load-error".split(" "),
];

/** @param {string} event as `onUploadStart` */
const handlerOf = (event) => camelCase(`on-${event}`);

const handlers = Object.fromEntries(events.map((event) => [handlerOf(event), event]));

/** @param {unknown} value */
const asText = (value) => (Array.isArray(value) ? value.join(" ") : value);

/**
 * What React renders: a flag is there or is not, for `false` would be a text.
 *
 * @param {Record<string, any>} props
 */
function rendered(props) {
  /** @type {Record<string, any>} */
  const all = {};
  for (const [name, value] of Object.entries(props)) {
    if (name in handlers || properties.includes(name)) continue;
    if (name === "className") all.class = value;
    else if (!spelled.has(name)) all[name] = value;
    else if (value != null && value !== false && typeof value !== "function") {
      all[spelled.get(name) ?? name] = asText(value);
    }
  }
  return all;
}

export const IttybitUploader = forwardRef(
  /**
   * @param {Record<string, any>} props
   * @param {import("react").ForwardedRef<any>} ref
   */
  function IttybitUploader(props, ref) {
    const own = useRef(/** @type {any} */ (null));
    const latest = useRef(props);
    useLayout(() => {
      const before = latest.current === props ? {} : latest.current;
      latest.current = props;
      // An endpoint may be a function or text: the property forgets the one for the other.
      for (const name of [...properties, "endpoint"]) {
        if (props[name] !== /** @type {any} */ (before)[name]) own.current[name] = props[name];
      }
    });
    // Not by a signal: with some versions of zone.js, one ends other listeners.
    const stop = useRef(/** @type {(() => void) | undefined} */ (undefined));
    useLayout(() => {
      // It has been hidden, and listens still.
      if (stop.current) return;
      const element = own.current;
      const listening = Object.entries(handlers).map(([handler, event]) => ({
        event,
        tell: (/** @type {Event} */ told) => latest.current[handler]?.(told),
      }));
      for (const { event, tell } of listening) element.addEventListener(event, tell);
      stop.current = () => {
        for (const { event, tell } of listening) element.removeEventListener(event, tell);
      };
    }, []);
    useLife(
      () => () => {
        stop.current?.();
        stop.current = undefined;
      },
      [],
    );
    useImperativeHandle(ref, () => own.current, []);
    // The element sets some of its attributes itself, and may have done so before React sees it.
    const suppressHydrationWarning = true;
    return createElement("ittybit-uploader", {
      ...{ suppressHydrationWarning, ...rendered(props), ref: own },
    });
  },
);
