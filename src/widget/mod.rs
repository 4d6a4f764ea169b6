//! `<ittybit-uploader>`: what a person sees of an `Uploader`, and how they tell it what to do.
//!
//! A user of the package's public API, as any page is: it reaches for nothing else of this crate.
//! What it decides is plain Rust and tested natively: which rows of a list are drawn ([`rows`]), what
//! the whole may do and is called ([`tally`]), what a screen reader says ([`news`]), what an
//! attribute means ([`size`]). What it draws is the HTML beside this file.
//!
//! ```text
//! the uploader's events  ─┐           ┌─ at the end of the task ─▶ sync: the form, the states
//! clicks, keys, scrolling ┴▶ View::on ┴─ in the next frame ──────▶ draw: rows, totals, news
//! ```
//!
//! Nothing is kept here that is not in the uploader as well: a view is thrown away with the
//! element's place in the page, or when the wasm breaks down, and made anew.

pub mod news;
pub mod rows;
pub mod size;
pub mod tally;

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
