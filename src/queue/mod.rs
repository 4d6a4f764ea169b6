//! Many files: which of them run, in what order, and what the page is told of each.
//!
//! [`Queue`] is a state machine around [`Transfer`](crate::transfer::Transfer)s, in the same style:
//! told what happened, polled for what to do. It knows files by number and by what is known of
//! them without reading; it knows no browser, no clock, and nothing of how a file travels.
//!
//! ```text
//! add ─▶ Added ─▶ Queued ─▶ Active ─▶ Done
//!          start    │ ▲      │ │ └──▶ Failed ──┐
//!            pause  ▼ │resume▼ └────▶ Cancelled ┤ retry
//!                  Paused ◀──┘          Queued ◀┘
//! ```
//!
//! A run lasts from the first file that is queued until none is queued, active or paused; then
//! there is one [`Output::Complete`]. A file that waits for its retry keeps its place among the
//! active ones, so that a host in trouble is not given more work.

mod entry;
mod machine;
mod restrictions;
mod slots;
mod total;

pub use entry::{Ended, FileId};
pub use machine::{LIMIT, Output, PARALLEL_PARTS, Queue, Settings};
pub use restrictions::Restrictions;
pub use slots::Slots;
