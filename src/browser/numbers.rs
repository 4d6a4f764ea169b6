//! The numbers by which commands, events and ends of files cross to JavaScript: positions in the lists of numbers.js,
//! which must have the same order.

use crate::queue::Ended;
use crate::transfer::Question;

/// A command from the page, for one file or for all of them.
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
    /// Returns `None` if no command has this number.
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

/// An event that is reported to the page, of one file or of all of them.
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

/// A step of a file's upload that is reported to a page in debug mode.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Asks,
    Endpoint,
    Returned,
    Threw,
    Sends,
    Host,
}

/// Returns the number of a question to the endpoint.
pub(super) const fn question(question: &Question) -> u32 {
    match question {
        Question::Target => 0,
        Question::Parts => 1,
        Question::Part { .. } => 2,
        Question::Complete | Question::Abort => 3,
    }
}

/// Returns how a file ended before the wasm crashed, or `None` if no end has this number.
pub(super) const fn ended(number: u32) -> Option<Ended> {
    Some(match number {
        0 => Ended::Done,
        1 => Ended::Failed,
        2 => Ended::Cancelled,
        _ => return None,
    })
}
