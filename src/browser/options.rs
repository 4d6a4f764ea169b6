//! Turns the options of a queue, which options.js has checked, into the core's settings. The core has the defaults.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob};

use super::objects;
use crate::queue::{self, LIMIT, PARALLEL_PARTS, Restrictions};
use crate::transfer::{self, FIELD_NAME, RESPONSE_TIMEOUT, RETRY_DELAYS, STALL_TIMEOUT};

#[wasm_bindgen(module = "/src/browser/js/options.js")]
extern "C" {
    /// Checked options. An option that the page did not set is missing.
    pub(super) type Options;

    /// Reads and checks what the page passed as options. Throws a `TypeError` that names the invalid option.
    #[wasm_bindgen(catch, js_name = readOptions)]
    pub(super) fn read_options(options: &JsValue) -> Result<Options, JsValue>;

    /// Reads what the page passed as the file, which may belong to another window. Throws a `TypeError` for anything
    /// but a `File` or a `Blob`.
    #[wasm_bindgen(catch, js_name = readFile)]
    pub(super) fn read_file(file: &JsValue) -> Result<Blob, JsValue>;

    /// Returns the name under which a file is uploaded.
    #[wasm_bindgen(js_name = fileName)]
    pub(super) fn file_name(options: &Options, file: &Blob) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn signal(this: &Options) -> Option<AbortSignal>;
    #[wasm_bindgen(method, getter, js_name = fieldName)]
    fn field_name(this: &Options) -> Option<String>;
    /// The origins to which cookies and headers may be sent, separated by spaces.
    #[wasm_bindgen(method, getter)]
    fn origins(this: &Options) -> String;
    /// Whether the page, or the page that it is embedded in, was loaded over plain `http:`.
    #[wasm_bindgen(method, getter, js_name = isPlainHttp)]
    fn is_plain_http(this: &Options) -> bool;
    /// The endpoint, if it is a URL and not a function.
    #[wasm_bindgen(method, getter)]
    fn url(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = propsJson)]
    fn props_json(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = remembersFrom)]
    fn remembers_from(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = shouldRetry)]
    pub(super) fn should_retry(this: &Options) -> Option<Function>;
    #[wasm_bindgen(method, getter, js_name = retryDelays)]
    fn retry_delays(this: &Options) -> Option<Vec<f64>>;
    #[wasm_bindgen(method, getter, js_name = autoProceed)]
    fn auto_proceed(this: &Options) -> bool;

    // Numbers. A missing option is `undefined` in JavaScript, and NaN here.
    #[wasm_bindgen(method, getter, js_name = chunkSize)]
    fn chunk_size(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = stallTimeout)]
    fn stall_timeout(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = responseTimeout)]
    fn response_timeout(this: &Options) -> f64;
    #[wasm_bindgen(method, getter)]
    fn limit(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = parallelParts)]
    fn parallel_parts(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxFileSize)]
    fn max_file_size(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = minFileSize)]
    fn min_file_size(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxTotalFileSize)]
    fn max_total_file_size(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxNumberOfFiles)]
    fn max_number_of_files(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = minNumberOfFiles)]
    fn min_number_of_files(this: &Options) -> f64;
    /// In lower case, separated by commas.
    #[wasm_bindgen(method, getter, js_name = allowedFileTypes)]
    fn allowed_file_types(this: &Options) -> String;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Math)]
    fn random() -> f64;
}

impl Options {
    /// Returns the settings of a queue. An option that the page did not set has the core's default.
    pub(super) fn for_queue(&self) -> queue::Settings {
        queue::Settings {
            transfer: Rc::new(transfer::Settings {
                endpoint: self.url(),
                props: self.props_json(),
                remembers_from: self.remembers_from() as u64,
                new_key: objects::random_uuid,
                field_name: self.field_name().unwrap_or_else(|| FIELD_NAME.into()),
                http_loopback: self.is_plain_http(),
                origins: self.origins(),
                // With 0 or NaN, the target decides.
                chunk_size: Some(self.chunk_size() as u64).filter(|size| *size > 0),
                retry_delays: self.retry_delays().unwrap_or_else(|| RETRY_DELAYS.into()),
                asks_app: self.should_retry().is_some(),
                stall_timeout: or(self.stall_timeout(), STALL_TIMEOUT),
                response_timeout: or(self.response_timeout(), RESPONSE_TIMEOUT),
            }),
            limit: or(self.limit(), LIMIT as f64) as usize,
            parallel_parts: or(self.parallel_parts(), PARALLEL_PARTS as f64) as usize,
            auto_proceed: self.auto_proceed(),
            restrictions: Restrictions {
                max_file_size: or(self.max_file_size(), f64::INFINITY) as u64,
                min_file_size: self.min_file_size() as u64,
                max_total_file_size: or(self.max_total_file_size(), f64::INFINITY) as u64,
                max_number_of_files: or(self.max_number_of_files(), f64::INFINITY) as u64,
                min_number_of_files: self.min_number_of_files() as u64,
                allowed_file_types: self.allowed_file_types(),
            },
            seed: random().to_bits(),
        }
    }
}

/// Returns a number that the page set, or the default. When it is cast, infinity becomes the largest integer, and NaN
/// becomes 0.
fn or(given: f64, default: f64) -> f64 {
    if given.is_nan() { default } else { given }
}
