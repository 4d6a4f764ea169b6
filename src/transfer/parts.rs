//! Keeps track of which bytes of a file are still unsent, and cuts them into pieces.
//!
//! This module knows bytes and their order. It does not know requests, or what happens to a piece between
//! [`Parts::next`] and the call of [`Parts::store`], [`Parts::give_back`] or [`Parts::cut_smaller`].

use std::ops::Range;

use super::{MAX_PARTS, Settings};

/// The size of the first chunk, in bytes, if neither the target nor the page names one.
const CHUNK_SIZE: u64 = 8 << 20;

/// The largest size to which a chunk grows: 64 MiB, the most that a host accepts in one request of any kind.
const LARGEST_CHUNK: u64 = 64 << 20;

/// If a chunk takes less time than this, in ms, the next one is twice as large.
const QUICK: f64 = 1_000.0;

/// The pieces of a file.
#[derive(Debug)]
pub(super) struct Parts {
    file_size: u64,
    /// The number of bytes that the host is known to have.
    stored: u64,
    /// The ranges that were never sent, in order and disjoint. An empty file has one empty range.
    gaps: Vec<Range<u64>>,
    /// Pieces whose sending was interrupted. They are sent again as they were cut, because the host may
    /// already have them.
    again: Vec<Range<u64>>,
    /// The size of the next piece, in bytes.
    length: u64,
    /// The largest size that a piece may have, in bytes.
    longest: u64,
    /// The size of the largest piece that was stored, in bytes.
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

    /// Returns the number of a piece, counted from 1. Only for parts of one size ([`Self::fixed`]).
    pub(super) const fn number(&self, piece: &Range<u64>) -> u32 {
        (piece.start / self.length + 1) as u32
    }

    /// Returns the piece with this number. Returns `None` if there is none, or if its size is not `size`.
    pub(super) fn numbered(&self, number: u64, size: u64) -> Option<Range<u64>> {
        let count = self.file_size.div_ceil(self.length).max(1);
        if !(1..=count).contains(&number) {
            return None;
        }
        let start = (number - 1) * self.length;
        let piece = start..self.file_size.min(start + self.length);
        (piece.end - piece.start == size).then_some(piece)
    }

    /// Marks bytes as stored. Returns false unless they lie in one unsent gap.
    pub(super) fn skip(&mut self, bytes: Range<u64>) -> bool {
        // An empty range is a piece only if the file is empty.
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

    /// Returns whether there is a piece to send.
    pub(super) const fn has_next(&self) -> bool {
        !(self.again.is_empty() && self.gaps.is_empty())
    }

    /// Takes the next piece to send. Interrupted pieces come first.
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

    /// Returns a piece whose sending was interrupted, so that it is sent again.
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

    /// Marks a piece as stored after `took` ms. If that was quick, the next pieces are twice as large.
    pub(super) fn store(&mut self, piece: &Range<u64>, took: f64) {
        let size = piece.end - piece.start;
        self.stored += size;
        self.passed = self.passed.max(size);
        if took < QUICK {
            self.length = (self.length * 2).min(self.longest);
        }
    }
}
