//! What of a file is still to be sent, piece by piece.
//!
//! Knows bytes and their order; knows nothing of requests, or of what becomes of a piece between
//! [`Parts::next`] and the word that it is stored or is to go again.

use std::ops::Range;

use super::{MAX_PARTS, Settings};

/// Bytes in a chunk where neither the target nor the page says how many.
const CHUNK_SIZE: u64 = 8 << 20;

/// A chunk grows no larger than what a host takes in one request of any kind: 64 MiB.
const LARGEST_CHUNK: u64 = 64 << 20;

/// A chunk that takes less than this, in ms, could as well be twice as large.
const QUICK: f64 = 1_000.0;

/// The pieces of a file.
#[derive(Debug)]
pub(super) struct Parts {
    file_size: u64,
    /// Bytes that the host is known to have.
    stored: u64,
    /// What was never sent, in order and disjoint. An empty file has an empty piece.
    gaps: Vec<Range<u64>>,
    /// What was on its way. It goes again as it was cut: the host may have it already.
    again: Vec<Range<u64>>,
    /// Bytes in the next piece.
    length: u64,
    /// As many as there may ever be in one.
    longest: u64,
    /// Bytes in the largest piece that is stored.
    passed: u64,
}

impl Parts {
    /// Returns parts that all have the size `length`, but for the last. Returns `None` if there would be too
    /// many of them.
    pub(super) fn fixed(file_size: u64, length: u64) -> Option<Self> {
        (length > 0 && file_size.div_ceil(length) <= MAX_PARTS)
            .then(|| Self::new(file_size, length, length))
    }

    /// Returns chunks that grow while the connection is quick. If the page or the host has named a size,
    /// the smaller of the two is the size of each, and they don't grow.
    pub(super) fn adaptive(file_size: u64, target: Option<u64>, settings: &Settings) -> Self {
        let named = settings.chunk_size.into_iter().chain(target).min();
        let length = named.unwrap_or(CHUNK_SIZE).max(1);
        Self::new(file_size, length, named.unwrap_or(LARGEST_CHUNK).max(1))
    }

    #[expect(clippy::single_range_in_vec_init, reason = "there is one gap: the whole file")]
    fn new(file_size: u64, length: u64, longest: u64) -> Self {
        let (gaps, again) = (vec![0..file_size], Vec::new());
        Self { file_size, stored: 0, gaps, again, length, longest, passed: 0 }
    }

    pub(super) const fn stored(&self) -> u64 {
        self.stored
    }

    /// The number of the piece in an upload that has them all alike. Counts from 1.
    pub(super) const fn number(&self, piece: &Range<u64>) -> u32 {
        (piece.start / self.length + 1) as u32
    }

    /// The piece of this number and size, where there is one.
    pub(super) fn numbered(&self, number: u64, size: u64) -> Option<Range<u64>> {
        let count = self.file_size.div_ceil(self.length).max(1);
        if !(1..=count).contains(&number) {
            return None;
        }
        let start = (number - 1) * self.length;
        let piece = start..self.file_size.min(start + self.length);
        (piece.end - piece.start == size).then_some(piece)
    }

    /// The host has these bytes already. Answers whether that is news, and possible.
    pub(super) fn skip(&mut self, bytes: Range<u64>) -> bool {
        // Only of an empty file is nothing a piece.
        if bytes.is_empty() && self.file_size > 0 {
            return false;
        }
        let encloses = |gap: &Range<u64>| gap.start <= bytes.start && bytes.end <= gap.end;
        let Some(index) = self.gaps.iter().rposition(encloses) else { return false };
        let gap = &mut self.gaps[index];
        let before = gap.start..bytes.start;
        gap.start = bytes.end;
        if gap.is_empty() {
            self.gaps.remove(index);
        }
        if !before.is_empty() {
            self.gaps.insert(index, before);
        }
        self.stored += bytes.end - bytes.start;
        true
    }

    /// Whether there is a piece to send.
    pub(super) const fn has_next(&self) -> bool {
        !(self.again.is_empty() && self.gaps.is_empty())
    }

    /// The next piece to send.
    pub(super) fn next(&mut self) -> Option<Range<u64>> {
        if let Some(piece) = self.again.pop() {
            return Some(piece);
        }
        let gap = self.gaps.first_mut()?;
        let piece = gap.start..gap.end.min(gap.start + self.length);
        gap.start = piece.end;
        if gap.is_empty() {
            self.gaps.remove(0);
        }
        Some(piece)
    }

    /// A piece was stopped on its way.
    pub(super) fn give_back(&mut self, piece: Range<u64>) {
        self.again.push(piece);
    }

    /// Cuts a piece that was refused as too large, and returns the first part of it: half of it, or as
    /// much as was ever stored at once. No later piece is larger. Returns `None` if no smaller piece was
    /// ever stored.
    pub(super) fn cut_smaller(&mut self, piece: &Range<u64>) -> Option<Range<u64>> {
        let size = piece.end - piece.start;
        if self.passed == 0 || size <= self.passed {
            return None;
        }
        self.longest = self.longest.min((size / 2).max(self.passed));
        self.length = self.length.min(self.longest);
        let first = piece.start..piece.end.min(piece.start + self.longest);
        let index = self.gaps.partition_point(|gap| gap.start < first.end);
        if first.end < piece.end {
            self.gaps.insert(index, first.end..piece.end);
        }
        Some(first)
    }

    /// A piece is stored, and took so long, in ms.
    pub(super) fn store(&mut self, piece: &Range<u64>, took: f64) {
        let size = piece.end - piece.start;
        self.stored += size;
        self.passed = self.passed.max(size);
        if took < QUICK {
            self.length = (self.length * 2).min(self.longest);
        }
    }
}
