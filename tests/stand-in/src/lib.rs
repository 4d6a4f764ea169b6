//! Local replacements for the services that an upload needs, for development and tests, without an
//! account.
//!
//! - [`host`] answers like Ittybit.
//! - [`store`] speaks S3, for files in parts.
//! - [`testing`] starts both for a test, and talks to them as a page does.
//!
//! The programs are `demo`, which serves the demo with all of this, and `conformance`, which serves the
//! backend's routes as tests configure them. Nothing here is published, and nothing must be exposed to the
//! internet.

pub mod host;
pub mod store;
pub mod testing;
