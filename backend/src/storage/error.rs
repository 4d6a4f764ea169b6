//! Errors of a store. No message contains a URL, a key, or the store's own message, which may contain
//! either.

use reqwest::StatusCode;
use thiserror::Error;

use crate::service::{ConfigError, reason};

/// Why a [`Storage`](super::Storage) cannot be set up.
#[derive(Debug, Error)]
pub enum StorageConfigError {
    /// A required variable is not set. Contains its name.
    #[error("{0} must be set, because S3_BUCKET is")]
    Missing(&'static str),
    /// A variable has a value that is not valid.
    #[error("{variable} must be {expected}")]
    Malformed {
        /// The name of the variable.
        variable: &'static str,
        /// Describes a valid value.
        expected: &'static str,
    },
    /// The endpoint of the store is not a server's URL.
    #[error("the store's endpoint must be an http: or https: URL without a user name or query")]
    Endpoint,
    /// Pages can't, or must not, send bytes to the public endpoint.
    #[error(
        "the store's public endpoint must be an https: URL (http: only on this machine), because \
         pages send their files to it"
    )]
    PublicEndpoint,
    /// The bucket's name can't be part of a URL.
    #[error("the bucket's name must have at least three letters, digits, `-`, `.` or `_`")]
    Bucket,
    /// The URL of an object would lead out of the bucket.
    #[error("the store's prefix must not have control characters, or `.` or `..` between slashes")]
    Prefix,
    /// The credentials are empty, or have characters that no credentials have.
    #[error("the store's credentials must each be one word of visible ASCII characters")]
    Credentials,
    /// The secret for upload ids is missing or too short.
    #[error(
        "each secret for upload ids must have at least 32 bytes: make one with \
         `openssl rand -base64 32`, and set `upload_secrets` (UPLOAD_SECRET) to it. Without \
         that, the store's secret key is used, and must be as long"
    )]
    Secret,
    /// The HTTP client could not be set up.
    #[error(transparent)]
    Client(#[from] ConfigError),
}

/// Why a request to the store has failed.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The store doesn't know the upload: it was completed, aborted, or never begun.
    #[error("the store knows no such upload")]
    NoSuchUpload,
    /// The store answered with an error status.
    #[error("the store refused ({status}, {code})")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// S3's code for the error, such as `SlowDown`. Empty if there was none.
        code: String,
        /// The `Retry-After` header as received: seconds or an HTTP date (RFC 9110, 10.2.3).
        retry_after: Option<String>,
    },
    /// The store answered 501 to an upload with checksums. Contains S3's code, or is empty.
    #[error(
        "the store refused (501, {0}); it does not know CRC32C: set `checksums` (S3_CHECKSUMS) to \
         `md5` or `none`"
    )]
    NoChecksums(String),
    /// There was no connection, or it broke.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// The store did not answer in time.
    #[error("the store did not answer in time")]
    TimedOut,
    /// The store's answer can't be understood.
    #[error("the store's answer is invalid: {0}")]
    NotUnderstood(&'static str),
}

impl StorageError {
    pub(super) fn no_answer(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut } else { Self::Unreachable(reason(error)) }
    }

    /// Converts a code of S3, and the status that it came with, to an error.
    pub(super) fn refused(status: StatusCode, code: String, retry_after: Option<String>) -> Self {
        match code.as_str() {
            "NoSuchUpload" => Self::NoSuchUpload,
            _ => Self::Refused { status, code, retry_after },
        }
    }
}
