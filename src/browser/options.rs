//! The options of a queue, as options.js has read and checked them.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob};

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

    /// Reads what the page passed as the file, of this window or of another. Throws a `TypeError`
    /// for anything that is no `File` and no `Blob`.
    #[wasm_bindgen(catch, js_name = readFile)]
    pub(super) fn read_file(file: &JsValue) -> Result<Blob, JsValue>;

    /// What the page wants a file to be named.
    #[wasm_bindgen(js_name = fileName)]
    pub(super) fn file_name(options: &Options, file: &Blob) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn signal(this: &Options) -> Option<AbortSignal>;
    #[wasm_bindgen(method, getter, js_name = fieldName)]
    pub(super) fn field_name(this: &Options) -> String;
    /// The origins to which cookies and headers may go, with spaces between.
    #[wasm_bindgen(method, getter)]
    fn origins(this: &Options) -> String;
    #[wasm_bindgen(method, getter, js_name = shouldRetry)]
    pub(super) fn should_retry(this: &Options) -> Option<Function>;
    /// All that is a number or a yes or no, one after the other.
    #[wasm_bindgen(method, getter)]
    fn numbers(this: &Options) -> Vec<f64>;
    #[wasm_bindgen(method, getter, js_name = allowedFileTypes)]
    fn allowed_file_types(this: &Options) -> String;
}

impl Options {
    /// What the core needs to know of them. Infinity is the largest number that it knows.
    pub(super) fn for_queue(&self) -> queue::Settings {
        let numbers = self.numbers();
        let [
            limit,
            parallel_parts,
            auto_proceed,
            max_file_size,
            min_file_size,
            max_total_file_size,
            max_number_of_files,
            min_number_of_files,
            chance,
            chunk_size,
            http_loopback,
            asks_app,
            stall_timeout,
            response_timeout,
            times_endpoint,
            retry_delays @ ..,
        ] = numbers.as_slice()
        else {
            unreachable!("options.js hands out as many");
        };
        queue::Settings {
            transfer: Rc::new(transfer::Settings {
                field_name: self.field_name(),
                chunk_size: Some(*chunk_size as u64).filter(|size| *size > 0),
                http_loopback: *http_loopback != 0.0,
                origins: self.origins(),
                retry_delays: retry_delays.to_vec(),
                asks_app: *asks_app != 0.0,
                stall_timeout: *stall_timeout,
                response_timeout: *response_timeout,
                times_endpoint: *times_endpoint != 0.0,
            }),
            limit: *limit as usize,
            parallel_parts: *parallel_parts as usize,
            auto_proceed: *auto_proceed != 0.0,
            restrictions: Restrictions {
                max_file_size: *max_file_size as u64,
                min_file_size: *min_file_size as u64,
                max_total_file_size: *max_total_file_size as u64,
                max_number_of_files: *max_number_of_files as u64,
                min_number_of_files: *min_number_of_files as u64,
                allowed_file_types: self.allowed_file_types(),
            },
            seed: chance.to_bits(),
        }
    }
}
