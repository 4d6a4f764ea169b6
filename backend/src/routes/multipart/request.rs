//! Reads and validates what a page says about parts, which must still not be trusted.

use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::checksums::wrong_sum;
use super::id::Upload;
use crate::routes::Refusal;
use crate::routes::body::unreadable;
use crate::storage::Checksums;

/// The most parts that one request can ask for.
const MOST_TO_SIGN: usize = 100;

/// In characters. An ETag of S3 has about forty.
const LONGEST_ETAG: usize = 256;

/// A part that, according to the page, the store has.
pub(super) struct ClaimedPart {
    pub(super) etag: String,
    /// In base64, of the upload's kind of checksum.
    pub(super) checksum: Option<String>,
}

/// Each part is parsed as a map first, because serde would also read a struct's fields from an array, by
/// position.
#[derive(Deserialize)]
struct Parts {
    parts: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct ToSign {
    part_number: u64,
    #[serde(default)]
    checksum: Option<Value>,
}

#[derive(Deserialize)]
struct Claimed {
    part_number: u64,
    etag: String,
    #[serde(default)]
    checksum: Option<Value>,
}

/// Returns the parts whose URLs a page requests, with their checksums if the upload has them.
pub(super) fn parts_to_sign(
    upload: &Upload,
    body: Map<String, Value>,
) -> Result<Vec<(u16, Option<String>)>, Refusal> {
    let parts: Vec<ToSign> = read(body)?;
    if parts.len() > MOST_TO_SIGN {
        return Err(Refusal::bad_request(format!(
            "A request can be about at most {MOST_TO_SIGN} parts, not {}.",
            parts.len()
        )));
    }
    let mut seen = Vec::new();
    parts
        .into_iter()
        .map(|ToSign { part_number, checksum }| {
            let number = part_number_of(upload, part_number)?;
            if seen.contains(&number) {
                return Err(twice(number));
            }
            seen.push(number);
            Ok((number, checksum_of(upload, number, checksum.unwrap_or_default())?))
        })
        .collect()
}

/// Returns the page's list of all parts, in order. Fails unless it contains every part of the file once.
pub(super) fn claimed_parts(
    upload: &Upload,
    body: Map<String, Value>,
) -> Result<Vec<ClaimedPart>, Refusal> {
    let parts: Vec<Claimed> = read(body)?;
    let mut claimed = Vec::new();
    claimed.resize_with(usize::try_from(upload.part_count()).unwrap_or_default(), || None);
    for Claimed { part_number, etag, checksum } in parts {
        let number = part_number_of(upload, part_number)?;
        if etag.is_empty()
            || etag.len() > LONGEST_ETAG
            || !etag.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(Refusal::bad_request(format!(
                "The `etag` of part {number} must be 1 to 256 visible ASCII characters."
            )));
        }
        let checksum = match checksum {
            Some(checksum) => checksum_of(upload, number, checksum)?,
            None => None,
        };
        match claimed.get_mut(usize::from(number) - 1) {
            Some(place @ None) => *place = Some(ClaimedPart { etag, checksum }),
            _ => return Err(twice(number)),
        }
    }
    (1..)
        .zip(claimed)
        .map(|(number, part): (u64, _)| {
            part.ok_or_else(|| {
                let message = format!("Part {number} is missing from the list.");
                Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message)
            })
        })
        .collect()
}

fn read<T: DeserializeOwned>(body: Map<String, Value>) -> Result<Vec<T>, Refusal> {
    let Parts { parts } = serde_json::from_value(body.into()).map_err(unreadable)?;
    let parts = parts.into_iter().map(|part| serde_json::from_value(part.into()));
    parts.collect::<Result<_, _>>().map_err(unreadable)
}

fn part_number_of(upload: &Upload, number: u64) -> Result<u16, Refusal> {
    u16::try_from(number).ok().filter(|number| upload.has_part(*number)).ok_or_else(|| {
        Refusal::bad_request(format!(
            "The file has no part {number}: its parts are 1 to {}.",
            upload.part_count()
        ))
    })
}

/// Returns the checksum of a part. Returns `None` if the upload has no checksums.
fn checksum_of(upload: &Upload, number: u16, checksum: Value) -> Result<Option<String>, Refusal> {
    if upload.checksums == Checksums::None {
        return Ok(None);
    }
    let sum = match checksum {
        Value::String(sum) => sum,
        _ => String::new(),
    };
    match wrong_sum(upload.checksums, &sum) {
        None => Ok(Some(sum)),
        Some(wrong) => {
            let message = format!("The `checksum` of part {number} {wrong}");
            Err(Refusal::bad_request(message))
        }
    }
}

fn twice(number: u16) -> Refusal {
    Refusal::bad_request(format!("Part {number} is listed twice."))
}
