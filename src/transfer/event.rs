//! The events that a transfer handles, and the actions that it returns.

use std::ops::Range;

use super::checksums::Checksums;
use super::requests::{Abort, Request};
use super::session::Saved;
use super::{Progress, Reply, UploadError};

/// Identifies the action to which an event belongs. A queue uses no ticket twice, so a late event of a
/// cancelled action changes nothing.
pub type Ticket = u64;

/// An outcome of an action, or news of one that is still being performed.
#[derive(Clone, Debug)]
pub enum Event<J> {
    /// The earlier uploads that [`Action::Find`] found.
    Found {
        /// Earlier uploads of the same file, the best one last.
        earlier: Vec<Box<Saved>>,
        /// The upload for which the person picked the file, if it turned out to be another file.
        replaced: Option<Box<Saved>>,
    },
    /// Whether [`Action::Lock`] got the lock. If not, another window is sending the upload.
    Locked(bool),
    /// The app's backend answered over HTTP.
    EndpointAnswered(Reply),
    /// The app's own function answered with an upload target.
    EndpointReturned(J),
    /// The app's own function threw.
    EndpointThrew {
        /// The message of what it threw.
        words: String,
        /// The HTTP status of what it threw, if that has one.
        status: Option<u16>,
        /// Whether the function failed because its own request got no answer.
        unreachable: bool,
    },
    /// The app's backend did not answer.
    EndpointUnreachable,
    /// The request of an [`Action::Ask`] or [`Action::Send`] has left the page. Before that, the page was
    /// preparing it: reading the file, or calling the app's function for headers.
    RequestLeft,
    /// An [`Action::Hash`] has read more bytes.
    BytesRead,
    /// [`Action::Check`] has ended, or [`Action::Hash`] could not read the file.
    FileChecked {
        /// Whether the file can still be read and is unchanged since it was picked.
        readable: bool,
    },
    /// The browser refused to read the file. Replaces [`Event::FileChecked`].
    FileRefused {
        /// Whether a missing permission is the only possible cause. If not, the file may have changed, because
        /// some browsers report both in the same way.
        forbidden: bool,
    },
    /// The checksum that [`Action::Hash`] computed, in base64.
    Hashed(String),
    /// [`Action::Hash`] could not load the uploader's own file that computes checksums.
    NotLoaded {
        /// The cause and the remedy, for the developer who deploys the uploader.
        words: String,
        /// Whether a retry may succeed.
        retryable: bool,
    },
    /// The request has sent more bytes. Both numbers include the form around the file.
    BytesSent {
        /// Bytes sent so far.
        sent: u64,
        /// The size of the request body, in bytes.
        total: u64,
    },
    /// The last byte of the request was handed to the network.
    BodySent,
    /// The host answered the upload.
    Answered(Reply),
    /// The request ended without an answer.
    ConnectionLost,
    /// The browser refused the request's URL or headers. Nothing was sent.
    SendRefused,
    /// The app's answer to [`Action::AskApp`].
    AppSaid {
        /// Whether to retry.
        retry: bool,
        /// The error about which the app was asked.
        error: Box<UploadError>,
    },
}

/// What the shell must do next.
#[derive(Debug)]
pub enum Action<J> {
    /// Report the progress to the page.
    Report(Progress),
    /// Report to the page that another attempt follows.
    Announce {
        /// The number of that attempt.
        attempt: u32,
        /// The delay before it, in ms. Also 0 if the attempt waits for a connection.
        delay: f64,
        /// The error of the last attempt.
        error: Box<UploadError>,
    },
    /// Report to the page that the upload has stalled.
    AnnounceStall,
    /// Report to the page that the upload is resumed.
    Resumed {
        /// The number of bytes that are stored and not sent again.
        from: u64,
    },
    /// Ask the app's backend. Answered by an `Endpoint…` event.
    Ask {
        /// The ticket of its events.
        ticket: Ticket,
        /// The number of the attempt, counted from 1.
        attempt: u32,
        /// The request.
        request: Box<Request>,
    },
    /// Look for earlier uploads of the same file. Answered by [`Event::Found`].
    Find {
        /// The ticket of its event.
        ticket: Ticket,
    },
    /// Lock an upload, so that no other window sends it. Answered by [`Event::Locked`].
    Lock {
        /// The ticket of its event.
        ticket: Ticket,
        /// The upload's key.
        key: String,
    },
    /// Check that the file can still be read and is unchanged since it was picked. Answered by
    /// [`Event::FileChecked`] or [`Event::FileRefused`].
    Check {
        /// The ticket of its event.
        ticket: Ticket,
        /// The position of the byte to read.
        at: u64,
    },
    /// Compute the checksum of these bytes. Answered by [`Event::Hashed`], or by an event that says why it
    /// failed.
    Hash {
        /// The ticket of its events.
        ticket: Ticket,
        /// The bytes.
        range: Range<u64>,
        /// The algorithm.
        checksums: Checksums,
    },
    /// Send bytes of the file. Answered by `BytesSent`, `BodySent` and then `Answered` or
    /// `ConnectionLost`, or by `SendRefused`.
    Send {
        /// The ticket of its events.
        ticket: Ticket,
        /// The URL to which the bytes go.
        url: String,
        /// The request's body.
        body: Body<J>,
    },
    /// Ask the app whether to retry after an error. Answered by [`Event::AppSaid`].
    AskApp {
        /// The ticket of its event.
        ticket: Ticket,
        /// How many times the file, or this part of it, was tried.
        attempt: u32,
        /// The error of the last try.
        error: Box<UploadError>,
    },
    /// Cancel the action with this ticket, or all actions of the file. Their outcome is not needed any more.
    Stop(Option<Ticket>),
    /// Save the session, so that another visit can continue the upload.
    Remember {
        /// What that visit needs.
        saved: Box<Saved>,
        /// Whether nothing of this upload was saved before. If something was and is gone, another window has
        /// forgotten the upload, and it must stay forgotten.
        is_new: bool,
        /// The number of bytes that are stored.
        loaded: u64,
    },
    /// Cancel all actions of the file, delete what is saved of its upload, and unlock it.
    Forget,
    /// Abort an upload at the backend.
    Abort(Box<Abort>),
    /// The transfer has ended. Nothing follows.
    Finish(Result<J, Box<UploadError>>),
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body<J> {
    /// A form that contains the whole file.
    Form,
    /// A chunk of the file.
    Chunk {
        /// Its bytes.
        range: Range<u64>,
        /// The value of the header `Content-Range`.
        content_range: String,
    },
    /// A part of the file.
    Part {
        /// Its bytes.
        range: Range<u64>,
        /// The headers that were signed with the URL; an object of strings.
        headers: Option<J>,
    },
}
