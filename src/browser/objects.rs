//! The page, as the core's decisions reach it: the objects that it is handed, made from the core's,
//! and what it is told.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, EventTarget, XmlHttpRequest};

use super::options::Options;
use crate::transfer;

#[wasm_bindgen]
extern "C" {
    /// ms, on a clock that never goes back.
    #[wasm_bindgen(js_namespace = performance)]
    pub(super) fn now() -> f64;

    /// 0 to 1. Chance for the waits before retries.
    #[wasm_bindgen(js_namespace = Math)]
    pub(super) fn random() -> f64;
}

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

    /// A UUID of version 4 (RFC 9562).
    #[wasm_bindgen(js_name = randomUuid)]
    pub(super) fn random_uuid() -> String;

    /// The request that asks the app's backend about a file, or what the app's own function
    /// answers.
    pub(super) fn question(
        options: &Options,
        filename: &str,
        filesize: f64,
        mime: &str,
        idempotency_key: &str,
        attempt: u32,
        signal: &AbortSignal,
    ) -> Promise;

    /// Calls the app's `shouldRetry`.
    pub(super) fn decides(function: &Function, error: &JsValue, attempt: u32) -> bool;

    /// Whether the browser has a connection at all.
    #[wasm_bindgen(js_name = isOnline)]
    pub(super) fn is_online() -> bool;

    /// Whether the page came over plain `http:`.
    #[wasm_bindgen(js_name = isPlainHttp)]
    pub(super) fn is_plain_http() -> bool;

    /// In ms: how long a `Retry-After` header asks to wait; `undefined` where there is none.
    #[wasm_bindgen(js_name = retryAfter)]
    pub(super) fn retry_after(header: Option<&str>) -> Option<f64>;

    /// Remembers a request for as long as it is under way.
    pub(super) fn track(request: &XmlHttpRequest);

    /// The same of a request's answer.
    #[wasm_bindgen(js_name = retryAfterOf)]
    pub(super) fn retry_after_of(request: &XmlHttpRequest) -> Option<f64>;

    /// The window, or a worker's global scope.
    #[wasm_bindgen(js_name = globalScope)]
    pub(super) fn global() -> EventTarget;

    /// What a page is told with `upload-retry`.
    pub(super) fn retry(attempt: u32, delay: f64, error: &JsValue) -> JsValue;

    /// What is told of a queue.
    pub type Page;

    /// Tells of an event, by the name that it has for the page, of one file or, where the number
    /// is 0, of all of them. Never throws.
    #[wasm_bindgen(method)]
    pub(super) fn tell(this: &Page, event: &str, id: u32, detail: &JsValue);
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
