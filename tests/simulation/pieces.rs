//! What a host has of an upload in pieces: chunks of one URL, or a store's parts.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};

use crate::files::{Bits, Facts, Way, bits, count};

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Open,
    /// Put together to this media object.
    Whole(Value),
    /// Vanished, or given up.
    Gone,
}

/// Bytes that are stored, and whether one of them has changed on the way.
#[derive(Clone, Debug)]
struct Piece {
    range: Range<u64>,
    is_changed: bool,
}

/// What the host makes of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Stored,
    /// It has some of the same bytes as another.
    Overlaps,
    Gone,
}

#[derive(Debug)]
pub struct Upload {
    pub facts: Facts,
    /// The idempotency key with which it was begun.
    pub idem: u32,
    pub state: State,
    /// In the order in which they make the file: chunks by their first byte, parts by their number.
    pieces: BTreeMap<u64, Piece>,
    /// What the page was told is stored.
    pub acked: Bits,
    /// Whether the page can go on with it.
    pub is_known: bool,
    /// Whether the page has given it up.
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

    /// A piece has arrived whole. `place` is where it belongs among the others.
    pub fn take(&mut self, place: u64, range: &Range<u64>, is_changed: bool) -> Taken {
        let is_part = matches!(self.facts.way, Way::Multipart { .. });
        if self.state == State::Gone || (is_part && self.state != State::Open) {
            return Taken::Gone;
        }
        let overlaps = |other: &&Piece| bits(&other.range) & bits(range) != 0;
        match self.pieces.values().find(overlaps) {
            // What is stored is not written again.
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

    /// Whether its pieces, one after the other, are the file.
    pub fn is_exact(&self) -> bool {
        let end = self.pieces.values().try_fold(0, |end, piece| {
            (piece.range.start == end && !piece.is_changed).then_some(piece.range.end)
        });
        end == Some(self.facts.size) && !self.pieces.is_empty()
    }

    /// The ranges that are stored, as the host lists them: merged, the first and the last byte.
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

    /// The parts that are stored, as a store lists them.
    pub fn parts(&self) -> Value {
        let part = |(number, piece): (&u64, &Piece)| {
            let size = piece.range.end - piece.range.start;
            json!({ "part_number": number, "size": size, "etag": etag(&piece.range) })
        };
        self.pieces.iter().map(part).collect()
    }

    /// Whether these are all its parts.
    pub fn are_parts<'a>(&self, named: impl Iterator<Item = (u64, &'a str)>) -> bool {
        let stored = self.pieces.iter().map(|(number, piece)| (*number, etag(&piece.range)));
        named.map(|(number, etag)| (number, etag.to_string())).eq(stored)
    }

    /// Whether the page has no reason to begin another.
    pub fn can_go_on(&self) -> bool {
        self.is_known && !self.is_given_up && self.state == State::Open
    }

    pub fn acked_bytes(&self) -> u64 {
        count(self.acked)
    }
}

/// What a store calls a part: the same for the same bytes.
pub fn etag(range: &Range<u64>) -> String {
    format!("\"{}-{}\"", range.start, range.end)
}
