"use client";

import { upload } from "ittybit-uploader";
import { useState } from "react";

export default function Page() {
  const [media, setMedia] = useState();

  async function send({ target }) {
    setMedia(await upload(target.files[0], { endpoint: "/api/uploads" }));
  }

  return (
    <>
      <input type="file" onChange={send} />
      <output id="media">{media?.id}</output>
    </>
  );
}
