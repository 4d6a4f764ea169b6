// Simulates a backend, which these pages don't have: the element's endpoint answers that the file is
// stored already. Nothing is sent.

for (const element of document.querySelectorAll(".live ittybit-uploader")) {
  let count = 0;
  /** @type {any} */ (element).endpoint = async (
    /** @type {{ filename: string }} */ { filename },
  ) => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    count += 1;
    return { media: { id: `med_rehearsal_${count}`, filename } };
  };
}
