//! Creates the media object of a file that stays in the app's own store.

use reqwest::Url;
use serde_json::{Value, json};

use super::checksums::verified_by;
use super::id::Upload;
use crate::storage::StoredObject;

/// Creates the media object. It is the same for every request and on every instance, except for the
/// signature in its `url`.
pub(super) fn own(upload: &Upload, object: &StoredObject, url: &Url) -> Value {
    let mime = match upload.mime.as_str() {
        "" => "application/octet-stream",
        mime => mime,
    };
    let half = mime.split('/').next();
    let kind = half.filter(|half| ["image", "video", "audio"].contains(half)).unwrap_or("other");
    json!({
        "id": format!("med_{}", upload.uuid().simple()),
        "object": "media",
        "kind": kind,
        "filename": upload.grant.filename.as_ref().unwrap_or(&upload.filename),
        "filesize": object.size,
        "content_type": mime,
        "url": url.as_str(),
        "metadata": upload.grant.metadata,
        "alias": upload.grant.alias,
        "verified": verified_by(upload.checksums, object).map_or(Value::Bool(false), Value::from),
        // In Amazon S3, this is when the upload began.
        "created_at": object.last_modified.map(|time| time.to_string()),
    })
}
