//! Upload errors: a message for the person who waits, and a code for the page.
//!
//! No message contains an upload URL, because anyone who has the URL can store a file.

use std::fmt;

use super::answer::redact;
use super::{Reply, Ticket};

/// The kind of failure, as far as a page can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The page doesn't accept such a file, or so many of them.
    Restriction,
    /// The app's backend refused or failed.
    Endpoint,
    /// The backend's answer is not an upload target.
    BadTarget,
    /// No answer came.
    Network,
    /// No byte was transferred for too long.
    Stalled,
    /// The host has all bytes and did not answer in time.
    Timeout,
    /// The file is larger than the host accepts.
    TooLarge,
    /// The upload URL has expired or was used before.
    UrlExpired,
    /// The host refused the upload.
    Rejected,
    /// The host failed.
    Server,
    /// The host's answer is not a media object.
    BadResponse,
    /// The file was changed or removed after it was picked.
    FileUnreadable,
    /// A file of the uploader's own could not be loaded.
    NotLoaded,
}

impl ErrorCode {
    /// Returns the code as the page sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restriction => "restriction",
            Self::Endpoint => "endpoint",
            Self::BadTarget => "bad-target",
            Self::Network => "network",
            Self::Stalled => "stalled",
            Self::Timeout => "timeout",
            Self::TooLarge => "too-large",
            Self::UrlExpired => "url-expired",
            Self::Rejected => "rejected",
            Self::Server => "server",
            Self::BadResponse => "bad-response",
            Self::FileUnreadable => "file-unreadable",
            Self::NotLoaded => "not-loaded",
        }
    }
}

/// Why an upload ended without a media object. Functions return it in a box, which keeps a `Result`
/// as small as a pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadError {
    /// The kind of failure.
    pub code: ErrorCode,
    /// A sentence for a person.
    pub message: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The attempt that failed, counted from 1.
    pub attempt: u32,
    /// Whether the same request could succeed later.
    pub retryable: bool,
    /// The server's own message, if it sent one.
    pub detail: Option<String>,
    /// How long the server asks the client to wait, in ms, if it said so.
    pub retry_after: Option<f64>,
    /// The ticket of the call to the app's own function that threw, if that is the cause.
    pub thrown: Option<Ticket>,
}

impl UploadError {
    /// Creates an error that no server reported. `message` is a sentence for a person.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let retryable =
            matches!(code, ErrorCode::Network | ErrorCode::Stalled | ErrorCode::Timeout);
        Self {
            code,
            message: message.into(),
            status: None,
            attempt: 1,
            retryable,
            detail: None,
            retry_after: None,
            thrown: None,
        }
    }

    /// Like [`Self::new`], in a box.
    #[inline(never)]
    pub(crate) fn boxed(code: ErrorCode, message: String) -> Box<Self> {
        Box::new(Self::new(code, message))
    }

    /// Creates the error for a file that is too large for a simple upload. `size` and `limit` are in bytes.
    pub(super) fn too_large(size: u64, limit: u64) -> Box<Self> {
        let message = [
            "The file has ",
            &digits(size),
            " bytes; this way of uploading takes at most ",
            &digits(limit),
            " (64 MB less the form around the file).",
        ];
        Self::boxed(ErrorCode::TooLarge, message.concat())
    }

    /// Creates the error for a function of the app that threw. `doing` completes the sentence "The app
    /// could not …". Redacts `words`, the function's own message, because it may contain a URL, and a
    /// URL may contain a password.
    pub(super) fn thrown(
        ticket: Ticket,
        doing: &str,
        words: &str,
        status: Option<u16>,
        unreachable: bool,
    ) -> Box<Self> {
        let message = ["The app could not ", doing, ": ", &redact(words, "")].concat();
        let mut error = Self::boxed(ErrorCode::Endpoint, message);
        error.thrown = Some(ticket);
        error.status = status;
        error.retryable = unreachable || status.is_some_and(is_transient);
        error
    }

    /// Creates the error for a status with which a server answered. The server's own `words` follow the
    /// sentence.
    pub(super) fn answered(
        code: ErrorCode,
        sentence: &str,
        reply: &Reply,
        words: Option<String>,
    ) -> Box<Self> {
        let number = digits(reply.status.into());
        let (end, said) = words.as_deref().map_or((").", ""), |words| ("): ", words));
        let mut error = Self::boxed(code, [sentence, " (", &number, end, said].concat());
        error.status = Some(reply.status);
        error.retryable = is_transient(reply.status);
        error.detail = words;
        error.retry_after = reply.retry_after;
        error
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for UploadError {}

/// How the messages begin that `fetch` throws if there is no answer: in Chromium, Firefox, Safari, Node
/// and polyfills.
const UNREACHABLE: [&str; 8] = [
    "Failed to fetch",
    "NetworkError",
    "Load failed",
    "The Internet connection",
    "The network connection",
    "fetch failed",
    "network error",
    "Network request failed",
];

/// Returns whether an app's function failed because its own request got no answer. `name` and `words`
/// are the name and message of what it threw. Any other `TypeError` is a bug in the function, which a
/// retry does not fix.
#[must_use]
pub fn is_unreachable(name: &str, words: &str) -> bool {
    // `AbortSignal.timeout()` ends a request with this name.
    name == "TimeoutError"
        || name == "TypeError" && UNREACHABLE.iter().any(|start| words.starts_with(start))
}

/// Formats a number for a message. `std`'s formatting code would be the largest part of the wasm.
pub(crate) fn digits(number: u64) -> String {
    let mut text = if number < 10 { String::new() } else { digits(number / 10) };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// Returns whether the same request may succeed a little later (RFC 9110, section 15; RFC 6585 and
/// RFC 8470 for 429 and 425). An unknown 5xx status counts as 500, as the RFC requires. 501, 505, 510
/// and 511 (RFC 6585) mean that the request itself must change.
pub(super) fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..) && !matches!(status, 501 | 505 | 510 | 511)
}
