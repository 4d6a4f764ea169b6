const form = document.querySelector("#headless");
const { file, cancel, result } = form.elements;
const bar = form.querySelector("progress");

let controller = new AbortController();

file.addEventListener("change", async () => {
  // Replaces the current upload.
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  result.value = "";
  cancel.disabled = false;
  try {
    const media = await IttybitUploader.upload(file.files[0], {
      endpoint: "/api/uploads",
      signal,
      onProgress: ({ percentage }) => {
        bar.value = percentage;
      },
    });
    result.value = `Stored as ${media.id}`;
  } catch (error) {
    if (signal !== controller.signal) return;
    result.value = signal.aborted ? "Cancelled." : error.message;
  }
  cancel.disabled = true;
});

cancel.addEventListener("click", () => controller.abort());
