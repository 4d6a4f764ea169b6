//! The server side of `ittybit-uploader`.
//!
//! - [`Service`] is a client of Ittybit: it creates upload URLs and uploads files from a server.
//! - [`UploadRoutes`] are the routes that create upload URLs for an app's own pages.
//! - [`Storage`] is an S3-compatible store, to which pages send files in parts.
//!
//! The numbered rules in `WIRE.md`, beside this crate's manifest, define requests, answers and refusals. The
//! JavaScript handler follows the same rules.
//!
//! The API key stays in this crate: nothing prints it, logs it or sends it to a page.

pub mod routes;
mod secret;
pub mod service;
pub mod storage;
mod upload_from_server;

pub use ittybit_uploader::transfer::{ErrorCode, FileInfo, UploadError};
pub use routes::{
    Grant, Handover, Limits, OriginError, PageProp, PagePropError, Protocol, Refusal,
    UploadRequest, UploadRoutes,
};
pub use service::{
    ApiKey, ByteRange, ConfigError, Created, Metadata, MetadataError, MetadataValue, NewUpload,
    Service, ServiceError, Timeouts, UploadTarget,
};
pub use storage::{
    Checksums, ContentDisposition, Storage, StorageConfigError, StorageError, StorageSettings,
};
pub use upload_from_server::SourceFile;
pub use uuid::Uuid;

/// The examples in README and in the documentation are compiled as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../www/docs/getting-started.md")]
#[doc = include_str!("../../www/docs/large-files.md")]
struct Readme;
