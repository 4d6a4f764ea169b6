//! What the crate offers, and nothing else.

pub mod checksum;
pub mod queue;
pub mod transfer;
pub mod widget;

#[cfg(feature = "npm")]
mod api;
#[cfg(feature = "npm")]
mod browser;

#[cfg(feature = "npm")]
pub use api::Uploads;
#[cfg(feature = "npm")]
pub use browser::Page;
#[cfg(feature = "widget")]
pub use widget::View;
