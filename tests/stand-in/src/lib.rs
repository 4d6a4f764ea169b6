//! What stands in for the services that an upload needs, on the local machine: for development
//! and tests, with no account.
//!
//! - [`host`] answers like Ittybit.
//! - [`store`] speaks S3, for files in parts.
//! - [`testing`] starts both for a test, and talks to them as a page does.
//!
//! The programs are `demo`, which serves the demo on all of this, and `conformance`, the backend's
//! routes as tests configure them. Nothing here is published, and nothing is made to face the
//! internet.

pub mod host;
pub mod store;
pub mod testing;
