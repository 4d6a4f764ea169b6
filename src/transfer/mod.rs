//! One file, one media object: everything that is decided on the way, and nothing that is done.
//!
//! [`Transfer`] is a state machine. It is told what happened ([`Event`]) and at what time, and
//! is then polled for what to do next ([`Action`]). It knows no browser, no socket and no clock,
//! so the same code runs in a page, on a server and, in microseconds, under a simulated network.
//!
//! A file that is worth it is remembered for another visit. Before the backend is asked, earlier uploads of it are
//! looked for, and the one that goes on is locked, so that no other window sends it too:
//!
//! ```text
//! start ─▶ [Find ─▶ Found] ─▶ [Lock ─▶ Locked]… ─▶ Ask for a target, or for the parts that are there
//! ```
//!
//! A file takes one of two ways, as the app's backend decides. In one piece:
//!
//! ```text
//! start ─▶ Ask for a target ─▶ Check the file ─▶ Send ─▶ BytesSent… ─▶ BodySent ─▶ Answered ─▶ Finish
//!                  └─▶ the file is stored already ──────────────────────────────────────────▶ Finish
//! ```
//!
//! Or in pieces, some of them at a time: chunks to one URL, or parts to a URL each:
//!
//! ```text
//! start ─▶ Ask for a target ─▶ [Ask for the parts that are there] ─▶ pieces ─▶ [Ask to complete] ─▶ Finish
//!   a chunk:  Check the file ──────────────────▶ Send ─▶ BytesSent… ─▶ BodySent ─▶ Answered
//!   a part:   Hash ─▶ Ask for its URL ─────────▶ Send ─▶ …
//! ```
//!
//! Each of these is a task that is tried again by itself: a part's retry costs that part alone. Any
//! failure, of the endpoint, the host, the network or the clock, either finishes the transfer or is
//! announced, as another attempt, and followed by another try of its task, after a wait:
//!
//! ```text
//! (failure) ─▶ [AskApp] ─▶ Announce ─▶ the wait is over, or the page is online ─▶ the task again
//! ```
//!
//! Every try asks for a URL of its own, but that of a chunk, whose URL is for all of them. Every
//! event belongs to a ticket, so that what comes late from what was given up changes nothing.

mod answer;
pub mod checksums;
mod endpoint;
mod error;
mod event;
mod form;
mod json;
mod machine;
mod media_type;
mod parts;
mod plan;
mod progress;
mod requests;
mod retry;
mod session;
mod settings;
mod task;
mod url;
mod watch;

pub use answer::{Reply, read_media};
pub(crate) use error::digits;
pub use error::{ErrorCode, UploadError, is_unreachable};
pub use event::{Action, Body, Event, Ticket};
pub use form::{LONGEST_BOUNDARY, MAX_REQUEST_SIZE, envelope_size, max_file_size};
pub use json::{Json, MAX_SAFE_INTEGER};
pub use machine::Transfer;
pub use media_type::essence;
pub use plan::{MAX_MULTIPART_SIZE, MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, part_size};
pub use progress::{Phase, Progress};
pub use requests::{Abort, Method, Question, Request, StoredPart};
pub use retry::{LONGEST_RETRY_AFTER, abort_retry};
pub use session::{Saved, Session};
pub use settings::{FIELD_NAME, RESPONSE_TIMEOUT, RETRY_DELAYS, STALL_TIMEOUT, Settings};

/// What is known of a file without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// The name the media pipeline is told, in any script.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// MIME type as the platform guessed it: `type/subtype` in lower case, as [`essence`] has it.
    /// Empty where it could not.
    pub mime: String,
}
