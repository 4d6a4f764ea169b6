//! Ranges of a file's bytes, as `Content-Range` and the service count them: from the first byte to
//! the last, both included. It knows nothing of files and requests.

use serde::{Deserialize, Serialize};

/// The largest integer that JavaScript can count to without a gap (`Number.MAX_SAFE_INTEGER`): a
/// page reads these ranges, too.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Some of a file's bytes, at least one. In JSON it is `[first,last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "(u64, u64)", into = "(u64, u64)")]
pub struct ByteRange {
    first: u64,
    last: u64,
}

impl ByteRange {
    /// The bytes from `first` to `last`, both included and counted from 0. `None` where `last` is
    /// before `first`, or larger than what JavaScript can count to.
    #[must_use]
    pub const fn new(first: u64, last: u64) -> Option<Self> {
        if first <= last && last <= MAX_SAFE_INTEGER { Some(Self { first, last }) } else { None }
    }

    /// Where it begins, in bytes from the file's start.
    #[must_use]
    pub const fn first(self) -> u64 {
        self.first
    }

    /// Where its last byte is, in bytes from the file's start.
    #[must_use]
    pub const fn last(self) -> u64 {
        self.last
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn size(self) -> u64 {
        self.last - self.first + 1
    }

    /// The same bytes in as few ranges as can be: sorted, and neither overlapping nor adjacent.
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
