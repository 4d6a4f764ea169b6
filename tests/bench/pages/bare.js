// Uploads as handwritten code of a page would: requests an upload URL, sends a form, reports progress.

/**
 * @param {File} file
 * @param {(sent: number) => void} onProgress
 */
export async function bareUpload(file, onProgress) {
  const response = await fetch("/api/uploads", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
    body: JSON.stringify({ filename: file.name, filesize: file.size, type: file.type }),
  });
  const { url } = await response.json();
  const form = new FormData();
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(JSON.parse(request.responseText).data);
    request.onerror = () => reject(new Error("no answer"));
    request.send(form);
  });
}
