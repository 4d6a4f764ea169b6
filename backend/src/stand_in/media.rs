//! What is found out about a file that has arrived: its type, its kind, a picture's size.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Enough of a file's start to know its type. Bytes.
const HEAD_SIZE: u64 = 8 * 1024;

/// What a file is.
pub(super) struct Look {
    pub(super) content_type: String,
    /// `image`, `video`, `audio` or `other`.
    pub(super) kind: &'static str,
    /// Width and height of a picture in pixels, as its header states them.
    pub(super) size: Option<(usize, usize)>,
}

/// Looks at the file. `mime` is what the client says; where that is nothing, the content decides.
pub(super) fn look_at(path: &Path, mime: &str) -> io::Result<Look> {
    let content_type = match mime {
        "" | "application/octet-stream" => {
            let mut head = Vec::new();
            File::open(path)?.take(HEAD_SIZE).read_to_end(&mut head)?;
            infer::get(&head).map_or("application/octet-stream", |found| found.mime_type())
        }
        mime => mime,
    };
    let kind = match content_type.split('/').next().unwrap_or_default() {
        half if half.eq_ignore_ascii_case("image") => "image",
        half if half.eq_ignore_ascii_case("video") => "video",
        half if half.eq_ignore_ascii_case("audio") => "audio",
        _ => "other",
    };
    // What only calls itself a picture has no size, and that is no fault.
    let size = if kind == "image" { imagesize::size(path).ok() } else { None };
    Ok(Look {
        content_type: content_type.into(),
        kind,
        size: size.map(|size| (size.width, size.height)),
    })
}
