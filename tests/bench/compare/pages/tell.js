// Reports a page's uploader to the bench: each event, and what a person can read.

/** @type {{ event: string, percentage?: number, message?: string }[]} */
const told = [];

/**
 * @param {"progress" | "retry" | "success" | "error"} event
 * @param {{ percentage?: number, message?: unknown }} [more]
 */
export function tell(event, { percentage, message } = {}) {
  told.push({
    event,
    ...(percentage !== undefined && { percentage }),
    ...(message !== undefined && { message: String(message) }),
  });
}

/** Whether to set the option that enables its retries. */
export const withRetries = new URLSearchParams(location.search).has("retries");

/** Requests a new upload URL, for the contenders that can. */
export async function uploadUrl() {
  const response = await fetch("/uploads", { method: "POST" });
  return (await response.json()).url;
}

/** @param {Element} element @returns {string[]} its visible texts, including those in its shadow tree */
function textsOf(element) {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return [];
  const children = [...element.childNodes, ...(element.shadowRoot?.childNodes ?? [])];
  return children.flatMap((node) => {
    if (node instanceof Element) return /^(STYLE|SCRIPT)$/.test(node.tagName) ? [] : textsOf(node);
    return node instanceof Text && node.data.trim() ? [node.data.trim()] : [];
  });
}

/** Returns the visible text, and the width of a progress bar without text. */
function shown() {
  const place = document.querySelector("#place");
  const bar = document.querySelector("[data-dz-uploadprogress]");
  const width = bar instanceof HTMLElement ? [`bar ${bar.style.width}`] : [];
  return [...(place ? textsOf(place) : []), ...width].join(" | ");
}

Object.assign(window, { told, shown });
