//! Computes the checksum of a part through checksum.js, which uses a wasm of its own.

use std::ops::Range;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::source::Source;
use super::tasks::{Teller, unread};
use crate::transfer::checksums::Checksums;
use crate::transfer::{Event, Json};

#[wasm_bindgen(module = "/src/browser/js/checksum.js")]
extern "C" {
    type Summing;

    #[wasm_bindgen(constructor)]
    fn new(file: &Blob, start: f64, end: f64, is_md5: bool) -> Summing;

    /// Resolves with nothing while bytes are read, and at last with the sum.
    #[wasm_bindgen(method)]
    fn next(this: &Summing) -> Promise;

    /// Stops.
    #[wasm_bindgen(method)]
    fn end(this: &Summing);
}

/// Stops when it is dropped.
struct Running(Summing);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Reads these bytes for their checksum.
pub(super) fn hash(teller: Teller, source: &Source, range: &Range<u64>, checksums: Checksums) {
    let is_md5 = checksums == Checksums::Md5;
    let summing = Summing::new(&source.file, range.start as f64, range.end as f64, is_md5);
    let running = Running(summing);
    source.run(teller.ticket, async move {
        let event = loop {
            match JsFuture::from(running.0.next()).await.map(|sum| sum.as_string()) {
                Ok(None) => teller.tell(Event::BytesRead),
                Ok(Some(sum)) => break Event::Hashed(sum),
                Err(error) => break failed(&error),
            }
        };
        teller.end(event, None);
    });
}

/// Tells an uploader that lacks one of its files from a file that can't be read.
fn failed(error: &JsValue) -> Event<JsValue> {
    if error.text_in("code").as_deref() != Some("not-loaded") {
        return unread(error);
    }
    Event::NotLoaded {
        words: error.text_in("message").unwrap_or_default(),
        retryable: error.field("retryable").is_some_and(|retryable| retryable.is_truthy()),
    }
}
