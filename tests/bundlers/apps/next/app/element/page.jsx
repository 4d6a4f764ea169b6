"use client";

import "ittybit-uploader/element";
import { useEffect, useRef, useState } from "react";

export default function Page() {
  const element = useRef();
  const [media, setMedia] = useState();

  // Not as a prop: React forgets those of an element that the server has rendered.
  useEffect(() => {
    const { current } = element;
    const show = ({ detail }) => setMedia(detail.media);
    current.addEventListener("upload-success", show);
    return () => current.removeEventListener("upload-success", show);
  }, []);

  // The element has set attributes for its states by the time that React compares.
  return (
    <>
      <ittybit-uploader ref={element} endpoint="/api/uploads" auto suppressHydrationWarning />
      <output id="media">{media?.id}</output>
    </>
  );
}
