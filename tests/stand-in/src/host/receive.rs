//! Receives a file from a `multipart/form-data` body, and streams it to disk.
//!
//! Decides which uploads are well-formed. Knows nothing about URLs and records.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::BodyDataStream;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::stream::{self, StreamExt};
use ittybit_uploader::transfer::essence;
use multer::{Constraints, Field, Multipart, SizeLimit};
use tempfile::{NamedTempFile, TempPath};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::answer::Failure;
use super::{MAX_REQUEST_SIZE, StandInError};

/// A file that has arrived completely. Its bytes are deleted when this is dropped, unless they were
/// moved.
pub(super) struct Received {
    pub(super) path: TempPath,
    /// The client's file name, in any script. Empty if there is none.
    pub(super) filename: String,
    /// The client's guess of the type, as `type/subtype` in lower case. Empty if it is not a MIME type.
    pub(super) mime: String,
    /// The size, in bytes.
    pub(super) size: u64,
}

/// Reads a form to its end, and writes its field `file` to `dir`.
pub(super) async fn receive(
    headers: &HeaderMap,
    body: &mut BodyDataStream,
    dir: &Path,
) -> Result<Received, Failure> {
    if content_length(headers).is_some_and(|length| length > MAX_REQUEST_SIZE) {
        return Err(too_large());
    }
    let boundary = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| multer::parse_boundary(value).ok())
        .ok_or_else(|| Failure::bad_request("The body must be multipart/form-data."))?;
    // The parser takes all available bytes before it parses any of them, so this pauses after each
    // chunk. The parser also takes a form for incomplete if its first chunk and its end arrive
    // together, which the pause separates.
    let taken = AtomicU64::new(0);
    let count = &taken;
    let chunks = stream::unfold((&mut *body, false), |(body, pause)| async move {
        if pause {
            tokio::task::yield_now().await;
        }
        let chunk = body.next().await?.inspect(|chunk| {
            count.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        });
        Some((chunk, (body, true)))
    });
    let limit = SizeLimit::new().whole_stream(MAX_REQUEST_SIZE);
    let mut form =
        Multipart::with_constraints(chunks, boundary, Constraints::new().size_limit(limit));

    let mut received = None;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if received.is_none() && field.name() == Some("file") {
            received = Some(write(field, dir).await?);
        }
    }
    drop(form);
    // The parser stops at the last boundary, even if more bytes follow.
    let mut size = taken.into_inner();
    while let Some(chunk) = body.next().await {
        size += chunk.map_err(|_| incomplete())?.len() as u64;
        if size > MAX_REQUEST_SIZE {
            return Err(too_large());
        }
    }
    received.ok_or_else(|| Failure::bad_request("The form has no field named \"file\"."))
}

async fn write(mut field: Field<'_>, dir: &Path) -> Result<Received, Failure> {
    let filename = field
        .headers()
        .get(header::CONTENT_DISPOSITION)
        .and_then(|value| filename(value.as_bytes()))
        .unwrap_or_default();
    let mime = field
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| essence(value.to_str().ok()?))
        .unwrap_or_default();
    let (file, path) = NamedTempFile::new_in(dir).map_err(StandInError::from)?.into_parts();
    let mut file = File::from_std(file);
    let mut size = 0;
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        file.write_all(&chunk).await.map_err(StandInError::from)?;
        size += chunk.len() as u64;
    }
    file.flush().await.map_err(StandInError::from)?;
    Ok(Received { path, filename, mime, size })
}

/// Returns the client's file name. Browsers write a quote and line breaks as `%22`, `%0D` and `%0A`,
/// and everything else unchanged, including percent signs and backslashes (HTML standard,
/// "multipart/form-data encoding algorithm"). So the first quote ends the name, even after a backslash.
fn filename(disposition: &[u8]) -> Option<String> {
    let disposition = str::from_utf8(disposition).ok()?;
    let (_, quoted) = disposition.split_once("; filename=\"")?;
    let (name, _) = quoted.split_once('"')?;
    Some(name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unreadable(error: multer::Error) -> Failure {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(),
        _ => incomplete(),
    }
}

fn incomplete() -> Failure {
    Failure::bad_request("The form is malformed, or ended too early.")
}

fn too_large() -> Failure {
    Failure::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The upload has more than {MAX_REQUEST_SIZE} bytes."),
    )
}
