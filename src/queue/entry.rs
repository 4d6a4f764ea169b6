//! One file of a queue.

use std::mem;
use std::rc::Rc;

use crate::transfer::{FileInfo, Json, Phase, Progress, Session, Transfer};

/// The number of a file in its queue. Files are ordered by their numbers, and no number is reused.
pub type FileId = u32;

#[derive(Debug)]
pub(super) struct Entry<J, S> {
    pub(super) file: Rc<FileInfo>,
    pub(super) source: S,
    pub(super) state: State<J>,
    /// The session of its upload, while it has no transfer.
    pub(super) session: Option<Session>,
}

/// How a file's upload has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The file is stored, and its media object has arrived.
    Done,
    /// The upload has failed.
    Failed,
    /// The upload was cancelled.
    Cancelled,
}

/// The state of a file. Its transfer is created when the file first becomes active, and kept while the
/// file is paused or queued again.
#[derive(Debug)]
pub(super) enum State<J> {
    Added,
    Queued(Option<Box<Transfer<J>>>),
    Active(Box<Transfer<J>>),
    Paused(Option<Box<Transfer<J>>>),
    Done,
    Failed,
    Cancelled,
}

impl<J> From<Ended> for State<J> {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Done => Self::Done,
            Ended::Failed => Self::Failed,
            Ended::Cancelled => Self::Cancelled,
        }
    }
}

impl<J> State<J> {
    /// Returns whether the file can still be uploaded.
    pub(super) const fn is_open(&self) -> bool {
        self.is_pending() || matches!(self, Self::Added)
    }

    /// Returns whether a run waits for the file.
    pub(super) const fn is_pending(&self) -> bool {
        matches!(self, Self::Queued(_) | Self::Active(_) | Self::Paused(_))
    }
}

/// A file's state before it ended.
pub(super) struct Before {
    pub(super) is_active: bool,
    pub(super) is_pending: bool,
    pub(super) is_cancelled: bool,
}

impl<J: Json, S> Entry<J, S> {
    /// Changes to a state without a transfer, and keeps the transfer's session. Returns the state before.
    pub(super) fn end(&mut self, state: State<J>) -> Before {
        let before = Before {
            is_active: matches!(self.state, State::Active(_)),
            is_pending: self.state.is_pending(),
            is_cancelled: matches!(self.state, State::Cancelled),
        };
        if let State::Active(transfer)
        | State::Queued(Some(transfer))
        | State::Paused(Some(transfer)) = mem::replace(&mut self.state, state)
        {
            self.session = Some(transfer.into_session());
        }
        before
    }

    pub(super) fn session(&self) -> Option<&Session> {
        match &self.state {
            State::Active(transfer)
            | State::Queued(Some(transfer))
            | State::Paused(Some(transfer)) => Some(transfer.session()),
            _ => self.session.as_ref(),
        }
    }

    /// Returns the file's transfer. One that rests still learns what the browser's storage says.
    pub(super) fn transfer(&mut self) -> Option<&mut Transfer<J>> {
        match &mut self.state {
            State::Active(transfer)
            | State::Queued(Some(transfer))
            | State::Paused(Some(transfer)) => Some(transfer),
            _ => None,
        }
    }

    pub(super) fn progress(&self) -> Progress {
        let resting = |phase, loaded, percentage| Progress {
            phase,
            loaded,
            total: self.file.size,
            percentage,
            speed: 0.0,
            eta: None,
            attempt: 1,
        };
        match &self.state {
            State::Active(transfer)
            | State::Queued(Some(transfer))
            | State::Paused(Some(transfer)) => transfer.progress(),
            State::Paused(None) => resting(Phase::Paused, 0, 0.0),
            State::Done => resting(Phase::Done, self.file.size, 100.0),
            State::Added | State::Queued(None) | State::Failed | State::Cancelled => {
                resting(Phase::Preparing, 0, 0.0)
            }
        }
    }
}
