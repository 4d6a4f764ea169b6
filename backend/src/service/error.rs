//! Errors of requests to Ittybit. No message contains a key or an upload URL.

use reqwest::StatusCode;
use thiserror::Error;

use super::reason;

/// Why a [`Service`](super::Service) cannot be set up.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The environment has no API key.
    #[error("ITTYBIT_API_KEY must be set")]
    KeyMissing,
    /// The key is empty, or has characters that no key has.
    #[error("the Ittybit API key must be one word of visible ASCII characters")]
    KeyMalformed,
    /// A key must not be sent to the base URL.
    #[error(
        "the address of Ittybit's API must be an https: URL (http: only on this machine) \
         without a user name, query or fragment"
    )]
    BaseUrl,
    /// The system has no certificates to trust.
    #[error(
        "this system must have TLS certificates to trust: install them (on Debian: ca-certificates)"
    )]
    NoCertificates,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    Client(String),
}

/// Why Ittybit created no upload URL, or no media object.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// Ittybit answered with an error status.
    #[error("Ittybit refused to create an upload ({status}): {message}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// Ittybit's own message, or the reason phrase of the status.
        message: String,
        /// The `Retry-After` header as received: seconds or an HTTP date (RFC 9110, 10.2.3).
        retry_after: Option<String>,
    },
    /// There was no connection, or it broke.
    #[error("Ittybit cannot be reached: {0}")]
    Unreachable(String),
    /// Ittybit did not answer in time.
    #[error("Ittybit did not answer in time")]
    TimedOut,
    /// A successful answer contains neither an upload URL nor a media object.
    #[error("Ittybit's answer is not an upload URL: {0}")]
    NotAnUpload(String),
    /// A successful answer contains no media object.
    #[error("Ittybit's answer is not a media object: {0}")]
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
