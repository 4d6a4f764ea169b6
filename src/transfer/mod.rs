//! One file, one media object: everything that is decided on the way, and nothing that is done.
//!
//! [`Transfer`] is a state machine. It is told what happened ([`Event`]) and at what time, and
//! is then polled for what to do next ([`Action`]). It knows no browser, no socket and no clock,
//! so the same code runs in a page, on a server and, in microseconds, under a simulated network.
//!
//! The flow of one attempt:
//!
//! ```text
//! start ─▶ AskEndpoint ─▶ CheckFile ─▶ Send ─▶ BytesSent… ─▶ BodySent ─▶ Answered ─▶ Finish
//!                  │                      └─▶ ConnectionLost ─▶ CheckFile ─▶ (failure)
//!                  └─▶ the file is stored already ───────────────────────────────▶ Finish
//! ```
//!
//! Any failure, of the endpoint, the host, the network or the clock, either finishes the transfer
//! or is announced and followed by another attempt, after a wait:
//!
//! ```text
//! (failure) ─▶ [AskApp] ─▶ Announce ─▶ the wait is over, or the page is online ─▶ AskEndpoint
//! ```
//!
//! Every attempt asks for an upload URL of its own, because a URL works once. Every event
//! belongs to an attempt, so that what comes late from an earlier one changes nothing.

mod answer;
mod endpoint;
mod error;
mod form;
mod json;
mod machine;
mod plan;
mod progress;
mod retry;
mod settings;
mod watch;

pub use answer::{Reply, read_media};
pub use error::{ErrorCode, UploadError};
pub use form::{LONGEST_BOUNDARY, MAX_REQUEST_SIZE, envelope_size, max_file_size};
pub use json::Json;
pub use machine::{Action, Event, Transfer};
pub use plan::{MAX_MULTIPART_SIZE, MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, part_size};
pub use progress::{Phase, Progress};
pub use retry::LONGEST_RETRY_AFTER;
pub use settings::Settings;

/// What is known of a file without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// The name the media pipeline is told, in any script.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// MIME type as the platform guessed it; empty where it could not.
    pub mime: String,
}
