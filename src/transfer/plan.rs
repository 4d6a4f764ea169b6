//! Chooses the size of a file's parts. Sizes are in bytes.
//!
//! The limits are those of the S3 protocol ("Amazon S3 multipart upload limits"), which all
//! S3-compatible stores share.

/// The smallest part, except for the last one: 5 MiB.
pub const MIN_PART_SIZE: u64 = 5 << 20;

/// The largest part: 5 GiB.
pub const MAX_PART_SIZE: u64 = 5 << 30;

/// The largest number of parts that a file may have.
pub const MAX_PARTS: u64 = 10_000;

/// The largest file: 5 TiB.
pub const MAX_MULTIPART_SIZE: u64 = 5 << 40;

/// Part sizes are whole MiB, so that offsets are easy to read in a log.
const STEP: u64 = 1 << 20;

/// Returns the size of a file's parts: `wished`, or more if the file would otherwise need more than
/// [`MAX_PARTS`] parts. Returns `None` if the file is too large for any size.
#[must_use]
pub fn part_size(file_size: u64, wished: u64) -> Option<u64> {
    if file_size > MAX_MULTIPART_SIZE {
        return None;
    }
    let least = file_size.div_ceil(MAX_PARTS);
    let size = wished.max(least).clamp(MIN_PART_SIZE, MAX_PART_SIZE);
    Some(size.next_multiple_of(STEP).min(MAX_PART_SIZE))
}
