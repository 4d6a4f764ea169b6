//! What happens in a world, and in which order.

use std::cmp::Ordering;

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Event, Ticket};
use serde_json::Value;

use crate::bodies::Parcel;
use crate::files::Bits;

/// An action that the shell is performing, in visit number `page`. No ticket is used twice in a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub page: u32,
    pub ticket: Ticket,
}

/// What the browser reports about a task.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: FileId,
    pub task: Task,
    pub event: Event<Value>,
    /// Whether it is the last message of its task.
    pub ends: bool,
    /// The upload in pieces that the message is about, and the bytes that it says are stored.
    pub upload: Option<usize>,
    pub acked: Bits,
    /// The URL that the message says has expired.
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

/// Something that happens by itself.
#[derive(Debug)]
pub enum Happening {
    /// The shell's timer fires, as it was set for the n-th time.
    Timer(u64),
    /// The browser reports something about a task.
    Tell(Box<Message>),
    /// The last byte of a body leaves the page.
    BodyOut(Box<Parcel>),
    /// A whole body arrives at the host, even if the page no longer waits for the answer.
    Arrive(Box<Parcel>),
    /// The backend is asked to abort an upload, for the n-th time.
    GiveUp { upload: usize, tries: usize },
    /// A person, or the page, does something.
    User,
    /// The faults end.
    Calm,
}

/// An entry of the heap. The earliest comes first; of the same time, the one that was added first.
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
