//! What JavaScript sees, and nothing else.

pub mod transfer;

#[cfg(feature = "web")]
mod browser;

#[cfg(feature = "web")]
pub use exports::upload;

#[cfg(feature = "web")]
mod exports {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    /// Uploads a `File` or `Blob` and resolves with the media object that the host answered.
    ///
    /// Never throws: what is wrong rejects the promise.
    #[wasm_bindgen(skip_typescript)]
    pub fn upload(file: JsValue, options: &JsValue) -> Promise {
        crate::browser::upload(file, options)
    }
}
