//! Commands, events and ends of files, by the numbers that JavaScript knows: positions in the lists of numbers.js, which
//! have the same order.

use crate::queue::Ended;
use crate::transfer::Question;

/// What a page wants done with one file, or with all of them.
#[derive(Clone, Copy)]
pub(crate) enum Command {
    Start,
    Pause,
    Resume,
    Retry,
    Cancel,
    Remove,
    Destroy,
}

impl Command {
    /// Returns `None` for a number that no command has.
    pub(crate) const fn numbered(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Start,
            1 => Self::Pause,
            2 => Self::Resume,
            3 => Self::Retry,
            4 => Self::Cancel,
            5 => Self::Remove,
            6 => Self::Destroy,
            _ => return None,
        })
    }
}

/// What a page is told of one file, or of all of them.
#[derive(Clone, Copy)]
pub(super) enum Told {
    Start,
    Pause,
    Resume,
    Cancel,
    Progress,
    Retry,
    Stalled,
    Success,
    Error,
    Removed,
    Complete,
    Abort,
}

/// What a page is told of a file's upload while it is debugged.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Asks,
    Endpoint,
    Returned,
    Threw,
    Sends,
    Host,
}

/// Returns the number of what the endpoint is asked.
pub(super) const fn question(question: &Question) -> u32 {
    match question {
        Question::Target => 0,
        Question::Parts => 1,
        Question::Part { .. } => 2,
        Question::Complete | Question::Abort => 3,
    }
}

/// Returns how a file has ended in a wasm that broke down; or `None` for a number that no end has.
pub(super) const fn ended(number: u32) -> Option<Ended> {
    Some(match number {
        0 => Ended::Done,
        1 => Ended::Failed,
        2 => Ended::Cancelled,
        _ => return None,
    })
}
