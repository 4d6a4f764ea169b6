// Shows the media objects of uploaded files.

const uploader = document.querySelector("ittybit-uploader");
const result = document.querySelector("#result");
const list = document.querySelector("#media");

uploader.addEventListener("upload-success", ({ detail }) => {
  const json = document.createElement("pre");
  json.textContent = JSON.stringify(detail.media, null, 2);
  list.prepend(json);
  result.hidden = false;
});
