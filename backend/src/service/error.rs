//! What can go wrong on the way to Ittybit. No message carries a key or an upload URL.

use reqwest::StatusCode;
use thiserror::Error;

use super::reason;

/// Why a [`Service`](super::Service) cannot be set up.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// There is no key in the environment.
    #[error("ITTYBIT_API_KEY is not set")]
    KeyMissing,
    /// The key is empty or has characters that no key has.
    #[error("the Ittybit API key is malformed: it is one word of visible ASCII characters")]
    KeyMalformed,
    /// The base URL is not one that a key may be sent to.
    #[error(
        "the address of Ittybit's API must be an https: URL (http: only on this machine) \
         without a user name, query or fragment"
    )]
    BaseUrl,
    /// Nothing on this system says which servers to trust.
    #[error(
        "this system has no TLS certificates to trust; install them (on Debian: ca-certificates)"
    )]
    NoCertificates,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    Client(String),
}

/// Why Ittybit created no upload URL, or no media object.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// It answered with a status other than success.
    #[error("Ittybit refused to create an upload ({status}): {message}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// Ittybit's own words, or the status in words.
        message: String,
        /// The `Retry-After` header as received: seconds or an HTTP date (RFC 9110, 10.2.3).
        retry_after: Option<String>,
    },
    /// No connection, or one that broke.
    #[error("Ittybit cannot be reached: {0}")]
    Unreachable(String),
    /// It did not answer in time.
    #[error("Ittybit did not answer in time")]
    TimedOut,
    /// It said yes, but the answer holds neither an upload URL nor a media object.
    #[error("Ittybit's answer is no upload URL: {0}")]
    NotAnUpload(String),
    /// It said yes, but the answer holds no media object.
    #[error("Ittybit's answer is no media object: {0}")]
    NotMedia(String),
    /// The properties of the upload cannot be written as JSON.
    #[error("the properties of the upload cannot be written as JSON: {0}")]
    Unsendable(#[source] serde_json::Error),
}

impl ServiceError {
    pub(super) fn no_answer(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut } else { Self::Unreachable(reason(error)) }
    }
}
