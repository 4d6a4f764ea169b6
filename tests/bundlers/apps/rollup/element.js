import "ittybit-uploader/element";

document.querySelector("ittybit-uploader").addEventListener("upload-success", ({ detail }) => {
  document.querySelector("#media").textContent = detail.media.id;
});
