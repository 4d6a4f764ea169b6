//! The media object of a file that has arrived, and what is found out for it: the file's type, its
//! kind, a picture's size.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::service::NewUpload;

/// Enough of a file's start to know its type. Bytes.
const HEAD_SIZE: u64 = 8 * 1024;

/// A file that is here, and what its sender says of it.
pub(super) struct Arrived<'a> {
    pub(super) path: &'a Path,
    /// Empty where the sender named none.
    pub(super) filename: &'a str,
    /// As the sender guessed it, or empty.
    pub(super) mime: &'a str,
    /// Bytes.
    pub(super) size: u64,
}

/// What a file is.
struct Look {
    content_type: String,
    /// `image`, `video`, `audio` or `other`.
    kind: &'static str,
    /// Width and height of a picture in pixels, as its header states them.
    size: Option<(usize, usize)>,
}

impl super::State {
    /// The media object `id` of a file, but for the time. It reads the file's start, so it blocks.
    pub(super) fn media_object(
        &self,
        id: &str,
        file: &Arrived<'_>,
        props: &NewUpload,
    ) -> io::Result<Map<String, Value>> {
        let look = look_at(file.path, file.mime)?;
        let mut media = Map::from_iter([
            ("id".to_owned(), id.into()),
            ("object".to_owned(), "media".into()),
            ("kind".to_owned(), look.kind.into()),
            ("filename".to_owned(), props.filename.as_deref().unwrap_or(file.filename).into()),
            ("filesize".to_owned(), file.size.into()),
            ("content_type".to_owned(), look.content_type.into()),
            ("url".to_owned(), format!("{}/files/{id}", self.settings.base_url).into()),
            ("metadata".to_owned(), json!(props.metadata)),
            ("alias".to_owned(), json!(props.alias)),
        ]);
        if let Some((width, height)) = look.size {
            media.insert("width".into(), width.into());
            media.insert("height".into(), height.into());
        }
        Ok(media)
    }
}

/// Looks at the file. `mime` is what the client says; where that is nothing, the content decides.
fn look_at(path: &Path, mime: &str) -> io::Result<Look> {
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
