//! What JavaScript sees, and nothing else.

pub mod queue;
pub mod transfer;
pub mod widget;

#[cfg(feature = "web")]
mod browser;

#[cfg(feature = "web")]
pub use browser::Page;
#[cfg(feature = "web")]
pub use exports::Uploads;
#[cfg(feature = "widget")]
pub use widget::View;

#[cfg(feature = "web")]
mod exports {
    use std::rc::Rc;

    use wasm_bindgen::prelude::*;

    use crate::browser::{self, Page};

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

        /// Adds a file, and answers its number. `state` is `added` or, where it has ended in a queue
        /// that has broken down, what it was there: `done`, `failed` or `cancelled`.
        ///
        /// # Errors
        ///
        /// A `TypeError` for what is no file, and an `UploadError` for one that is not taken.
        pub fn add(&self, file: JsValue, state: &str) -> Result<u32, JsValue> {
            browser::add(&self.0, &file, state)
        }

        /// `start`, `pause`, `resume`, `retry`, `cancel` or `remove` a file, or, with 0, all; or
        /// `destroy` the queue, and nothing follows.
        ///
        /// # Errors
        ///
        /// An `UploadError` where there are too few files to start with.
        pub fn command(&self, command: &str, id: u32) -> Result<(), JsValue> {
            self.0.command(command, id)
        }

        /// How far the whole is.
        pub fn progress(&self) -> JsValue {
            self.0.total()
        }
    }
}
