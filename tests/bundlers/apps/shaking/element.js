import "ittybit-uploader/element";
