//! Byte ranges as in `Content-Range`: from the first byte to the last, both included. Knows nothing about
//! files and requests.

use ittybit_uploader::transfer::MAX_SAFE_INTEGER;
use serde::{Deserialize, Serialize};

/// A range of a file's bytes, not empty. `[first,last]` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "(u64, u64)", into = "(u64, u64)")]
pub struct ByteRange {
    first: u64,
    last: u64,
}

impl ByteRange {
    /// Creates the range from `first` to `last`, both included and counted from 0. Returns `None` if
    /// `last` is before `first`, or is not a safe integer in JavaScript.
    #[must_use]
    pub const fn new(first: u64, last: u64) -> Option<Self> {
        // Pages read these ranges too, as numbers of JavaScript.
        if first <= last && last <= MAX_SAFE_INTEGER { Some(Self { first, last }) } else { None }
    }

    /// Returns the offset of the first byte.
    #[must_use]
    pub const fn first(self) -> u64 {
        self.first
    }

    /// Returns the offset of the last byte.
    #[must_use]
    pub const fn last(self) -> u64 {
        self.last
    }

    /// Returns the number of bytes.
    #[must_use]
    pub const fn size(self) -> u64 {
        self.last - self.first + 1
    }

    /// Merges ranges into as few as possible: sorted, and neither overlapping nor adjacent.
    #[must_use]
    pub fn merged(mut ranges: Vec<Self>) -> Vec<Self> {
        ranges.sort_unstable();
        ranges.dedup_by(|next, range| {
            let joins = next.first <= range.last + 1;
            if joins {
                range.last = range.last.max(next.last);
            }
            joins
        });
        ranges
    }
}

impl TryFrom<(u64, u64)> for ByteRange {
    type Error = &'static str;

    fn try_from((first, last): (u64, u64)) -> Result<Self, Self::Error> {
        Self::new(first, last).ok_or("a range goes from its first byte to its last")
    }
}

impl From<ByteRange> for (u64, u64) {
    fn from(range: ByteRange) -> Self {
        (range.first, range.last)
    }
}
