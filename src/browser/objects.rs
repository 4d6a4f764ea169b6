//! The objects that the page is handed, made from the core's.

use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::transfer;

#[wasm_bindgen(module = "/src/browser/objects.js")]
extern "C" {
    type UploadError;

    #[wasm_bindgen(constructor)]
    fn new(
        code: &str,
        message: &str,
        status: Option<u16>,
        attempt: u32,
        retryable: bool,
        detail: Option<&str>,
        cause: &JsValue,
    ) -> UploadError;

    #[wasm_bindgen(js_name = progress)]
    fn new_progress(
        phase: &str,
        loaded: f64,
        total: f64,
        percentage: f64,
        speed: f64,
        eta: Option<f64>,
        attempt: u32,
    ) -> JsValue;

    #[wasm_bindgen(js_name = description)]
    fn new_description(filename: &str, filesize: f64, mime: &str, props: &JsValue) -> JsValue;

    /// What the app's own function is told besides the file's description.
    pub(super) fn context(attempt: u32, idempotency_key: &str, signal: &AbortSignal) -> JsValue;
}

/// An `UploadError`; `cause` is what the app's own code threw, or `undefined`.
pub(super) fn upload_error(error: &transfer::UploadError, cause: &JsValue) -> JsValue {
    UploadError::new(
        error.code.as_str(),
        &error.message,
        error.status,
        error.attempt,
        error.retryable,
        error.detail.as_deref(),
        cause,
    )
    .into()
}

/// A `Progress`. Bytes of a file are safe integers: `Blob.size` was one.
pub(super) fn progress(progress: &transfer::Progress) -> JsValue {
    new_progress(
        progress.phase.as_str(),
        progress.loaded as f64,
        progress.total as f64,
        progress.percentage,
        progress.speed,
        progress.eta,
        progress.attempt,
    )
}

/// What the app's backend, or its own function, is told of a file.
pub(super) fn description(file: &transfer::FileInfo, props: &JsValue) -> JsValue {
    new_description(&file.name, file.size as f64, &file.mime, props)
}
