//! Reads the JSON body of a request, with limits on its size, its time and its depth.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use futures_util::TryStreamExt;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::Refusal;
use super::head::single;

/// How deep objects and lists may be nested.
const DEEPEST: usize = 32;

/// The limits of a body.
pub(super) struct BodyLimits {
    /// The largest size, in bytes.
    pub(super) size: usize,
    /// How long the body may take to arrive.
    pub(super) time: Duration,
    /// The message for a body that is too large.
    pub(super) message: &'static str,
}

/// Reads the JSON object in a request's body.
pub(super) async fn read_object(
    headers: &HeaderMap,
    body: Body,
    limits: BodyLimits,
) -> Result<Map<String, Value>, Refusal> {
    if !is_json(headers) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The request's Content-Type must be application/json.",
        ));
    }
    let too_large = || Refusal::too_large(limits.message);
    // Refuses at once, so that a client doesn't send a body that is not read.
    if announced_size(headers).is_some_and(|size| size > limits.size as u64) {
        return Err(too_large());
    }
    let read = timeout(limits.time, read_all(body, limits.size)).await.map_err(|_| {
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "The request did not arrive in time.")
    })?;
    let bytes = read.map_err(unreadable)?.ok_or_else(too_large)?;
    if is_too_deep(&bytes) {
        return Err(unreadable("it is nested too deeply"));
    }
    // Skips a byte order mark, as decoders of text do.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    // Parses a map first, because serde would also read a struct's fields from an array, by position.
    let mut object: Map<String, Value> = serde_json::from_slice(bytes).map_err(unreadable)?;
    object.values_mut().for_each(normalise_numbers);
    Ok(object)
}

/// Converts every number to the value that JavaScript reads: `1.0`, `1e0` and `1` are equal, `-0` and `0`
/// are equal, and every number is an `f64`. So all parsers behind this one read the same value.
fn normalise_numbers(value: &mut Value) {
    /// The largest number up to which an `f64` represents every integer.
    const GAPS: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64() {
                *value = if float.fract() == 0.0 && float.abs() <= GAPS {
                    Value::from(float as i64)
                } else {
                    Value::from(float)
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(normalise_numbers),
        Value::Object(fields) => fields.values_mut().for_each(normalise_numbers),
        _ => {}
    }
}

/// The refusal of a body that can't be parsed.
pub(super) fn unreadable(why: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("The request cannot be read: {why}."))
}

fn is_json(headers: &HeaderMap) -> bool {
    let mime = single(headers, &CONTENT_TYPE).and_then(|value| value.split(';').next());
    mime.is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"))
}

/// Returns the size that a request announces, in bytes.
fn announced_size(headers: &HeaderMap) -> Option<u64> {
    single(headers, &CONTENT_LENGTH)?.parse().ok()
}

/// Reads a body. Returns `None` if it has more than `most` bytes.
async fn read_all(body: Body, most: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.try_next().await? {
        if bytes.len() + chunk.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// Returns whether JSON is nested too deep. Checks this before parsing.
fn is_too_deep(json: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut is_in_string = false;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if is_in_string => drop(bytes.next()),
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_depth_of_objects_and_lists() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(nested(32).as_bytes()));
        assert!(is_too_deep(nested(33).as_bytes()));
        assert!(is_too_deep(r#"{"a":"#.repeat(33).as_bytes()));
        // Brackets side by side, or in a string, are not nested.
        assert!(!is_too_deep("[]".repeat(100).as_bytes()));
        assert!(!is_too_deep(format!(r#"["{}\"[{}\\"]"#, nested(20), "[".repeat(40)).as_bytes()));
        assert!(is_too_deep(format!(r#"["\\",{}"#, "[".repeat(32)).as_bytes()));
        assert!(!is_too_deep("]".repeat(64).as_bytes()));
    }
}
