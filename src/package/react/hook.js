// The queue as a hook.

import {
  useEffect,
  useInsertionEffect,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";

import { Store } from "./store.js";

/** React warns of the other where it renders on a server. */
export const useLayout = typeof window === "undefined" ? useEffect : useLayoutEffect;

/**
 * As long as a component is in the page, seen or not. Other effects end where it is only hidden, by a `Suspense` or an
 * `Activity`, and nobody wants to lose their files by that.
 */
export const useLife = useInsertionEffect;

/** @param {import("../react.d.ts").UseUploaderOptions} options */
export function useUploader(options) {
  const [store] = useState(() => new Store(options));
  useLayout(() => {
    store.options = options;
  });
  useLife(() => store.mount(), [store]);
  const { files, progress } = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  return useMemo(() => ({ ...store.methods, files, progress }), [store, files, progress]);
}
