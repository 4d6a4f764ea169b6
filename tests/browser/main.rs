//! The shell in a real browser. The end-to-end suite tests uploads over the network.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod form;
mod options;
mod upload;

use ittybit_uploader::{Page, Uploads};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "
    // Positions in src/browser/js/numbers.js.
    const progress = 4, success = 7, error = 8, abort = 11;
    export function pageOfOne(resolve, reject, { onProgress } = {}) {
        return {
            isTraced: false,
            tell(event, _, detail) {
                if (event === progress) onProgress?.(detail);
                if (event === success) resolve(detail);
                if (event === error || event === abort) reject(detail);
            },
        };
    }
")]
extern "C" {
    #[wasm_bindgen(js_name = pageOfOne)]
    fn page_of_one(resolve: &Function, reject: &Function, options: &JsValue) -> Page;
}

/// The position of `start` among the commands of src/browser/js/numbers.js.
const START: u32 = 0;

/// A number that no end of a file has.
const NOT_ENDED: u32 = u32::MAX;

/// Uploads one file without retries.
fn upload(file: JsValue, options: &JsValue) -> Promise {
    if options.is_object() {
        Reflect::set(options, &"retryDelays".into(), &Array::new()).expect("an object");
    }
    Promise::new(&mut |resolve, reject| {
        let page = page_of_one(
            &resolve,
            &reject,
            &if options.is_object() { options.clone() } else { JsValue::UNDEFINED },
        );
        let started = Uploads::new(options, page).and_then(|uploads| {
            uploads.add(file.clone(), NOT_ENDED)?;
            uploads.command(START, 0)
        });
        if let Err(error) = started {
            reject.call1(&JsValue::UNDEFINED, &error).expect("a promise's own function");
        }
    })
}

/// Evaluates a JavaScript expression.
fn js(expression: &str) -> JsValue {
    Function::new_no_args(&format!("return ({expression})"))
        .call0(&JsValue::UNDEFINED)
        .unwrap_or_else(|error| panic!("{expression}: {error:?}"))
}

/// Returns an object with these fields.
fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).expect("a plain object takes fields");
    }
    object.into()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// Returns a function that records its calls, and the list of calls.
fn spy(answer: &str) -> (JsValue, Array) {
    let calls = Array::new();
    let function = Function::new_with_args(
        "calls",
        &format!("return function (...args) {{ calls.push(args); return ({answer}); }}"),
    )
    .call1(&JsValue::UNDEFINED, &calls)
    .expect("a function");
    (function, calls)
}

async fn outcome(promise: Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(promise).await
}
