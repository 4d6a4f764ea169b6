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

/** Is `useEffect` on a server, because React warns of `useLayoutEffect` there. */
export const useLayout = typeof window === "undefined" ? useEffect : useLayoutEffect;

/**
 * Lasts as long as a component is in the page, visible or not. Other effects end when `Suspense` or `Activity` only
 * hides the component, and that must not lose a person's files.
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
