//! Bodies as they arrive, and answers.

use std::ops::Range;

use ittybit_uploader::transfer::Reply;

use crate::files::{Bits, Facts};

/// A body as it arrives.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub facts: Facts,
    pub url: String,
    /// The bytes, if the body is a piece.
    pub range: Option<Range<u64>>,
    /// The header with a part's checksum.
    pub checksum: Option<String>,
    pub is_changed: bool,
}

/// An answer, and what it says about an upload in pieces.
#[derive(Debug, Default)]
pub struct Answer {
    pub reply: Reply,
    pub upload: Option<usize>,
    pub acked: Bits,
}

pub fn reply(status: u16, body: impl ToString) -> Reply {
    Reply { status, body: body.to_string(), ..Reply::default() }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { reply, ..Self::default() }
    }
}
