"use client";

import "ittybit-uploader/element";
import { useEffect, useRef, useState } from "react";

export default function Page() {
  const element = useRef();
  const [media, setMedia] = useState();

  // Sets a listener instead of a prop, because React ignores event props of server-rendered custom elements.
  useEffect(() => {
    const { current } = element;
    const show = ({ detail }) => setMedia(detail.media);
    current.addEventListener("upload-success", show);
    return () => current.removeEventListener("upload-success", show);
  }, []);

  // The element sets attributes for its states before React compares the markup.
  return (
    <>
      <ittybit-uploader ref={element} endpoint="/api/uploads" auto suppressHydrationWarning />
      <output id="media">{media?.id}</output>
    </>
  );
}
