// Tests the types in a page with the script tag: its global, and the element.

import "ittybit-uploader/ittybit-uploader.js";

new IttybitUploader.Uploader({ endpoint: "/api/uploads" }).start();
window.IttybitUploader.upload(new Blob(), { endpoint: "/api/uploads" }).then(({ id }) => id.length);
document.querySelector("ittybit-uploader")?.add([new Blob()]);
// @ts-expect-error an unknown member
IttybitUploader.uploads;
