//! One thing on the way of a file that is tried again by itself: asking for a target and sending the
//! file there, sending a part, putting the parts together.

use std::ops::Range;

use super::retry::Retries;
use super::watch::Watch;
use super::{Phase, Ticket};

/// What is tried.
#[derive(Debug)]
pub(super) enum Job {
    /// Asking where the file goes and, where it goes in one piece, sending it. Its URL works once.
    Whole,
    /// Asking which parts the store has.
    List,
    /// Sending a piece.
    Piece(Range<u64>),
    /// Having the parts put together.
    Completion,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// Not begun, or stopped.
    Idle,
    /// Earlier uploads of the file are looked for.
    Finding,
    /// The upload is being locked.
    Locking,
    /// The backend is asked.
    Asking,
    /// Before anything is sent: a browser may send a changed file as it finds it.
    Checking,
    /// The bytes of a part are read.
    Hashing,
    Sending,
    /// After the connection was lost: a browser does not tell a network that failed from a file
    /// that it could not read.
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
    /// Of what is under way.
    pub(super) ticket: Ticket,
    /// Where it is sent, once that is known.
    pub(super) url: String,
    /// What it looks like from outside.
    pub(super) phase: Phase,
    /// Counts from 1.
    pub(super) tries: u32,
    pub(super) retries: Retries,
    /// Runs while an answer is waited for.
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
    /// The checksum of a part, in base64, where one is wanted.
    pub(super) checksum: Option<String>,
}

impl Task {
    /// In a box: it is handed on all the time.
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

    pub(super) const fn is_piece(&self) -> bool {
        matches!(self.job, Job::Piece(_))
    }

    /// What is under way was given up; the next try waits.
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
