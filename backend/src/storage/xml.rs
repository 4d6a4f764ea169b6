//! Reads and writes the few XML documents of the S3 protocol that uploads need. Ignores namespaces and
//! unknown elements, in which stores differ.

use std::fmt::Write;

use quick_xml::Reader;
use quick_xml::de::from_str;
use quick_xml::escape::escape;
use quick_xml::events::Event;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{StorageError, StoredPart};

/// The longest error code, in characters. Longer ones are ignored.
const LONGEST_CODE: usize = 64;

/// A page of a list of parts.
pub(super) struct Page {
    pub(super) parts: Vec<StoredPart>,
    /// The number of the part after which the next page begins, if there is one.
    pub(super) next: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    upload_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default, rename = "Part")]
    parts: Vec<ListedPart>,
    is_truncated: Option<String>,
    /// Empty in some stores at the end of the list.
    next_part_number_marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedPart {
    part_number: u16,
    size: u64,
    #[serde(rename = "ETag")]
    etag: String,
    #[serde(rename = "ChecksumCRC32C")]
    checksum: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    code: String,
}

/// Reads a document whose root element has a wanted name. Ignores the namespace prefix, which each
/// document chooses itself.
fn read<T: DeserializeOwned>(text: &str, is_wanted: impl Fn(&[u8]) -> bool) -> Option<T> {
    let text = text.trim_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(root) | Event::Empty(root) => {
                return is_wanted(root.local_name().as_ref()).then(|| from_str(text).ok())?;
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

pub(super) fn read_upload_id(text: &str) -> Result<String, StorageError> {
    match read::<Created>(text, |name| name != b"Error") {
        Some(Created { upload_id }) if !upload_id.is_empty() => Ok(upload_id),
        _ => Err(StorageError::NotUnderstood("it has no upload id")),
    }
}

pub(super) fn read_parts(text: &str) -> Result<Page, StorageError> {
    // Amazon calls it `ListPartsResult`, others `ListPartsResponse`.
    let listed: Listed = read(text, |name| name.starts_with(b"ListParts"))
        .ok_or(StorageError::NotUnderstood("it is no list of parts"))?;
    let goes_on = matches!(listed.is_truncated.as_deref().map(str::trim), Some("true" | "1"));
    let next = if goes_on {
        let next = listed.next_part_number_marker.and_then(|next| next.trim().parse().ok());
        Some(next.ok_or(StorageError::NotUnderstood("its list does not go on"))?)
    } else {
        None
    };
    let part = |part: ListedPart| StoredPart {
        number: part.part_number,
        size: part.size,
        etag: part.etag,
        checksum: part.checksum.filter(|checksum| !checksum.is_empty()),
    };
    Ok(Page { parts: listed.parts.into_iter().map(part).collect(), next })
}

/// Returns S3's error code, if the document contains one.
pub(super) fn read_code(text: &str) -> Option<String> {
    let Failed { code } = read(text, |name| name == b"Error")?;
    let is_code =
        code.len() <= LONGEST_CODE && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_code.then_some(code)
}

/// Checks that a "complete" request with status 200 has really succeeded.
pub(super) fn check_completed(text: &str) -> Result<(), StorageError> {
    match read_code(text) {
        None => Ok(()),
        Some(code) => Err(StorageError::refused(StatusCode::INTERNAL_SERVER_ERROR, code, None)),
    }
}

/// Writes the body of a "complete" request. Amazon S3 requires the CRC32C of each part if the upload has
/// checksums; other stores ignore it.
pub(super) fn write_parts(parts: &[StoredPart], are_summed: bool) -> String {
    let mut text = String::from("<CompleteMultipartUpload>");
    for StoredPart { number, etag, checksum, .. } in parts {
        let checksum =
            checksum.as_deref().filter(|_| are_summed).map_or_else(String::new, |checksum| {
                format!("<ChecksumCRC32C>{}</ChecksumCRC32C>", escape(checksum))
            });
        let etag = escape(etag.as_str());
        // Writing to a `String` can't fail.
        let _ = write!(
            text,
            "<Part><ETag>{etag}</ETag>{checksum}<PartNumber>{number}</PartNumber></Part>"
        );
    }
    text.push_str("</CompleteMultipartUpload>");
    text
}
