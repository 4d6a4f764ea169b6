//! The page, as the core's decisions reach it: the objects that it is handed, made from the core's,
//! and what it is told.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Blob, XmlHttpRequest};

use super::options::Options;
use crate::transfer::{self, Reply};

#[wasm_bindgen]
extern "C" {
    /// ms, on a clock that never goes back.
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

    /// A UUID of version 4 (RFC 9562).
    #[wasm_bindgen(js_name = randomUuid)]
    pub(super) fn random_uuid() -> String;

    /// Calls the app's `shouldRetry`.
    pub(super) fn decides(function: &Function, error: &JsValue, attempt: u32) -> bool;

    /// Whether the browser has a connection at all.
    #[wasm_bindgen(js_name = isOnline)]
    pub(super) fn is_online() -> bool;

    /// What a server has answered.
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

    /// Opens a request. It is remembered for as long as it is listened to.
    #[wasm_bindgen(catch, js_name = openRequest)]
    pub(super) fn open_request(method: &str, url: &str) -> Result<XmlHttpRequest, JsValue>;

    /// Aborts. Never throws, even if a page has replaced `AbortController`.
    pub(super) fn abort(controller: &AbortController);

    /// What came of a request that has ended.
    pub(super) fn answer(request: &XmlHttpRequest) -> Answer;

    /// Bytes of a file: a `Uint8Array`.
    pub(super) fn bytes(file: &Blob, start: f64, end: f64) -> Promise;

    /// Bytes of a file, in a form that the browser can send.
    pub(super) fn slice(file: &Blob, start: f64, end: f64) -> Promise;

    /// The file under this type: itself, where it is of that.
    pub(super) fn typed(file: &Blob, mime: &str) -> Blob;

    /// Some listeners, until they are ended.
    pub(super) type Listening;

    #[wasm_bindgen(method)]
    pub(super) fn end(this: &Listening);

    /// Sets the time of the next call, as objects.js says. Only `listen_to_page` answers with one that has it.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Listening, deadline: Option<f64>);

    /// Says what happened. It is not the platform's event, which a page's library may have replaced.
    pub(super) type Happened;

    #[wasm_bindgen(method, getter, js_name = "type")]
    pub(super) fn kind(this: &Happened) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn loaded(this: &Happened) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(super) fn total(this: &Happened) -> f64;

    /// Calls back for a request's `progress`, `load` (of what is sent) and `loadend`.
    #[wasm_bindgen(js_name = listenToRequest)]
    pub(super) fn listen_to_request(callback: &JsValue, request: &XmlHttpRequest) -> Listening;

    /// Calls back when the connection comes or goes, when the signal aborts, and at the deadline of `wake`.
    #[wasm_bindgen(js_name = listenToPage)]
    pub(super) fn listen_to_page(callback: &JsValue, signal: Option<&AbortSignal>) -> Listening;

    /// A field of an object that is no list; nothing where there is none.
    pub(super) fn field(value: &JsValue, name: &str) -> Option<JsValue>;

    /// Whether it is an object that is no list.
    #[wasm_bindgen(js_name = isObject)]
    pub(super) fn is_object(value: &JsValue) -> bool;

    /// What a page is told with `upload-retry`.
    pub(super) fn retry(attempt: u32, delay: f64, error: &JsValue) -> JsValue;

    /// What is told of a queue.
    pub type Page;

    /// Tells of an event, by the name that it has for the page, of one file or, where the number
    /// is 0, of all of them. Never throws.
    #[wasm_bindgen(method)]
    pub(super) fn tell(this: &Page, event: &str, id: u32, detail: &JsValue);
}

#[wasm_bindgen(module = "/src/browser/js/storage.js")]
extern "C" {
    /// Never called from here: record.js needs its module, and the glue only has those named here.
    fn locked() -> Promise;
}

#[wasm_bindgen(module = "/src/browser/js/waits.js")]
extern "C" {
    /// Never called from here either: objects.js needs its module.
    fn read(blob: &Blob) -> Promise;
}

#[wasm_bindgen(module = "/src/browser/js/remembered.js")]
extern "C" {
    /// Never called from here either.
    #[wasm_bindgen(js_name = markOf)]
    fn mark_of(options: &Options) -> Promise;
}

#[wasm_bindgen(module = "/src/browser/js/take.js")]
extern "C" {
    /// Never called from here either.
    fn take(source: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/browser/js/record.js")]
extern "C" {
    /// What is known of a file's upload, and all that goes out for it: what the backend is asked, and
    /// the file's bytes.
    #[derive(Clone)]
    pub(super) type Record;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(options: &Options, file: &Blob, name: &str, mime: &str) -> Record;

    /// Asks for the `target`, the `parts` that are there, where a `part` goes, or to `complete`: a
    /// [`Question`] or, of the target, an answer. The number is the attempt's, or the part's.
    #[wasm_bindgen(method)]
    pub(super) fn ask(
        this: &Record,
        question: &str,
        number: u32,
        checksum: Option<&str>,
        signal: &AbortSignal,
    ) -> Promise;

    /// Sends a request that is open, with these headers: an object of them, and `Content-Range`.
    #[wasm_bindgen(method, catch)]
    pub(super) fn send(
        this: &Record,
        request: &XmlHttpRequest,
        content: &JsValue,
        headers: Option<&JsValue>,
        content_range: Option<&str>,
    ) -> Result<(), JsValue>;

    /// A request to the app's backend that is ready to leave.
    pub(super) type Question;

    /// Sends it, and resolves with an [`Answer`].
    #[wasm_bindgen(method)]
    pub(super) fn put(this: &Question) -> Promise;

    #[wasm_bindgen(method, js_name = keepUpload)]
    pub(super) fn keep_upload(this: &Record, id: Option<&str>, part_size: f64);
    #[wasm_bindgen(method, js_name = keepPart)]
    pub(super) fn keep_part(this: &Record, number: u32, etag: &str, checksum: Option<&str>);
    #[wasm_bindgen(method, js_name = keepLoaded)]
    pub(super) fn keep_loaded(this: &Record, loaded: f64);
    /// It is over, or another visit or window may go on with it.
    #[wasm_bindgen(method)]
    pub(super) fn leave(this: &Record, is_over: bool);
    /// Has the backend give it up; the id is one that was not kept yet.
    #[wasm_bindgen(method)]
    pub(super) fn abandon(this: &Record, id: Option<&str>);
}

impl Answer {
    /// Nothing where no answer came.
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
