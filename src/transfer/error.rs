//! What can go wrong, in words for the person who waits and in codes for the page.
//!
//! No message carries an upload URL: whoever holds one may store a file.

use std::fmt;

use super::answer::redact;
use super::{Reply, Ticket};

/// The kinds of failure that a page can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The page takes no such file, or not as many.
    Restriction,
    /// The app's backend refused or failed.
    Endpoint,
    /// The backend's answer is no upload target.
    BadTarget,
    /// No answer came.
    Network,
    /// No byte has moved for too long.
    Stalled,
    /// The host has all bytes and did not answer in time.
    Timeout,
    /// More bytes than the host takes.
    TooLarge,
    /// The upload URL has expired or was used.
    UrlExpired,
    /// The host refused the upload.
    Rejected,
    /// The host failed.
    Server,
    /// The host's answer is no media object.
    BadResponse,
    /// The file has changed or gone since it was picked.
    FileUnreadable,
}

impl ErrorCode {
    /// The word that the page is told.
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
        }
    }
}

/// Why an upload ended without a media object. It is handed on in a box: a word where it would be
/// many.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadError {
    /// The kind of failure.
    pub code: ErrorCode,
    /// A sentence for a person.
    pub message: String,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The attempt that failed, counted from 1.
    pub attempt: u32,
    /// Whether the same again could succeed.
    pub retryable: bool,
    /// The server's own words, where it said something.
    pub detail: Option<String>,
    /// How long the server wants to be left alone, in ms, where it said so.
    pub retry_after: Option<f64>,
    /// Under which ticket the app's own function threw, where that is the cause.
    pub thrown: Option<Ticket>,
}

impl UploadError {
    /// A failure that no server told, in a sentence for a person.
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

    /// The same in a box.
    #[inline(never)]
    pub(crate) fn boxed(code: ErrorCode, message: String) -> Box<Self> {
        Box::new(Self::new(code, message))
    }

    /// A file that a simple upload does not take: both are bytes.
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

    /// Returns the error of an app's function that failed in `doing` what it was asked. Its words may
    /// contain a URL, and that a password.
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

    /// A failure that a server told by its status. Its own words follow the sentence.
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

/// Beginnings of the message that `fetch` throws if nobody answers: in Chromium, Firefox, Safari, Node and
/// polyfills.
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

/// Whether an app's function failed because nobody answered its own request: `name` and `words` are
/// those of what it threw. Another `TypeError` is a mistake in its code, which another try does not mend.
#[must_use]
pub fn is_unreachable(name: &str, words: &str) -> bool {
    // `AbortSignal.timeout()` ends a request with this name.
    name == "TimeoutError"
        || name == "TypeError" && UNREACHABLE.iter().any(|start| words.starts_with(start))
}

/// A number in a message: `std`'s formatting machinery would be the largest part of the wasm.
pub(crate) fn digits(number: u64) -> String {
    let mut text = if number < 10 { String::new() } else { digits(number / 10) };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// Whether the same request may well succeed a little later (RFC 9110, section 15; RFC 6585 and
/// RFC 8470 for 429 and 425). A status of the 5xx that nobody knows counts as 500, as the RFC has it;
/// 501, 505, 510 and 511 (RFC 6585) say that the request itself has to be another.
fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..) && !matches!(status, 501 | 505 | 510 | 511)
}
