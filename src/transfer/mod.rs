//! Uploads one file and returns one media object. This module makes the decisions; a shell carries them out.
//!
//! [`Transfer`] is a state machine. The shell passes it what happened ([`Event`]) and at what time, and
//! then polls it for what to do next ([`Action`]). It knows no browser, no socket and no clock, so the
//! same code runs in a page, on a server and, in microseconds, under a simulated network.
//!
//! A file that is large enough ([`Settings::remembers_from`]) is remembered for another visit. Before it asks
//! the backend, the transfer looks for earlier uploads of the file, and locks the one that it continues, so
//! that no other window sends it too:
//!
//! ```text
//! start ─▶ [Find ─▶ Found] ─▶ [Lock ─▶ Locked]… ─▶ Ask for a target, or for the stored parts
//! ```
//!
//! The app's backend decides how the file is sent. In one piece:
//!
//! ```text
//! start ─▶ Ask for a target ─▶ Check the file ─▶ Send ─▶ BytesSent… ─▶ BodySent ─▶ Answered ─▶ Finish
//!                  └─▶ the file is already stored ──────────────────────────────────────────▶ Finish
//! ```
//!
//! Or in pieces, several at a time: all chunks to one URL, or each part to a URL of its own:
//!
//! ```text
//! start ─▶ Ask for a target ─▶ [Ask for the stored parts] ─▶ pieces ─▶ [Ask to complete] ─▶ Finish
//!   a chunk:  Check the file ──────────────────▶ Send ─▶ BytesSent… ─▶ BodySent ─▶ Answered
//!   a part:   Hash ─▶ Ask for its URL ─────────▶ Send ─▶ …
//! ```
//!
//! Each of these steps is a task that is retried by itself, so that a part's retry sends that part alone.
//! A failure of the endpoint, the host or the network, or a timeout, either fails the transfer or is
//! announced as another attempt. Then its task is retried after a delay:
//!
//! ```text
//! (failure) ─▶ [AskApp] ─▶ Announce ─▶ the delay is over, or the page is online ─▶ the task again
//! ```
//!
//! Every try asks for a new URL, except that of a chunk: all chunks share one URL. Every event carries a
//! ticket, so that a late event of a cancelled request changes nothing.

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

/// What is known about a file without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// The name that is sent to the media pipeline. May be in any script.
    pub name: String,
    /// The size, in bytes.
    pub size: u64,
    /// The MIME type that the platform guessed: `type/subtype` in lower case, as [`essence`] returns it.
    /// Empty if the platform has no guess.
    pub mime: String,
}
