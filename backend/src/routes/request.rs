//! Reads and validates what a page says about the file that it wants to upload, which must still not be
//! trusted.

use std::time::Duration;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use ittybit_uploader::transfer::{MAX_SAFE_INTEGER, essence};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::Refusal;
use super::body::{BodyLimits, read_object, unreadable};
use crate::service::IDEMPOTENCY_KEY;

/// The largest body, in bytes of JSON. A file name has at most 255 bytes on every common file system,
/// so most of this is for the app's own `props`.
const MAX_BODY_SIZE: usize = 64 * 1024;

/// In bytes of UTF-8. File systems allow 255 bytes, or 255 UTF-16 units of at most three bytes.
const LONGEST_FILENAME: usize = 1024;

/// In bytes. RFC 6838, section 4.2 allows 127 for each half of a type, without parameters.
const LONGEST_MIME: usize = 512;

/// Types with which browsers guess a file's type from its content, and may take it for HTML (WHATWG MIME
/// Sniffing, "unknown type").
const GUESSED: [&str; 3] = ["unknown/unknown", "application/unknown", "*/*"];

/// A page's request to upload a file. It is well-formed, but not necessarily true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRequest {
    /// The same for every attempt to upload the same file.
    pub idempotency_key: Uuid,
    /// The file's name, in any script. It contains no path, but is not safe to use as one.
    pub filename: String,
    /// Size in bytes.
    pub filesize: u64,
    /// The MIME type that the browser has guessed from the name: `type/subtype` in lower case, without
    /// parameters. Empty if the browser doesn't know it, or says so with a type like
    /// `application/unknown`. Anything else gets a 400.
    pub mime: String,
    /// The page's own data for the app.
    pub props: Map<String, Value>,
}

#[derive(Deserialize)]
struct Body {
    filename: String,
    #[serde(deserialize_with = "whole")]
    filesize: u64,
    #[serde(default, rename = "type")]
    mime: Option<String>,
    #[serde(default)]
    props: Option<Map<String, Value>>,
}

/// Reads a number of bytes. Returns [`u64::MAX`] for a number that is too large.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = Number::deserialize(deserializer)?;
    let is_huge = number.as_f64().is_some_and(|float| float > MAX_SAFE_INTEGER as f64);
    let whole = number.as_u64().or(is_huge.then_some(u64::MAX));
    whole.ok_or_else(|| D::Error::custom("`filesize` is no number of bytes"))
}

/// The message for a body that is larger than [`MAX_BODY_SIZE`].
pub(super) const FILE_REQUEST_TOO_LARGE: &str = "The request about this file is too large.";

/// Splits a request into its head, for the app's own rules, and what the page says about the file.
pub(super) async fn read(
    request: Request,
    time: Duration,
) -> Result<(Parts, UploadRequest), Refusal> {
    let (head, body) = request.into_parts();
    let idempotency_key = idempotency_key(&head.headers)?;
    let limits = BodyLimits { size: MAX_BODY_SIZE, time, message: FILE_REQUEST_TOO_LARGE };
    let object = read_object(&head.headers, body, limits).await?;
    let body: Body = serde_json::from_value(object.into()).map_err(unreadable)?;
    let upload = UploadRequest {
        idempotency_key,
        filename: body.filename,
        filesize: body.filesize,
        mime: known_type(&body.mime.unwrap_or_default())?,
        props: body.props.unwrap_or_default(),
    };
    check(&upload)?;
    Ok((head, upload))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Uuid, Refusal> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    // Only accepts a UUID with hyphens, as in RFC 9562. The parser also accepts other forms.
    let hyphenated = |value: &HeaderValue| {
        let is_long_enough = value.len() == uuid::fmt::Hyphenated::LENGTH;
        is_long_enough.then(|| Uuid::try_parse_ascii(value.as_bytes()).ok()).flatten()
    };
    match (values.next().and_then(hyphenated), values.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(Refusal::bad_request("The request needs one Idempotency-Key header: a UUID.")),
    }
}

fn check(upload: &UploadRequest) -> Result<(), Refusal> {
    let UploadRequest { filename, filesize, .. } = upload;
    if let Some(wrong) = wrong_filename(filename) {
        return Err(Refusal::bad_request(format!("`filename` {wrong}")));
    }
    if *filesize > MAX_SAFE_INTEGER {
        return Err(Refusal::bad_request("`filesize` is larger than any file."));
    }
    Ok(())
}

/// Normalises a MIME type, so that the type that is checked is also the one that is stored.
fn known_type(mime: &str) -> Result<String, Refusal> {
    match mime {
        "" => Ok(String::new()),
        mime if mime.len() > LONGEST_MIME => Err(Refusal::bad_request("`type` is too long.")),
        mime => match essence(mime) {
            Some(known) if GUESSED.contains(&known.as_str()) => Ok(String::new()),
            known => known.ok_or_else(|| Refusal::bad_request("`type` must be a MIME type.")),
        },
    }
}

/// Returns what is wrong with a file's name, if anything.
pub(super) fn wrong_filename(name: &str) -> Option<&'static str> {
    let wrong = [
        (name.is_empty(), "is empty."),
        (name.len() > LONGEST_FILENAME, "is too long."),
        (name.contains('\0'), "holds a character that no file name has."),
    ];
    wrong.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, message)| message)
}
