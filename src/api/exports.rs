//! The face that the crate shows to JavaScript, and the allocator of the npm package's wasm.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::browser::{self, Command, Page};

/// As fast as `std`'s, and 1.7 KB smaller. It finds a block in the same time however many there are;
/// the smallest allocators walk a list of them.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A queue of files, to which the package's `upload` and `Uploader` forward.
#[wasm_bindgen(skip_typescript)]
pub struct Uploads(Rc<browser::Uploads>);

#[wasm_bindgen]
impl Uploads {
    /// A queue that tells `page` what happens.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the option that is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, page: Page) -> Result<Self, JsValue> {
        browser::uploads(options, page).map(Self)
    }

    /// Adds a file, and returns its number. `end` says how it has ended in a wasm that broke down, by the
    /// position in `ends` of numbers.js; or it is another number.
    ///
    /// # Errors
    ///
    /// A `TypeError` for what is no file, and an `UploadError` for one that is not taken.
    pub fn add(&self, file: JsValue, end: u32) -> Result<u32, JsValue> {
        browser::add(&self.0, &file, end)
    }

    /// Does what a command says with a file or, with 0, with all. Commands are positions in `commands` of
    /// numbers.js; another number does nothing.
    ///
    /// # Errors
    ///
    /// An `UploadError` where there are too few files to start with.
    pub fn command(&self, command: u32, id: u32) -> Result<(), JsValue> {
        match Command::numbered(command) {
            Some(command) => self.0.command(command, id),
            None => Ok(()),
        }
    }

    /// How far the whole is.
    pub fn progress(&self) -> JsValue {
        self.0.total()
    }
}

/// Ends an upload of an earlier visit for good. Resolves when nothing more is tried.
///
/// # Errors
///
/// A `TypeError` that names the option that is wrong.
#[wasm_bindgen(js_name = abortEarlier)]
pub fn abort_earlier(options: &JsValue, entry: &JsValue) -> Result<JsValue, JsValue> {
    browser::abort_earlier(options, entry)
}
