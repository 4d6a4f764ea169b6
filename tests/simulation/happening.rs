//! What comes to pass, and in which order.

use std::cmp::Ordering;

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Event, Ticket};
use serde_json::Value;

use crate::bodies::Parcel;
use crate::files::Bits;

/// Something that the shell has under way, in the n-th visit. No ticket is used again in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub page: u32,
    pub ticket: Ticket,
}

/// What the browser tells of a task.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: FileId,
    pub task: Task,
    pub event: Event<Value>,
    /// Whether it is the last.
    pub ends: bool,
    /// The upload in pieces that it tells of, and what it tells is stored of it.
    pub upload: Option<usize>,
    pub acked: Bits,
    /// The URL that it tells has expired.
    pub expired: Option<String>,
}

impl Message {
    pub const fn more(id: FileId, task: Task, event: Event<Value>) -> Self {
        Self { id, task, event, ends: false, upload: None, acked: 0, expired: None }
    }

    pub fn last(id: FileId, task: Task, event: Event<Value>) -> Self {
        Self { ends: true, ..Self::more(id, task, event) }
    }
}

/// What comes to pass by itself.
#[derive(Debug)]
pub enum Happening {
    /// The shell's timer, as it was set for the n-th time.
    Timer(u64),
    /// The browser tells of a task.
    Tell(Box<Message>),
    /// The last byte of a body leaves the page.
    BodyOut(Box<Parcel>),
    /// A whole body arrives at the host, whoever still waits for the answer.
    Arrive(Box<Parcel>),
    /// The backend is asked to end an upload, for the n-th time.
    GiveUp { upload: usize, tries: usize },
    /// A person, or the page, does something.
    User,
    /// From now on the world is calm.
    Calm,
}

/// Something in the heap: the earliest first and, of the same time, in the order it was put there.
pub struct Scheduled {
    pub at: f64,
    pub number: u64,
    pub what: Happening,
}

impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scheduled {}
