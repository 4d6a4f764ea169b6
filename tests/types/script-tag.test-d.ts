// A page with the script tag: the global that it sets, and the element.

import "ittybit-uploader/ittybit-uploader.js";

new IttybitUploader.Uploader({ endpoint: "/api/uploads" }).start();
window.IttybitUploader.upload(new Blob(), { endpoint: "/api/uploads" }).then(({ id }) => id.length);
document.querySelector("ittybit-uploader")?.add([new Blob()]);
// @ts-expect-error no such thing
IttybitUploader.uploads;
