//! What a transfer is told, and what it wants done.

use std::ops::Range;

use super::checksums::Checksums;
use super::requests::{Abort, Request};
use super::session::Saved;
use super::{Progress, Reply, UploadError};

/// Says which of the things under way an event belongs to. None is used twice in a queue, so what
/// comes late, from something that was given up, changes nothing.
pub type Ticket = u64;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event<J> {
    /// What [`Action::Find`] found.
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
    /// The app's own function failed.
    EndpointThrew {
        /// Its words.
        words: String,
        /// The HTTP status that it says it failed with.
        status: Option<u16>,
        /// Whether it is the failure of a request that nobody answered.
        unreachable: bool,
    },
    /// The app's backend did not answer.
    EndpointUnreachable,
    /// The request of an [`Action::Ask`] or [`Action::Send`] has left the page. What comes before is
    /// the page's own: reading the file, asking the app for headers.
    RequestLeft,
    /// Some more bytes were read for an [`Action::Hash`].
    BytesRead,
    /// What [`Action::Check`] found; also [`Action::Hash`], where it could not read.
    FileChecked {
        /// Whether the file can be read as it was picked.
        readable: bool,
    },
    /// The browser refuses to read the file. Comes in place of [`Event::FileChecked`].
    FileRefused {
        /// Whether a missing permission is the only possible cause. If not, the file may have changed:
        /// some browsers report both alike.
        forbidden: bool,
    },
    /// What [`Action::Hash`] came to, in base64.
    Hashed(String),
    /// A file of the uploader's own could not be loaded, without which [`Action::Hash`] can't compute a checksum.
    NotLoaded {
        /// The cause and the cure, for who deploys it.
        words: String,
        /// Whether the same again may succeed.
        retryable: bool,
    },
    /// The request has sent `sent` of its `total` bytes, a form's included.
    BytesSent {
        /// Bytes sent so far.
        sent: u64,
        /// Bytes of the whole request body.
        total: u64,
    },
    /// The last byte of the request was handed to the network.
    BodySent,
    /// The host answered the upload.
    Answered(Reply),
    /// The request ended without an answer.
    ConnectionLost,
    /// The browser takes no request with this URL and these headers: nothing was sent.
    SendRefused,
    /// What the app says to [`Action::AskApp`].
    AppSaid {
        /// Whether to try again.
        retry: bool,
        /// The failure that it was asked about.
        error: Box<UploadError>,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Action<J> {
    /// Tell the page how far the upload is.
    Report(Progress),
    /// Tell the page that another attempt follows.
    Announce {
        /// The number of that attempt.
        attempt: u32,
        /// How long it is waited for, in ms; 0 also where it is waited for the connection.
        delay: f64,
        /// Why.
        error: Box<UploadError>,
    },
    /// Tell the page that no byte has moved for too long.
    AnnounceStall,
    /// Tell the page that the upload goes on.
    Resumed {
        /// Bytes that need not be sent again.
        from: u64,
    },
    /// Ask the app's backend; answered by an `Endpoint…` event.
    Ask {
        /// What its answer belongs to.
        ticket: Ticket,
        /// The attempt it is for.
        attempt: u32,
        /// What.
        request: Box<Request>,
    },
    /// Look for earlier uploads of the same file; answered by [`Event::Found`].
    Find {
        /// What its answer belongs to.
        ticket: Ticket,
    },
    /// Make sure that no other window is sending an upload; answered by [`Event::Locked`].
    Lock {
        /// What its answer belongs to.
        ticket: Ticket,
        /// The upload's key.
        key: String,
    },
    /// Find out whether the file can still be read as it was picked; answered by
    /// [`Event::FileChecked`].
    Check {
        /// What its answer belongs to.
        ticket: Ticket,
        /// The byte to look at.
        at: u64,
    },
    /// Read these bytes for their checksum; answered by [`Event::Hashed`].
    Hash {
        /// What its answer belongs to.
        ticket: Ticket,
        /// The bytes.
        range: Range<u64>,
        /// Which checksum.
        checksums: Checksums,
    },
    /// Send bytes of the file; answered by `BytesSent`, `BodySent` and then `Answered` or
    /// `ConnectionLost`, or by `SendRefused`.
    Send {
        /// What its answer belongs to.
        ticket: Ticket,
        /// Where to.
        url: String,
        /// What.
        body: Body<J>,
    },
    /// Ask the app whether to try again after this; answered by [`Event::AppSaid`].
    AskApp {
        /// What its answer belongs to.
        ticket: Ticket,
        /// How often this, the file or a part of it, was tried.
        attempt: u32,
        /// How it failed.
        error: Box<UploadError>,
    },
    /// Stop what is under way under this ticket, or all of it: nothing of it is wanted any more.
    Stop(Option<Ticket>),
    /// Remember how far the upload is, so that another visit can continue it.
    Remember {
        /// What that visit needs.
        saved: Box<Saved>,
        /// Whether nothing was remembered of this upload before. Otherwise another window may have
        /// forgotten it meanwhile, and it stays forgotten.
        is_new: bool,
        /// Bytes that are stored.
        loaded: u64,
    },
    /// Stop all that is under way for the file, forget what is remembered of it, and unlock it.
    Forget,
    /// End an upload for good.
    Abort(Box<Abort>),
    /// The upload has ended. Nothing follows.
    Finish(Result<J, Box<UploadError>>),
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body<J> {
    /// A form with the whole file in it.
    Form,
    /// A chunk of the file.
    Chunk {
        /// Its bytes.
        range: Range<u64>,
        /// The header that says so.
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
