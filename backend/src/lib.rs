//! The server's half of `ittybit-uploader`.
//!
//! - [`Service`] talks to Ittybit: it creates upload URLs and uploads files from a server.
//! - [`UploadRoutes`] is what an app mounts so that its pages can ask for upload URLs.
//! - [`Storage`] is an S3-compatible store, for files in parts that pages send there directly.
//! - `stand_in` answers like Ittybit on the local machine, for development and tests. It comes
//!   with the `stand-in` feature, which is on by default and which production does not need.
//!
//! The API key stays in this crate: nothing here prints it, logs it or hands it to a page.

pub mod routes;
mod secret;
pub mod service;
#[cfg(feature = "stand-in")]
pub mod stand_in;
#[cfg(feature = "stand-in")]
pub mod stand_in_store;
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
