//! What can go wrong, in words for the person who waits and in codes for the page.
//!
//! No message carries an upload URL: whoever holds one may store a file.

use std::fmt;

/// The kinds of failure that a page can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The app's backend refused or failed.
    Endpoint,
    /// The backend's answer is no upload target.
    BadTarget,
    /// No answer came.
    Network,
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
            Self::Endpoint => "endpoint",
            Self::BadTarget => "bad-target",
            Self::Network => "network",
            Self::TooLarge => "too-large",
            Self::UrlExpired => "url-expired",
            Self::Rejected => "rejected",
            Self::Server => "server",
            Self::BadResponse => "bad-response",
            Self::FileUnreadable => "file-unreadable",
        }
    }
}

/// Why an upload ended without a media object.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

impl UploadError {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let retryable = code == ErrorCode::Network;
        Self { code, message: message.into(), status: None, attempt: 1, retryable, detail: None }
    }

    /// A failure that a server told by its status. Its own words follow the sentence.
    pub(super) fn answered(
        code: ErrorCode,
        sentence: &str,
        status: u16,
        words: Option<String>,
    ) -> Self {
        let mut digits = itoa::Buffer::new();
        let number = digits.format(status);
        let message = match &words {
            Some(words) => [sentence, " (", number, "): ", words].concat(),
            None => [sentence, " (", number, ")."].concat(),
        };
        Self {
            status: Some(status),
            retryable: is_transient(status),
            detail: words,
            ..Self::new(code, message)
        }
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for UploadError {}

/// Whether the same request may well succeed a little later (RFC 9110, section 15; RFC 6585 and
/// RFC 8470 for 429 and 425).
fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}
