//! What a host has of an upload in pieces: chunks that came to one URL, or a store's parts.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};

use crate::files::{Bits, Facts, Way, bits, count};

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Open,
    /// Complete, with this media object.
    Whole(Value),
    /// Expired or aborted.
    Gone,
}

/// A stored range, and whether one of its bytes has changed on the way.
#[derive(Clone, Debug)]
struct Piece {
    range: Range<u64>,
    is_changed: bool,
}

/// What the host does with a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Stored,
    /// Refuses it, because it shares bytes with another piece.
    Overlaps,
    Gone,
}

#[derive(Debug)]
pub struct Upload {
    pub facts: Facts,
    /// The idempotency key with which the upload was begun.
    pub idem: u32,
    pub state: State,
    /// The pieces in the order in which they make up the file: chunks by first byte, parts by number.
    pieces: BTreeMap<u64, Piece>,
    /// The bytes that the page knows to be stored.
    pub acked: Bits,
    /// Whether the page can continue the upload.
    pub is_known: bool,
    /// Whether the page has aborted the upload.
    pub is_given_up: bool,
}

impl Upload {
    pub const fn new(facts: Facts, idem: u32) -> Self {
        Self {
            facts,
            idem,
            state: State::Open,
            pieces: BTreeMap::new(),
            acked: 0,
            is_known: false,
            is_given_up: false,
        }
    }

    /// Stores a piece that has arrived completely. `place` is its place among the others.
    pub fn take(&mut self, place: u64, range: &Range<u64>, is_changed: bool) -> Taken {
        let is_part = matches!(self.facts.way, Way::Multipart { .. });
        if self.state == State::Gone || (is_part && self.state != State::Open) {
            return Taken::Gone;
        }
        let overlaps = |other: &&Piece| bits(&other.range) & bits(range) != 0;
        match self.pieces.values().find(overlaps) {
            // A stored chunk is not overwritten.
            Some(other) if !is_part && other.range == *range => Taken::Stored,
            Some(_) if !is_part => Taken::Overlaps,
            _ => {
                self.pieces.insert(place, Piece { range: range.clone(), is_changed });
                Taken::Stored
            }
        }
    }

    pub fn stored(&self) -> Bits {
        self.pieces.values().fold(0, |all, piece| all | bits(&piece.range))
    }

    pub fn is_whole(&self) -> bool {
        self.stored() == bits(&(0..self.facts.size))
    }

    /// Returns whether the pieces, in order, make up the file.
    pub fn is_exact(&self) -> bool {
        let end = self.pieces.values().try_fold(0, |end, piece| {
            (piece.range.start == end && !piece.is_changed).then_some(piece.range.end)
        });
        end == Some(self.facts.size) && !self.pieces.is_empty()
    }

    /// Returns the first and the last byte of each stored range, merged, as the host lists them.
    pub fn received(&self) -> Vec<[u64; 2]> {
        let mut merged: Vec<[u64; 2]> = Vec::new();
        for Piece { range, .. } in self.pieces.values().filter(|piece| !piece.range.is_empty()) {
            match merged.last_mut() {
                Some(last) if last[1] + 1 == range.start => last[1] = range.end - 1,
                _ => merged.push([range.start, range.end - 1]),
            }
        }
        merged
    }

    /// Returns the stored parts, as a store lists them.
    pub fn parts(&self) -> Value {
        let part = |(number, piece): (&u64, &Piece)| {
            let size = piece.range.end - piece.range.start;
            json!({ "part_number": number, "size": size, "etag": etag(&piece.range) })
        };
        self.pieces.iter().map(part).collect()
    }

    /// Returns whether these are all of the upload's parts.
    pub fn are_parts<'a>(&self, named: impl Iterator<Item = (u64, &'a str)>) -> bool {
        let stored = self.pieces.iter().map(|(number, piece)| (*number, etag(&piece.range)));
        named.map(|(number, etag)| (number, etag.to_string())).eq(stored)
    }

    /// Returns whether the page has no reason to begin another upload.
    pub fn can_go_on(&self) -> bool {
        self.is_known && !self.is_given_up && self.state == State::Open
    }

    pub fn acked_bytes(&self) -> u64 {
        count(self.acked)
    }
}

/// Returns a part's ETag: the same for the same bytes.
pub fn etag(range: &Range<u64>) -> String {
    format!("\"{}-{}\"", range.start, range.end)
}
