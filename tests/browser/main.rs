//! The shell, in a real browser. Uploads over the network are the end-to-end suite's.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod form;
mod options;
mod upload;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

/// Evaluates a JavaScript expression.
fn js(expression: &str) -> JsValue {
    Function::new_no_args(&format!("return ({expression})"))
        .call0(&JsValue::UNDEFINED)
        .unwrap_or_else(|error| panic!("{expression}: {error:?}"))
}

/// An object of these fields.
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

/// A function that notes what it was called with, and the list of notes.
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
