//! The flow of an upload up to the network, and every way in which it can end.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{get, js, object, outcome, spy, text, upload};

/// A URL that never answers: nothing listens on the discard port.
const NOBODY: &str = "http://127.0.0.1:9/";

fn file() -> JsValue {
    js("new File(['0123456789'], 'clip.mp4', { type: 'video/mp4' })")
}

fn arguments(calls: &Array, call: u32) -> Array {
    calls.get(call).unchecked_into()
}

#[wasm_bindgen_test]
async fn a_function_gets_the_file_and_the_attempt() {
    let (endpoint, calls) = spy("({ media: { id: 'med_1' } })");
    let props = js("({ album: 'summer' })");
    let options = object(&[("endpoint", endpoint), ("props", props.clone())]);
    outcome(upload(file(), &options)).await.expect("stored already");

    let (told, context) = (arguments(&calls, 0).get(0), arguments(&calls, 0).get(1));
    assert_eq!(text(&told, "filename"), "clip.mp4");
    assert_eq!(get(&told, "filesize"), 10.0);
    assert_eq!(text(&told, "type"), "video/mp4");
    assert_eq!(get(&told, "props"), props);
    assert_eq!(get(&context, "attempt"), 1.0);
    assert!(get(&context, "signal").is_instance_of::<web_sys::AbortSignal>());
    let key = text(&context, "idempotencyKey");
    let uuid = js("/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/");
    assert!(uuid.unchecked_ref::<js_sys::RegExp>().test(&key), "{key}");
}

#[wasm_bindgen_test]
async fn the_filename_comes_from_the_option_the_file_or_a_default() {
    let bare = js("new Blob(['x'])");
    for (file, filename, expected) in [
        (bare.clone(), JsValue::UNDEFINED, "blob"),
        (bare, "note.txt".into(), "note.txt"),
        (file(), JsValue::UNDEFINED, "clip.mp4"),
        (file(), "other.mp4".into(), "other.mp4"),
    ] {
        let (endpoint, calls) = spy("({ media: { id: 'med_1' } })");
        let options = object(&[("endpoint", endpoint), ("filename", filename)]);
        outcome(upload(file, &options)).await.expect("stored already");
        assert_eq!(text(&arguments(&calls, 0).get(0), "filename"), expected);
    }
}

#[wasm_bindgen_test]
async fn the_media_object_is_exactly_the_one_that_was_received() {
    let media = js("({ id: 'med_1', created_at: 'Tuesday', more: [1, { a: null }] })");
    let answer = object(&[("media", media.clone())]);
    let endpoint = js_sys::Function::new_with_args("answer", "return async () => answer")
        .call1(&JsValue::UNDEFINED, &answer)
        .expect("a function");
    let received = outcome(upload(file(), &object(&[("endpoint", endpoint)]))).await;
    assert_eq!(received, Ok(media));
}

#[wasm_bindgen_test]
async fn what_the_apps_function_throws_is_the_errors_cause() {
    for (thrown, words) in
        [("new RangeError('no session')", "no session"), ("'no session'", "no session"), ("7", "")]
    {
        let thrown = js(thrown);
        let endpoint = js_sys::Function::new_with_args("e", "return () => Promise.reject(e)")
            .call1(&JsValue::UNDEFINED, &thrown)
            .expect("a function");
        let error = outcome(upload(file(), &object(&[("endpoint", endpoint)])))
            .await
            .expect_err("it threw");
        assert_eq!(text(&error, "name"), "UploadError");
        assert_eq!(text(&error, "code"), "endpoint");
        assert_eq!(get(&error, "cause"), thrown);
        assert!(text(&error, "message").contains(words));
    }
}

#[wasm_bindgen_test]
async fn an_invalid_target_has_a_clear_error() {
    let (endpoint, _) = spy("({ url: 'ftp://store.example/' })");
    let error = outcome(upload(file(), &object(&[("endpoint", endpoint)]))).await.expect_err("bad");
    assert_eq!(text(&error, "code"), "bad-target");
    assert!(error.is_instance_of::<js_sys::Error>());
}

#[wasm_bindgen_test]
async fn a_backend_or_a_host_that_does_not_answer_is_a_network_error() {
    let (function, _) = spy(&format!("'{NOBODY}'"));
    for endpoint in [NOBODY.into(), function] {
        let error =
            outcome(upload(file(), &object(&[("endpoint", endpoint)]))).await.expect_err("nobody");
        assert_eq!(text(&error, "code"), "network", "{error:?}");
        assert_eq!(get(&error, "retryable"), true);
        assert_eq!(get(&error, "status"), JsValue::UNDEFINED);
    }
}

#[wasm_bindgen_test]
async fn the_request_to_the_endpoint_has_the_apps_headers_and_describes_the_file() {
    let window = js("self");
    let fetch = get(&window, "fetch");
    let (fake, calls) = spy("Promise.resolve(new Response('{\"media\":{\"id\":\"med_1\"}}'))");
    Reflect::set(&window, &"fetch".into(), &fake).expect("a window");
    let mut results = vec![];
    for headers in ["({ 'X-Csrf': 'token' })", "(async () => ({ 'X-Csrf': 'token' }))"] {
        let options = object(&[
            ("endpoint", "/api/uploads".into()),
            ("headers", js(headers)),
            ("credentials", "include".into()),
            ("props", js("({ a: 1 })")),
        ]);
        results.push(outcome(upload(file(), &options)).await);
    }
    Reflect::set(&window, &"fetch".into(), &fetch).expect("a window");

    for (call, result) in results.iter().enumerate() {
        assert!(result.is_ok(), "{result:?}");
        let request: web_sys::Request = arguments(&calls, call as u32).get(0).unchecked_into();
        let header = |name| request.headers().get(name).ok().flatten().unwrap_or_default();
        assert_eq!(request.method(), "POST");
        assert!(request.url().ends_with("/api/uploads"));
        assert_eq!(request.credentials(), web_sys::RequestCredentials::Include);
        assert_eq!(header("x-csrf"), "token");
        assert_eq!(header("content-type"), "application/json");
        assert_eq!(header("idempotency-key").len(), 36);
        let body = outcome(request.text().expect("a body")).await.expect("a body");
        assert_eq!(
            body,
            r#"{"filename":"clip.mp4","filesize":10,"type":"video/mp4","props":{"a":1}}"#
        );
    }
}

#[wasm_bindgen_test]
async fn an_invalid_header_is_an_error_of_the_app() {
    let headers = js("() => ({ 'no header': 'x' })");
    let options = object(&[("endpoint", NOBODY.into()), ("headers", headers)]);
    let error = outcome(upload(file(), &options)).await.expect_err("refused");
    assert_eq!(text(&error, "code"), "endpoint");
    assert_eq!(get(&error, "retryable"), false);
    assert!(text(&error, "message").contains("options.headers"), "{error:?}");
}

#[wasm_bindgen_test]
async fn an_abort_while_the_endpoint_is_asked_rejects_with_its_reason() {
    let (function, calls) = spy("new Promise(() => {})");
    for endpoint in [function, NOBODY.into()] {
        let controller = web_sys::AbortController::new().expect("a controller");
        let options = object(&[("endpoint", endpoint), ("signal", controller.signal().into())]);
        let promise = upload(file(), &options);
        controller.abort_with_reason(&"enough".into());
        assert_eq!(outcome(promise).await, Err("enough".into()));
    }
    let signal: web_sys::AbortSignal = get(&arguments(&calls, 0).get(1), "signal").unchecked_into();
    assert!(signal.aborted(), "the app's function is told");
}

#[wasm_bindgen_test]
async fn a_page_may_abort_or_throw_from_its_own_callback() {
    let controller = web_sys::AbortController::new().expect("a controller");
    let (endpoint, calls) = spy(&format!("'{NOBODY}'"));
    let callback = js_sys::Function::new_with_args(
        "controller",
        "return (progress) => { if (progress.phase === 'uploading') controller.abort('enough'); }",
    )
    .call1(&JsValue::UNDEFINED, &controller)
    .expect("a function");
    let options = object(&[
        ("endpoint", endpoint),
        ("signal", controller.signal().into()),
        ("onProgress", callback),
    ]);
    assert_eq!(outcome(upload(file(), &options)).await, Err("enough".into()));
    assert_eq!(calls.length(), 1);
}

#[wasm_bindgen_test]
async fn progress_is_a_plain_object() {
    let (endpoint, _) = spy("({ media: { id: 'med_1' } })");
    let (callback, calls) = spy("1");
    let options = object(&[("endpoint", endpoint), ("onProgress", callback)]);
    outcome(upload(file(), &options)).await.expect("stored already");
    let reports: Vec<String> = (0..calls.length())
        .map(|call| js_sys::JSON::stringify(&arguments(&calls, call).get(0)).expect("json").into())
        .collect();
    assert_eq!(
        reports,
        [
            r#"{"phase":"preparing","loaded":0,"total":10,"percentage":0,"speed":0,"eta":null,"attempt":1}"#,
            r#"{"phase":"done","loaded":10,"total":10,"percentage":100,"speed":0,"eta":0,"attempt":1}"#,
        ]
    );
}
