//! The page's options are checked before anything starts, and an error names the wrong one.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{js, outcome, spy, text, upload};

async fn refusal(file: &str, options: &str) -> JsValue {
    let (endpoint, calls) = spy("({ media: { id: 'med_1' } })");
    let options = js(options);
    if options.is_object() && super::get(&options, "endpoint").is_undefined() {
        js_sys::Reflect::set(&options, &"endpoint".into(), &endpoint).expect("an object");
    }
    let error = outcome(upload(js(file), &options)).await.expect_err("refused");
    assert_eq!(calls.length(), 0, "nothing started");
    error
}

#[wasm_bindgen_test]
async fn a_wrong_option_throws_a_type_error_that_names_it() {
    for (options, name) in [
        ("undefined", "options"),
        ("null", "options"),
        ("'/api'", "options"),
        ("{ endpoint: null }", "options.endpoint"),
        ("{ endpoint: 7 }", "options.endpoint"),
        ("{ endpoint: {} }", "options.endpoint"),
        ("{ endpoint: '' }", "options.endpoint"),
        ("{ endpoint: 'http://' }", "options.endpoint"),
        ("{ endpoint: 'https://name:word@app.example/' }", "options.endpoint"),
        ("{ headers: 'x' }", "options.headers"),
        ("{ headers: { 'no header': 'x' } }", "options.headers"),
        ("{ headers: { a: 'line\\nbreak' } }", "options.headers"),
        ("{ owner: 7 }", "options.owner"),
        ("{ owner: {} }", "options.owner"),
        ("{ remember: 'no' }", "options.remember"),
        ("{ endpointName: 1 }", "options.endpointName"),
        ("{ endpoints: 'https://api.example' }", "options.endpoints"),
        ("{ endpoints: ['https://api.example/'] }", "options.endpoints"),
        ("{ endpoints: ['https://api.example/uploads'] }", "options.endpoints"),
        ("{ endpoints: ['https://*.example.com'] }", "options.endpoints"),
        ("{ endpoints: ['api.example'] }", "options.endpoints"),
        ("{ endpoints: ['ftp://api.example'] }", "options.endpoints"),
        ("{ endpoints: [null] }", "options.endpoints"),
        ("{ credentials: 'sometimes' }", "options.credentials"),
        ("{ credentials: 1 }", "options.credentials"),
        ("{ props: 'x' }", "options.props"),
        ("{ props: { amount: 1n } }", "options.props"),
        ("{ props: (() => { const a = {}; a.a = a; return a; })() }", "options.props"),
        ("{ fieldName: 1 }", "options.fieldName"),
        ("{ filename: {} }", "options.filename"),
        ("{ signal: {} }", "options.signal"),
        ("{ onProgress: 'x' }", "options.onProgress"),
        ("{ onRetry: 1 }", "options.onRetry"),
        ("{ shouldRetry: true }", "options.shouldRetry"),
        ("{ stallTimeout: -1 }", "options.stallTimeout"),
        ("{ responseTimeout: NaN }", "options.responseTimeout"),
        ("{ limit: '3' }", "options.limit"),
        ("{ restrictions: { maxFileSize: '1MB' } }", "options.maxFileSize"),
        ("{ restrictions: { allowedFileTypes: 'image/*' } }", "allowedFileTypes"),
    ] {
        let error = refusal("new Blob()", options).await;
        assert!(error.is_instance_of::<js_sys::TypeError>(), "{options}: {error:?}");
        assert!(text(&error, "message").contains(name), "{options}: {error:?}");
    }
}

#[wasm_bindgen_test]
async fn only_a_file_or_a_blob_is_accepted() {
    for file in ["undefined", "null", "'clip.mp4'", "{}", "[]", "new ArrayBuffer(1)", "7"] {
        let error = refusal(file, "{}").await;
        assert!(error.is_instance_of::<js_sys::TypeError>(), "{file}: {error:?}");
        assert!(text(&error, "message").contains("file must be a File or a Blob"), "{error:?}");
    }
}

#[wasm_bindgen_test]
async fn a_file_of_another_window_is_accepted() {
    let frame = js("document.body.appendChild(document.createElement('iframe'))");
    let file = js_sys::Function::new_with_args(
        "frame",
        "return new frame.contentWindow.File(['x'], 'name.txt')",
    )
    .call1(&JsValue::UNDEFINED, &frame)
    .expect("a file");
    let (endpoint, calls) = spy("({ media: { id: 'med_1' } })");
    outcome(upload(file, &super::object(&[("endpoint", endpoint)]))).await.expect("accepted");
    let asked = calls.get(0).unchecked_into::<js_sys::Array>().get(0);
    assert_eq!(text(&asked, "filename"), "name.txt");
}
