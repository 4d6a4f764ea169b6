//! A task is a step of an upload that is retried by itself: asking for a target and sending the file
//! there, listing the stored parts, sending a piece, completing the upload.

use std::ops::Range;

use super::retry::Retries;
use super::watch::Watch;
use super::{Phase, Ticket};

/// What a task does.
#[derive(Debug)]
pub(super) enum Job {
    /// Ask where the file goes and, if it goes in one piece, send it. Its URL works once.
    Whole,
    /// List the parts that the store has.
    List,
    /// Send a piece.
    Piece(Range<u64>),
    /// Complete the upload: the store puts the parts together.
    Completion,
}

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// Not begun, or stopped.
    Idle,
    /// Waits for earlier uploads of the file ([`Event::Found`](super::Event::Found)).
    Finding,
    /// Waits for the upload's lock.
    Locking,
    /// Waits for the backend's answer.
    Asking,
    /// Waits for a check that the file is unchanged. Without it, a browser may send a changed file.
    Checking,
    /// Waits for a part's checksum.
    Hashing,
    Sending,
    /// Waits for a check of the file after the connection was lost: a browser reports a network that
    /// failed and a file that it could not read in the same way.
    LookingForReason,
    AskingApp,
    Waiting {
        until: f64,
    },
    /// Waits until the page is online, or until this time.
    WaitingForConnection {
        until: f64,
    },
}

#[derive(Debug)]
pub(super) struct Task {
    pub(super) job: Job,
    pub(super) state: State,
    /// The ticket of the action whose outcome the task waits for.
    pub(super) ticket: Ticket,
    /// Where the task sends its bytes. Empty until that is known.
    pub(super) url: String,
    /// The phase that the task contributes to that of the upload.
    pub(super) phase: Phase,
    /// The number of the current try, counted from 1.
    pub(super) tries: u32,
    pub(super) retries: Retries,
    /// The timeout for the answer.
    pub(super) watch: Watch,
    /// Whether the request has left the page. Before that, it is being prepared.
    pub(super) has_left: bool,
    /// Whether the browser has reported bytes of this request. It never does if a service worker passes
    /// the request on.
    pub(super) has_moved: bool,
    /// Bytes of the file that this try has handed to the network.
    pub(super) sent: u64,
    /// When this try began to send, in ms.
    pub(super) sending_since: f64,
    /// The checksum of a part, in base64, if the store verifies one.
    pub(super) checksum: Option<String>,
}

impl Task {
    /// Creates a task, in a box because it is moved often.
    pub(super) fn new(job: Job) -> Box<Self> {
        Box::new(Self {
            job,
            state: State::Idle,
            ticket: 0,
            url: String::new(),
            phase: Phase::Preparing,
            tries: 1,
            retries: Retries::default(),
            watch: Watch::never(),
            has_left: false,
            has_moved: false,
            sent: 0,
            sending_since: 0.0,
            checksum: None,
        })
    }

    /// Returns whether the browser's storage is asked what it knows of the file.
    pub(super) const fn is_recalling(&self) -> bool {
        matches!(self.state, State::Finding | State::Locking)
    }

    pub(super) const fn is_piece(&self) -> bool {
        matches!(self.job, Job::Piece(_))
    }

    /// Ends the current try and parks the task in `state` until the next one.
    pub(super) fn rest(&mut self, state: State, phase: Phase) {
        self.state = state;
        self.phase = phase;
        self.watch = Watch::never();
        self.sent = 0;
        self.tries += 1;
    }

    pub(super) fn deadline(&self) -> Option<f64> {
        match self.state {
            State::Waiting { until } | State::WaitingForConnection { until } => Some(until),
            _ => self.watch.deadline(),
        }
    }
}
