//! `<ittybit-uploader>`: shows an `Uploader` to a person, and lets the person control it.
//!
//! The widget uses the package's public API, as any page does, and nothing private of this crate. Its
//! decisions are plain Rust that is tested natively: which rows of a list to draw ([`rows`]), the
//! element's state and validity ([`counts`]), which buttons and messages it shows ([`messages`]), what a
//! screen reader says ([`announcer`]), and the value of an attribute ([`size`]). The HTML that it draws is
//! in the files beside this one. The JavaScript in `js/` speaks to the platform; shell.rs binds it.
//!
//! ```text
//! the uploader's events  ─┐           ┌─ at the end of the task ─▶ sync: the form, the states
//! clicks, keys, scrolling ┴▶ View::on ┴─ in the next frame ──────▶ draw: rows, totals, announcements
//! ```
//!
//! A view holds no state that the uploader doesn't also have. It is dropped when the element leaves the
//! page or the view crashes, and then created anew. Views run in a wasm of their own (js/views.js), so a
//! view that crashes ends no upload.

pub mod announcer;
pub mod counts;
pub mod messages;
pub mod rows;
pub mod size;

#[cfg(feature = "widget")]
mod dom;
#[cfg(feature = "widget")]
mod list;
#[cfg(feature = "widget")]
mod options;
#[cfg(feature = "widget")]
mod shell;
#[cfg(feature = "widget")]
mod view;

#[cfg(feature = "widget")]
pub use view::View;
