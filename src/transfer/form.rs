//! The form around the file: how many bytes a `multipart/form-data` body has that are not the
//! file's, and so how large a file a simple upload takes.
//!
//! A page cannot see the body that its browser builds, but it can count: the encoding is fixed by
//! the HTML standard ("multipart/form-data encoding algorithm"), all but the boundary.

use super::FileInfo;

/// The most bytes a simple upload's request may have: 64 MB, the form included.
pub const MAX_REQUEST_SIZE: u64 = 67_108_864;

/// The longest boundary that RFC 2046, section 5.1.1 allows. Browsers use about 40 characters.
pub const LONGEST_BOUNDARY: u64 = 70;

/// Bytes of a form's body that are not the file's, for a boundary of `boundary` characters.
#[must_use]
pub fn envelope_size(field_name: &str, file: &FileInfo, boundary: u64) -> u64 {
    let mime = if file.mime.is_empty() { "application/octet-stream" } else { &file.mime };
    let fixed = "--".len()
        + "\r\nContent-Disposition: form-data; name=\"".len()
        + "\"; filename=\"".len()
        + "\"\r\nContent-Type: ".len()
        + "\r\n\r\n".len()
        + "\r\n--".len()
        + "--\r\n".len();
    (fixed + field_name_size(field_name) + escaped_size(&file.name) + mime.len()) as u64
        + 2 * boundary
}

/// The largest file that fits a simple upload under this name and type, in bytes.
#[must_use]
pub fn max_file_size(field_name: &str, file: &FileInfo) -> u64 {
    MAX_REQUEST_SIZE.saturating_sub(envelope_size(field_name, file, LONGEST_BOUNDARY))
}

/// A quote, a carriage return and a line feed are written as `%22`, `%0D` and `%0A`.
fn escaped_size(name: &str) -> usize {
    name.len() + 2 * name.bytes().filter(|byte| matches!(byte, b'"' | b'\r' | b'\n')).count()
}

/// In a field's name, unlike a file's, each line break first becomes a pair of CR and LF.
fn field_name_size(name: &str) -> usize {
    let bytes = name.as_bytes();
    let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    let lone = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() - 2 * pairs;
    escaped_size(name) + lone * "%0D".len()
}
