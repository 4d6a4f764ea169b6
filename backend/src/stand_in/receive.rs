//! One file out of a `multipart/form-data` body, streamed to disk.
//!
//! It decides what is a well-formed upload. It knows no URL and no record.

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

/// A file that has arrived whole. Its bytes are gone when this is dropped, unless they are moved
/// to where they stay.
pub(super) struct Received {
    pub(super) path: TempPath,
    /// As the client has it, in any script; empty where the client named none.
    pub(super) filename: String,
    /// `type/subtype` in lower case, as the client guessed it; empty where it is no MIME type.
    pub(super) mime: String,
    /// Bytes.
    pub(super) size: u64,
}

/// Reads a form to its very end, and the field `file` of it into `dir`.
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
    // The parser takes whatever is there before it parses any of it; a pause after each chunk
    // keeps that to one chunk. It also calls a form incomplete whose first chunk and end come in
    // one go, which the same pause keeps apart.
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
    // The parser is done at the last boundary, whether or not all has come that follows it.
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

/// The file's name as the client had it: browsers write a quote and line breaks as `%22`, `%0D`
/// and `%0A`, and everything else, a percent sign and a backslash too, as it is (HTML standard,
/// "multipart/form-data encoding algorithm"). So no quote inside needs looking for, and a name
/// that ends in a backslash ends there.
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
