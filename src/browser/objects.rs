//! Bindings to the JavaScript beside this module: they create the page's objects from the core's values, report events
//! to the page, and call the browser.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob, XmlHttpRequest};

use crate::transfer::{self, Reply};

#[wasm_bindgen]
extern "C" {
    /// Returns the time in ms, on a monotonic clock.
    #[wasm_bindgen(js_namespace = performance)]
    pub(super) fn now() -> f64;
}

#[wasm_bindgen(module = "/src/browser/js/error.js")]
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
}

#[wasm_bindgen(module = "/src/browser/js/objects.js")]
extern "C" {
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

    /// Returns a UUID of version 4 (RFC 9562).
    #[wasm_bindgen(js_name = randomUuid)]
    pub(super) fn random_uuid() -> String;

    /// Calls the app's `shouldRetry`.
    pub(super) fn decides(function: &Function, error: &JsValue, attempt: u32) -> bool;

    /// Returns whether the browser is online.
    #[wasm_bindgen(js_name = isOnline)]
    pub(super) fn is_online() -> bool;

    /// A server's answer.
    pub(super) type Answer;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Answer) -> u16;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Answer) -> String;
    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    fn retry_after(this: &Answer) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn etag(this: &Answer) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn url(this: &Answer) -> Option<String>;

    /// Opens a request. It stays in `requests` of objects.js until its listener ends.
    #[wasm_bindgen(catch, js_name = openRequest)]
    pub(super) fn open_request(method: &str, url: &str) -> Result<XmlHttpRequest, JsValue>;

    /// Sets the headers that were signed with a URL. `headers` is an object of names and values.
    #[wasm_bindgen(catch, js_name = setHeaders)]
    pub(super) fn set_headers(request: &XmlHttpRequest, headers: &JsValue) -> Result<(), JsValue>;

    /// Reads the answer to a request that has ended.
    pub(super) fn answer(request: &XmlHttpRequest) -> Answer;

    /// Returns the file with this type: `file` itself if it has the type already.
    pub(super) fn typed(file: &Blob, mime: &str) -> Blob;

    /// Listeners, which listen until they are ended.
    pub(super) type Listening;

    #[wasm_bindgen(method)]
    pub(super) fn end(this: &Listening);

    /// Sets the time of the next call, as objects.js says. Only what `listen_to_page` returns has this method.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Listening, deadline: Option<f64>);

    /// Calls back for a request's `progress`, `load` (of what is sent) and `loadend`.
    #[wasm_bindgen(js_name = listenToRequest)]
    pub(super) fn listen_to_request(callback: &JsValue, request: &XmlHttpRequest) -> Listening;

    /// Calls back when the connection comes or goes, when the signal aborts, and at the deadline of `wake`.
    #[wasm_bindgen(js_name = listenToPage)]
    pub(super) fn listen_to_page(callback: &JsValue, signal: Option<&AbortSignal>) -> Listening;

    /// Returns a field of an object. Returns `None` for an array, or if there is no such field.
    pub(super) fn field(value: &JsValue, name: &str) -> Option<JsValue>;

    /// Returns whether a value is an object. Arrays and null are not.
    #[wasm_bindgen(js_name = isObject)]
    pub(super) fn is_object(value: &JsValue) -> bool;

    /// Creates the detail of an `upload-retry` event.
    pub(super) fn retry(attempt: u32, delay: f64, error: &JsValue) -> JsValue;

    /// The page's side of a queue, to which events are reported.
    pub type Page;

    /// Reports an event of one file, or of all files if `id` is 0. `event` is its number in numbers.js. Never
    /// throws.
    #[wasm_bindgen(method)]
    pub(super) fn tell(this: &Page, event: u32, id: u32, detail: &JsValue);

    /// Whether each step of an upload is to be reported.
    #[wasm_bindgen(method, getter, js_name = isTraced)]
    pub(super) fn is_traced(this: &Page) -> bool;

    /// Reports a step of one file's upload. `step` is its number in numbers.js. Must only be called if `is_traced`.
    /// Never throws.
    #[wasm_bindgen(method)]
    pub(super) fn trace(this: &Page, id: u32, step: u32, detail: &JsValue, number: u32);
}

#[wasm_bindgen(module = "/src/browser/js/waits.js")]
extern "C" {
    /// Is never called from Rust. objects.js needs its module, and the glue only includes modules that are named here.
    fn read(blob: &Blob) -> Promise;
}

#[wasm_bindgen(module = "/src/browser/js/take.js")]
extern "C" {
    /// Is never called from Rust either. options.js needs its module.
    fn take(source: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/browser/js/requests.js")]
extern "C" {
    /// Is never called from Rust either. tasks.js needs its module.
    fn put(request: &JsValue) -> Promise;
}

#[wasm_bindgen(module = "/src/browser/js/checksum.js")]
extern "C" {
    /// Is never called from Rust either. tasks.js needs its module.
    #[wasm_bindgen(js_name = setCode)]
    fn set_code(code: &JsValue);
}

impl Answer {
    /// Returns `None` if no answer came.
    pub(super) fn read(&self) -> Option<Reply> {
        let status = self.status();
        (status != 0).then(|| Reply {
            status,
            body: self.body(),
            retry_after: self.retry_after(),
            etag: self.etag(),
            url: self.url(),
        })
    }
}

/// Creates an `UploadError`. `cause` is what the app's own code threw, or `undefined`.
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

/// Creates a `Progress`. Its numbers of bytes are safe integers, because `Blob.size` is one.
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
