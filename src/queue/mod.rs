//! Uploads many files: decides which ones are active, in what order, and what the page hears about each.
//!
//! [`Queue`] is a state machine around [`Transfer`](crate::transfer::Transfer)s, in the same style: the
//! shell passes it events and polls it for outputs. It knows a file's number and what is known about the
//! file without reading it. It knows no browser and no clock, and does not know how a file is sent.
//!
//! ```text
//! add ─▶ Added ─▶ Queued ─▶ Active ─▶ Done
//!          start    │ ▲      │ │ └──▶ Failed ──┐
//!            pause  ▼ │resume▼ └────▶ Cancelled ┤ retry
//!                  Paused ◀──┘          Queued ◀┘
//! ```
//!
//! A run lasts from the first queued file until no file is queued, active or paused. Then there is one
//! [`Output::Complete`]. A file that waits for its retry stays active, so that a failing host does not get
//! more requests.

mod entry;
mod machine;
mod restrictions;
mod slots;
mod total;

pub use entry::{Ended, FileId};
pub use machine::{LIMIT, Output, PARALLEL_PARTS, Queue, Settings};
pub use restrictions::Restrictions;
pub use slots::Slots;
