//! Performs, in a page or a worker, what the core decides: requests, timers, and the page's
//! callbacks. Decides nothing itself.

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

/// A queue that tells `page` what happens.
///
/// # Errors
///
/// A `TypeError` that names the option that is wrong.
pub(crate) fn uploads(options: &JsValue, page: Page) -> Result<Rc<Uploads>, JsValue> {
    Ok(Uploads::new(options::read_options(options)?, page))
}

/// Adds a file to a queue, and answers its number there.
///
/// # Errors
///
/// A `TypeError` for what is no file, and an `UploadError` for a file that is not taken.
pub(crate) fn add(uploads: &Uploads, file: &JsValue, end: u32) -> Result<u32, JsValue> {
    uploads.add(&options::read_file(file)?, end)
}

/// Ends an upload of an earlier visit for good. `entry` is what memory.js remembers of it. Returns a promise that
/// resolves when nothing more is tried.
///
/// # Errors
///
/// A `TypeError` that names the option that is wrong.
pub(crate) fn abort_earlier(options: &JsValue, entry: &JsValue) -> Result<JsValue, JsValue> {
    let options = options::read_options(options)?;
    Ok(tasks::abort(&options, &tasks::saved(entry).abort(true)))
}
