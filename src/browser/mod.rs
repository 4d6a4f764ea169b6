//! Performs the core's actions in a page or a worker: sends requests, sets timers, and calls the page back. Decides
//! nothing itself.

mod json;
mod listener;
mod numbers;
mod objects;
mod options;
mod source;
mod tasks;
mod uploads;
mod xhr;

use std::rc::Rc;

use wasm_bindgen::prelude::*;

pub(crate) use numbers::Command;
pub(crate) use uploads::Uploads;

pub use objects::Page;

/// Creates an empty queue, which reports its events to `page`.
///
/// # Errors
///
/// Returns a `TypeError` that names the invalid option.
pub(crate) fn uploads(options: &JsValue, page: Page) -> Result<Rc<Uploads>, JsValue> {
    Ok(Uploads::new(options::read_options(options)?, page))
}

/// Adds a file to a queue, and returns its number there. If the file has ended already, `end` is a position in `ends`
/// of numbers.js.
///
/// # Errors
///
/// Returns a `TypeError` if `file` is not a file, and an `UploadError` if a restriction refuses it.
pub(crate) fn add(uploads: &Uploads, file: &JsValue, end: u32) -> Result<u32, JsValue> {
    uploads.add(&options::read_file(file)?, end)
}

/// Aborts an upload of an earlier visit. `entry` is what memory.js remembers of it. Returns a promise that resolves
/// after the last try.
///
/// # Errors
///
/// Returns a `TypeError` that names the invalid option.
pub(crate) fn abort_earlier(options: &JsValue, entry: &JsValue) -> Result<JsValue, JsValue> {
    let options = options::read_options(options)?;
    Ok(tasks::abort(&options, &tasks::saved(entry).abort(true)))
}
