//! What a user of the crate calls.

mod exports;

pub use exports::Uploads;
