//! Compares a store's ETag or checksum of a whole object with the page's list of its parts. After an
//! upload is complete, this is the only way to check that a request knows its parts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ittybit_uploader::checksum::crc32c::Tables;
use md5::{Digest, Md5};

use super::bare;
use super::request::ClaimedPart;
use crate::storage::StoredObject;

/// In bytes.
const MD5_SIZE: usize = 16;

/// Returns whether the object was made of these parts. Compares the checksum of the parts' checksums, or
/// the ETag if there is none. Returns false if the store returns neither.
pub(super) fn are_its_parts(claimed: &[ClaimedPart], object: &StoredObject) -> bool {
    // A checksum without a hyphen is of the whole object's bytes, and says nothing about its parts.
    let sum = object.checksum.as_ref().filter(|sum| sum.contains('-'));
    match sum.zip(composite_checksum(claimed)) {
        Some((sum, claimed)) => *sum == claimed,
        None => object.etag.as_ref().is_some_and(|stored| {
            composite_etag(claimed).is_some_and(|etag| etag.eq_ignore_ascii_case(bare(stored)))
        }),
    }
}

/// Computes the object's ETag from parts whose ETags are their MD5, as S3 does.
fn composite_etag(claimed: &[ClaimedPart]) -> Option<String> {
    let mut md5 = Md5::new();
    for part in claimed {
        md5.update(bytes_of(bare(&part.etag))?);
    }
    let hex: String = md5.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("{hex}-{}", claimed.len()))
}

pub(super) fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let is_md5 = hex.len() == 2 * MD5_SIZE && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_md5.then(|| {
        let digits = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).ok());
        digits.map(|two| u8::from_str_radix(two?, 16).ok()).collect()
    })?
}

/// Computes the checksum of the parts' checksums (S3: "composite checksum").
fn composite_checksum(claimed: &[ClaimedPart]) -> Option<String> {
    let sums = claimed.iter().map(|part| BASE64.decode(part.checksum.as_ref()?).ok());
    let sums = sums.collect::<Option<Vec<_>>>()?.concat();
    let sum = BASE64.encode(Tables::compute().update(0, &sums).to_be_bytes());
    Some(format!("{sum}-{}", claimed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(etag: &str, checksum: Option<&str>) -> ClaimedPart {
        ClaimedPart { etag: etag.into(), checksum: checksum.map(String::from) }
    }

    fn object(etag: Option<&str>, checksum: Option<&str>) -> StoredObject {
        let (etag, checksum) = (etag.map(String::from), checksum.map(String::from));
        StoredObject { size: 1, last_modified: None, etag, checksum }
    }

    /// Compares with the MD5 of the 32 bytes of MD5("a") and MD5("b"), and the CRC32C of their checksums.
    #[test]
    fn compares_an_object_with_its_parts() {
        let (a, b) = ("0cc175b9c0f1b6a831c399e269772661", "92eb5ffee6ae2fec3ad71c777531578f");
        let sums = ["wdBDMA==", "Sng/CQ=="];
        let etag = "\"96e024ba2074fe77e8e965ba43a704be-2\"";
        let claimed =
            [part(a, Some(sums[0])), part(&format!("\"{}\"", b.to_uppercase()), Some(sums[1]))];
        let all = BASE64.decode(sums[0]).into_iter().chain(BASE64.decode(sums[1])).flatten();
        let sum = Tables::compute().update(0, &all.collect::<Vec<_>>());
        let sum = format!("{}-2", BASE64.encode(sum.to_be_bytes()));
        assert!(are_its_parts(&claimed, &object(Some(etag), None)));
        assert!(are_its_parts(&claimed, &object(Some("of-another-kind"), Some(&sum))));
        assert!(!are_its_parts(&claimed, &object(None, None)));
        assert!(!are_its_parts(&claimed, &object(Some("of-another-kind"), None)));

        let others = [part(a, Some(sums[1])), part(b, Some(sums[0]))];
        assert!(are_its_parts(&others, &object(Some(etag), None)));
        assert!(!are_its_parts(&others, &object(Some(etag), Some(&sum))));
        let invented = [part(b, Some(sums[1])), part(a, Some(sums[0]))];
        assert!(!are_its_parts(&invented, &object(Some(etag), Some(&sum))));
        let none = [part("x", None), part("y", None)];
        assert!(!are_its_parts(&none, &object(Some(etag), Some(&sum))));
        assert!(!are_its_parts(&claimed[..1], &object(Some(etag), Some(&sum))));
    }
}
