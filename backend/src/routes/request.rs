//! What a page says about the file it wants to upload: read, checked, and still not trusted.

use std::time::Duration;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use ittybit_uploader::transfer::essence;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::Refusal;
use super::body::{Most, read_object, unreadable};
use crate::service::IDEMPOTENCY_KEY;

/// What a page may say about an upload, in bytes of JSON. A file name has 255 bytes on every
/// common file system, so this is mostly room for the app's own `props`.
const MAX_BODY_SIZE: usize = 64 * 1024;

/// Bytes of UTF-8. File systems allow 255 bytes or UTF-16 units, which are three bytes at most.
const LONGEST_FILENAME: usize = 1024;

/// Bytes. RFC 6838, section 4.2 allows 127 for each half of a type, before parameters.
const LONGEST_MIME: usize = 512;

/// The largest integer that JavaScript can count to without a gap (`Number.MAX_SAFE_INTEGER`).
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A page's wish to upload a file. Well-formed; whether it is true is another matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRequest {
    /// Stays the same when a page asks again for the same file.
    pub idempotency_key: Uuid,
    /// The file's name, in any script. It is no path, and no safe one either.
    pub filename: String,
    /// Size in bytes.
    pub filesize: u64,
    /// MIME type as the browser guessed it from the name: `type/subtype` in lower case, without
    /// parameters. Empty where it could not. A page that sends what is no MIME type is answered 400.
    pub mime: String,
    /// Whatever else the page sends to the app.
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

/// A number of bytes; one that is larger than any is [`u64::MAX`].
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = Number::deserialize(deserializer)?;
    let is_huge = number.as_f64().is_some_and(|float| float > MAX_SAFE_INTEGER as f64);
    let whole = number.as_u64().or(is_huge.then_some(u64::MAX));
    whole.ok_or_else(|| D::Error::custom("`filesize` is no number of bytes"))
}

/// What is said of more than [`MAX_BODY_SIZE`].
pub(super) const TOO_MUCH_OF_THE_FILE: &str = "The request says more about the file than fits.";

/// Splits a request into what the app's own rules may look at and what the page says.
pub(super) async fn read(
    request: Request,
    time: Duration,
) -> Result<(Parts, UploadRequest), Refusal> {
    let (head, body) = request.into_parts();
    let idempotency_key = idempotency_key(&head.headers)?;
    let most = Most { size: MAX_BODY_SIZE, time, words: TOO_MUCH_OF_THE_FILE };
    let said = read_object(&head.headers, body, most).await?;
    let body: Body = serde_json::from_value(said.into()).map_err(unreadable)?;
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
    // As RFC 9562 writes it, with its hyphens; the parser knows other forms, too.
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

/// A type as it goes on from here: what is checked is what is stored.
fn known_type(mime: &str) -> Result<String, Refusal> {
    match mime {
        "" => Ok(String::new()),
        mime if mime.len() > LONGEST_MIME => Err(Refusal::bad_request("`type` is too long.")),
        mime => essence(mime).ok_or_else(|| Refusal::bad_request("`type` is no MIME type.")),
    }
}

/// What is wrong with a name, if anything is.
pub(super) fn wrong_filename(name: &str) -> Option<&'static str> {
    let wrong = [
        (name.is_empty(), "is empty."),
        (name.len() > LONGEST_FILENAME, "is too long."),
        (name.contains('\0'), "holds a character that no file name has."),
    ];
    wrong.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, words)| words)
}
