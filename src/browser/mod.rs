//! Performs, in a page or a worker, what the core decides: requests, and the page's callbacks.
//! Decides nothing itself.

mod endpoint;
mod json;
mod listener;
mod objects;
mod options;
mod run;
mod xhr;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

/// Uploads `file`, a `File` or `Blob`: see `upload` in the package's types.
pub(crate) fn upload(file: JsValue, options: &JsValue) -> Promise {
    let checked = options::read_file(file)
        .and_then(|file| options::Options::read(options).map(|options| (file, options)));
    match checked {
        Ok((file, options)) => run::upload(&file, options),
        Err(error) => Promise::reject(&error),
    }
}
