//! Computes how many bytes a `multipart/form-data` body adds to its file, and so the largest file that
//! a simple upload can send.
//!
//! A page cannot see the body that its browser builds, but it can compute the size: the HTML standard
//! ("multipart/form-data encoding algorithm") fixes the encoding, except for the boundary.

use super::FileInfo;

/// The largest request body of a simple upload, in bytes: 64 MB, form included.
pub const MAX_REQUEST_SIZE: u64 = 67_108_864;

/// The longest boundary that RFC 2046, section 5.1.1 allows, in characters. Browsers use about 40.
pub const LONGEST_BOUNDARY: u64 = 70;

/// Returns how many bytes a form's body adds to the file, for a boundary of `boundary` characters.
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

/// Returns the largest file of this name and type that fits into a simple upload, in bytes.
#[must_use]
pub fn max_file_size(field_name: &str, file: &FileInfo) -> u64 {
    MAX_REQUEST_SIZE.saturating_sub(envelope_size(field_name, file, LONGEST_BOUNDARY))
}

/// The encoding writes a quote, a carriage return and a line feed as `%22`, `%0D` and `%0A`.
fn escaped_size(name: &str) -> usize {
    name.len() + 2 * name.bytes().filter(|byte| matches!(byte, b'"' | b'\r' | b'\n')).count()
}

/// In the name of a field, unlike that of a file, each line break is first replaced by CR LF.
fn field_name_size(name: &str) -> usize {
    let bytes = name.as_bytes();
    let pairs = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    let lone = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() - 2 * pairs;
    escaped_size(name) + lone * "%0D".len()
}
