import { upload } from "/dist/index.js";
import { bareUpload } from "./bare.js";

const input = document.querySelector("input");

Object.assign(window, {
  /** @param {"ours" | "bare"} kind */
  async measure(kind) {
    const file = input?.files?.[0];
    if (!file) throw new Error("no file");
    const start = performance.now();
    const onProgress = () => {};
    const media =
      kind === "ours"
        ? await upload(file, { endpoint: "/api/uploads", onProgress })
        : await bareUpload(file, onProgress);
    if (media.filesize !== file.size) throw new Error("not all of it arrived");
    return performance.now() - start;
  },
});
