//! How a file is cut into parts. Sizes are in bytes.
//!
//! The limits are those of the S3 protocol ("Amazon S3 multipart upload limits"), which every
//! S3-compatible store keeps.

/// The smallest part but the last: 5 MiB.
pub const MIN_PART_SIZE: u64 = 5 << 20;

/// The largest part: 5 GiB.
pub const MAX_PART_SIZE: u64 = 5 << 30;

/// The most parts that a file may have.
pub const MAX_PARTS: u64 = 10_000;

/// The largest file: 5 TiB.
pub const MAX_MULTIPART_SIZE: u64 = 5 << 40;

/// Parts are whole MiB, so that their bounds are easy to read.
const STEP: u64 = 1 << 20;

/// The size of the parts of a file: `wished`, or as much more as it takes to need no more than
/// [`MAX_PARTS`]. `None` where the file is too large for any.
#[must_use]
pub fn part_size(file_size: u64, wished: u64) -> Option<u64> {
    if file_size > MAX_MULTIPART_SIZE {
        return None;
    }
    let least = file_size.div_ceil(MAX_PARTS);
    let size = wished.max(least).clamp(MIN_PART_SIZE, MAX_PART_SIZE);
    Some(size.next_multiple_of(STEP).min(MAX_PART_SIZE))
}
