// A typical test of an app in Jest: CommonJS, in jsdom.

import { UploadError, Uploader } from "ittybit-uploader";
import { IttybitUploader, useUploader } from "ittybit-uploader/react";
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

function Form() {
  const { files } = useUploader({ endpoint: "/api/uploads" });
  return createElement(
    "form",
    null,
    createElement(IttybitUploader, { endpoint: "/api/uploads", accept: "video/*" }),
    `${files.length} files`,
  );
}

test("renders a form with the element and the hook", async () => {
  const place = document.body.appendChild(document.createElement("div"));
  await act(async () => createRoot(place).render(createElement(Form)));
  expect(place.querySelector("ittybit-uploader").accept).toBe("video/*");
  expect(place.textContent).toBe("0 files");
});

test("exports the queue, and its errors", () => {
  expect(new Uploader({ endpoint: "/api/uploads" }).files).toEqual([]);
  expect(new Error("another")).not.toBeInstanceOf(UploadError);
});
