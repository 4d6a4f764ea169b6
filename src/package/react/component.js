// The element as a component. React 18 supports only the attributes of a custom element, React 19 also its properties;
// neither supports events with a hyphen. So React renders what is text, on servers too, and this module sets the rest.

import "ittybit-uploader/element";

import { createElement, forwardRef, useImperativeHandle, useRef } from "react";

import { attributes, camelCase, objects } from "../names.js";
import { useLayout, useLife } from "./hook.js";

/** The attributes, by their names in React's spelling. */
const spelled = new Map(attributes.map((name) => [camelCase(name), name]));

/** Properties that are no attributes: objects, functions, and words. */
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
 * Returns what React renders. Omits a false flag, because React would render `false` as text.
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
      // An endpoint may be a function or a text. Setting the property replaces the one with the other.
      for (const name of [...properties, "endpoint"]) {
        if (props[name] !== /** @type {any} */ (before)[name]) own.current[name] = props[name];
      }
    });
    // Uses no signal to stop listening, because with some versions of zone.js, a signal ends other listeners.
    const stop = useRef(/** @type {(() => void) | undefined} */ (undefined));
    useLayout(() => {
      // The component was hidden meanwhile, and still listens.
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
