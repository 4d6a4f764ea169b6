//! The API for users of the crate.

mod exports;

pub use exports::Uploads;
