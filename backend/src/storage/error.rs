//! What can go wrong with a store. No message carries a URL, a key or the store's own words: those
//! may hold either.

use reqwest::StatusCode;
use thiserror::Error;

use crate::service::{ConfigError, reason};

/// Why a [`Storage`](super::Storage) cannot be set up.
#[derive(Debug, Error)]
pub enum StorageConfigError {
    /// A variable that is needed is not set; this is its name.
    #[error("S3_BUCKET is set, but {0} is not")]
    Missing(&'static str),
    /// A variable holds what it cannot.
    #[error("{variable} is {expected}")]
    Malformed {
        /// The name of the variable.
        variable: &'static str,
        /// What it is when it is right.
        expected: &'static str,
    },
    /// The address of the store is no URL of a server.
    #[error("the store's endpoint must be an http: or https: URL without a user name or query")]
    Endpoint,
    /// A page could not, or must not, send bytes there.
    #[error(
        "pages send their files to the store's public endpoint, so that must be an https: URL \
         (http: only on this machine)"
    )]
    PublicEndpoint,
    /// The bucket's name cannot be part of an address.
    #[error("the bucket's name is not one that a bucket can have")]
    Bucket,
    /// The address of an object would lead out of the bucket.
    #[error("the store's prefix holds control characters, or `.` or `..` between slashes")]
    Prefix,
    /// The credentials are empty or hold characters that none have.
    #[error("the store's credentials are malformed: each is one word of visible ASCII characters")]
    Credentials,
    /// What upload ids are sealed with is too short, or there is nothing.
    #[error(
        "upload ids are sealed with a secret of at least 32 bytes: make one with \
         `openssl rand -base64 32`, and set `upload_secrets` (UPLOAD_SECRET) to it. Unless that is \
         set, the store's secret key stands in, and must be as long"
    )]
    Secret,
    /// The HTTP client could not be set up.
    #[error(transparent)]
    Client(#[from] ConfigError),
}

/// Why a store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StorageError {
    /// It knows no such upload: it was completed, aborted, or never begun.
    #[error("the store knows no such upload")]
    NoSuchUpload,
    /// It answered with a status other than success.
    #[error("the store refused ({status}, {code})")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// S3's code for the error, `SlowDown` for example; empty where it gave none.
        code: String,
        /// The `Retry-After` header as received: seconds or an HTTP date (RFC 9110, 10.2.3).
        retry_after: Option<String>,
    },
    /// It answered 501 to an upload whose parts were to have checksums; this is S3's code for that,
    /// or empty.
    #[error(
        "the store refused (501, {0}); it does not know CRC32C: set `checksums` (S3_CHECKSUMS) to \
         `md5` or `none`"
    )]
    NoChecksums(String),
    /// No connection, or one that broke.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// It did not answer in time.
    #[error("the store did not answer in time")]
    TimedOut,
    /// Its answer makes no sense.
    #[error("the store's answer makes no sense: {0}")]
    NotUnderstood(&'static str),
}

impl StorageError {
    pub(super) fn no_answer(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TimedOut } else { Self::Unreachable(reason(error)) }
    }

    /// What a code of S3 means, with the status that it came with.
    pub(super) fn refused(status: StatusCode, code: String, retry_after: Option<String>) -> Self {
        match code.as_str() {
            "NoSuchUpload" => Self::NoSuchUpload,
            _ => Self::Refused { status, code, retry_after },
        }
    }
}
