//! Creates the media object of a file that has arrived. Detects the file's type and kind, and the size
//! of a picture.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Map, Value, json};

use ittybit_uploader_backend::service::NewUpload;

/// How many bytes of a file to read to detect its type.
const HEAD_SIZE: u64 = 8 * 1024;

/// A file that has arrived, and what its sender says about it.
pub(super) struct Arrived<'a> {
    pub(super) path: &'a Path,
    /// The file's name. Empty if the sender gave none.
    pub(super) filename: &'a str,
    /// The sender's guess of the type, or empty.
    pub(super) mime: &'a str,
    /// The size, in bytes.
    pub(super) size: u64,
}

/// What was detected about a file.
struct Look {
    content_type: String,
    /// `image`, `video`, `audio` or `other`.
    kind: &'static str,
    /// Width and height of a picture in pixels, from its header.
    size: Option<(usize, usize)>,
}

impl super::State {
    /// Creates the media object `id` of a file, without the time. Reads the start of the file, so it
    /// blocks.
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

/// Detects what the file is. `mime` is the client's guess. If it is empty, the content decides.
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
    // A file that only claims to be a picture has no size, which is not an error.
    let size = if kind == "image" { imagesize::size(path).ok() } else { None };
    Ok(Look {
        content_type: content_type.into(),
        kind,
        size: size.map(|size| (size.width, size.height)),
    })
}
