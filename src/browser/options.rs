//! The options of a queue, as options.js has read and checked them.

use std::rc::Rc;

use js_sys::{Function, Reflect, Symbol, TypeError};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob};

use super::objects;
use crate::queue::{self, Restrictions};
use crate::transfer;

#[wasm_bindgen(module = "/src/browser/options.js")]
extern "C" {
    /// Options that make sense, with their defaults.
    pub(super) type Options;

    /// Reads what the page passed as options. Throws a `TypeError` that names the option that is
    /// wrong.
    #[wasm_bindgen(catch, js_name = readOptions)]
    pub(super) fn read_options(options: &JsValue) -> Result<Options, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn endpoint(this: &Options) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn signal(this: &Options) -> Option<AbortSignal>;
    #[wasm_bindgen(method, getter, js_name = fieldName)]
    pub(super) fn field_name(this: &Options) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn filename(this: &Options) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = shouldRetry)]
    pub(super) fn should_retry(this: &Options) -> Option<Function>;
    #[wasm_bindgen(method, getter, js_name = retryDelays)]
    fn retry_delays(this: &Options) -> Vec<f64>;
    #[wasm_bindgen(method, getter, js_name = stallTimeout)]
    fn stall_timeout(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = responseTimeout)]
    fn response_timeout(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = chunkSize)]
    fn chunk_size(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = parallelParts)]
    fn parallel_parts(this: &Options) -> f64;
    #[wasm_bindgen(method, getter)]
    fn limit(this: &Options) -> f64;
    #[wasm_bindgen(method, getter, js_name = autoProceed)]
    fn auto_proceed(this: &Options) -> bool;
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
    #[wasm_bindgen(method, getter, js_name = allowedFileTypes)]
    fn allowed_file_types(this: &Options) -> String;
}

impl Options {
    /// What the core needs to know of them. Infinity is the largest number that it knows.
    pub(super) fn for_queue(&self) -> queue::Settings {
        queue::Settings {
            transfer: Rc::new(transfer::Settings {
                field_name: self.field_name(),
                chunk_size: Some(self.chunk_size() as u64).filter(|size| *size > 0),
                http_loopback: objects::is_plain_http(),
                retry_delays: self.retry_delays(),
                asks_app: self.should_retry().is_some(),
                stall_timeout: self.stall_timeout(),
                response_timeout: self.response_timeout(),
                times_endpoint: !self.endpoint().is_function(),
            }),
            limit: self.limit() as usize,
            parallel_parts: self.parallel_parts() as usize,
            auto_proceed: self.auto_proceed(),
            restrictions: Restrictions {
                max_file_size: self.max_file_size() as u64,
                min_file_size: self.min_file_size() as u64,
                max_total_file_size: self.max_total_file_size() as u64,
                max_number_of_files: self.max_number_of_files() as u64,
                min_number_of_files: self.min_number_of_files() as u64,
                allowed_file_types: self.allowed_file_types(),
            },
            seed: objects::random().to_bits(),
        }
    }
}

/// Reads what the page passed as the file: a `File` or a `Blob`, of this window or of another.
///
/// # Errors
///
/// A `TypeError` for anything else.
pub(super) fn read_file(file: JsValue) -> Result<Blob, JsValue> {
    let tag = Reflect::get(&file, &Symbol::to_string_tag()).ok().and_then(|tag| tag.as_string());
    match tag.as_deref() {
        Some("File" | "Blob") => Ok(file.unchecked_into()),
        _ => Err(TypeError::new("ittybit-uploader: file is a File or a Blob.").into()),
    }
}
