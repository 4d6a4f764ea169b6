//! Verifies the bytes of each part with a checksum. The page sends it when it requests the part's URL,
//! the URL is signed with it, and the store checks it. Stores support different checksums, and some
//! ignore them silently. So these routes also compare what the store says about its parts with the
//! page's checksums.

use std::borrow::Cow;

use super::bare;
use super::composite::bytes_of;
use crate::storage::{Checksums, StoredObject, StoredPart};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Returns by what an object of several parts was verified. If the store returns a composite checksum, or
/// an ETag made of MD5s, it has checked the parts' checksums, and these routes compared them before
/// completing the upload. Returns the same for every request about the object.
pub(super) fn verified_by(kind: Checksums, object: &StoredObject) -> Option<&'static str> {
    let is_composite = |sum: &String| sum.contains('-');
    match kind {
        Checksums::Crc32c if object.checksum.as_ref().is_some_and(is_composite) => Some("crc32c"),
        Checksums::Md5 if object.etag.as_deref().is_some_and(is_made_of_md5s) => Some("md5"),
        _ => None,
    }
}

fn is_made_of_md5s(etag: &str) -> bool {
    bare(etag).split_once('-').is_some_and(|(hex, count)| {
        bytes_of(hex).is_some()
            && !count.is_empty()
            && count.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Returns what is wrong with a page's checksum of a part, if anything.
pub(super) fn wrong_sum(kind: Checksums, sum: &str) -> Option<&'static str> {
    let (size, wrong) = match kind {
        Checksums::Crc32c => (4, "is not four bytes in base64."),
        Checksums::Md5 => (16, "is not sixteen bytes in base64."),
        Checksums::None => return None,
    };
    (!BASE64.decode(sum).is_ok_and(|bytes| bytes.len() == size)).then_some(wrong)
}

/// Returns the store's checksum of a part in base64, if it has one.
pub(super) fn stored_sum(kind: Checksums, part: &StoredPart) -> Option<Cow<'_, str>> {
    match kind {
        Checksums::Crc32c => part.checksum.as_deref().map(Cow::Borrowed),
        Checksums::Md5 => md5_in(&part.etag).map(Cow::Owned),
        Checksums::None => None,
    }
}

/// In most stores, the ETag of a part is its MD5.
fn md5_in(etag: &str) -> Option<String> {
    bytes_of(bare(etag)).map(|bytes| BASE64.encode(bytes))
}

/// The warning for the app about a store that verifies nothing.
pub(super) const fn unverified(kind: Checksums) -> &'static str {
    match kind {
        Checksums::Md5 => {
            "uploads are not verified: the store's ETags are not made of MD5s. Set `checksums` \
             (S3_CHECKSUMS) to `crc32c`, or to `none` if that is meant"
        }
        _ => {
            "uploads are not verified: the store tells no CRC32C of what it has put together. Set \
             `checksums` (S3_CHECKSUMS) to `md5`, or to `none` if that is meant"
        }
    }
}
