// The queue as a hook.

import { useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from "react";

import { Store } from "./store.js";

/** React warns of the other where it renders on a server. */
export const useLayout = typeof window === "undefined" ? useEffect : useLayoutEffect;

/** @param {import("../react.d.ts").UseUploaderOptions} options */
export function useUploader(options) {
  const [store] = useState(() => new Store(options));
  useLayout(() => {
    store.options = options;
  });
  useLayout(() => store.mount(), [store]);
  const { files, progress } = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  return useMemo(() => ({ ...store.methods, files, progress }), [store, files, progress]);
}
