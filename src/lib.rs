//! Lists the crate's public items. The code is in the modules.

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
