//! The exports that JavaScript calls, and the allocator of the npm package's wasm.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::browser::{self, Command, Page};

/// As fast as the allocator of `std`, and 1.7 KB smaller. It finds a free block in constant time; the smallest
/// allocators walk a list.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A queue of files. The package's `upload` and `Uploader` call it.
#[wasm_bindgen(skip_typescript)]
pub struct Uploads(Rc<browser::Uploads>);

#[wasm_bindgen]
impl Uploads {
    /// Creates an empty queue, which reports its events to `page`.
    ///
    /// # Errors
    ///
    /// Returns a `TypeError` that names the invalid option.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, page: Page) -> Result<Self, JsValue> {
        browser::uploads(options, page).map(Self)
    }

    /// Adds a file and returns its number. If the file ended before the wasm crashed, `end` is a position in
    /// `ends` of numbers.js. For a new file, it is any other number.
    ///
    /// # Errors
    ///
    /// Returns a `TypeError` if `file` is not a file, and an `UploadError` if a restriction refuses it.
    pub fn add(&self, file: JsValue, end: u32) -> Result<u32, JsValue> {
        browser::add(&self.0, &file, end)
    }

    /// Applies a command to one file, or to all files if `id` is 0. `command` is a position in `commands` of
    /// numbers.js; any other number does nothing.
    ///
    /// # Errors
    ///
    /// Returns an `UploadError` if the files do not meet a restriction, for example if there are too few to start.
    pub fn command(&self, command: u32, id: u32) -> Result<(), JsValue> {
        match Command::numbered(command) {
            Some(command) => self.0.command(command, id),
            None => Ok(()),
        }
    }

    /// Returns the progress of the whole queue.
    pub fn progress(&self) -> JsValue {
        self.0.total()
    }
}

/// Aborts an upload of an earlier visit. Returns a promise that resolves after the last try.
///
/// # Errors
///
/// Returns a `TypeError` that names the invalid option.
#[wasm_bindgen(js_name = abortEarlier)]
pub fn abort_earlier(options: &JsValue, entry: &JsValue) -> Result<JsValue, JsValue> {
    browser::abort_earlier(options, entry)
}
