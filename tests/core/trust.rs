//! Which answers a page trusts, and where its credentials go.

use std::rc::Rc;

use ittybit_uploader::transfer::{
    Action, ErrorCode, Event, Reply, Settings, Transfer, UploadError,
};
use serde_json::{Value, json};

use super::pieces::Pieces;
use super::{Driver, URL, file, media, once, reply};

fn retrying() -> Settings {
    Settings { retry_delays: vec![100.0, 1_000.0], ..Settings::default() }
}

/// Returns the outcome of a target in parts that an app's function returns.
fn returned(upload_id: &str, endpoint: Value, origins: &str) -> Result<(), UploadError> {
    let mut transfer = Transfer::<Value>::new(
        Rc::new(file(25)),
        Rc::new(Settings { origins: origins.into(), ..once() }),
        1,
        0,
    );
    transfer.start(0.0);
    let target = json!({
        "protocol": "multipart", "upload_id": upload_id, "part_size": 10, "endpoint": endpoint,
    });
    transfer.handle(1, Event::EndpointReturned(target), 0.0);
    while let Some(action) = transfer.poll() {
        if let Action::Finish(result) = action {
            return result.map(drop).map_err(|error| *error);
        }
    }
    assert!(transfer.begin_piece(0.0), "the target was taken");
    Ok(())
}

#[test]
fn a_function_must_name_the_endpoint_that_signs_parts() {
    let error = returned("u", Value::Null, "https://app.example").expect_err("nowhere");
    assert_eq!((error.code, error.retryable), (ErrorCode::BadTarget, false));
    assert!(error.message.contains("no `endpoint`"), "{error}");
}

#[test]
fn credentials_go_only_to_the_pages_origin_and_the_apps_endpoints() {
    let origins = "https://app.example https://api.example:8443 http://localhost:3000";
    for endpoint in [
        "https://app.example/",
        "https://app.example/api/uploads?a=b",
        "https://api.example:8443/uploads",
        "http://localhost:3000/api",
    ] {
        assert_eq!(returned("u", json!(endpoint), origins), Ok(()), "{endpoint}");
    }
    for endpoint in [
        "https://evil.example/api",
        "https://app.example.evil.example/api",
        "https://app.example@evil.example/",
        "https://app.example:8443/api",
        "https://app.example",
        "http://app.example/api",
        "HTTPS://APP.EXAMPLE/api",
        "https://api.example/uploads",
        "//evil.example/api",
        "/api/uploads",
        "",
        "javascript:alert(1)",
    ] {
        for origins in [origins, "", " ", "null"] {
            let error = returned("u", json!(endpoint), origins).expect_err(endpoint);
            assert_eq!((error.code, error.retryable), (ErrorCode::BadTarget, false), "{endpoint}");
            assert!(error.message.contains("options.endpoints"), "{error}");
        }
    }
}

#[test]
fn an_upload_id_must_be_one_segment_of_a_path() {
    let answered = |id: &str| {
        let mut pieces = Pieces::new(25, retrying());
        pieces.answer_multipart(id, 10);
        pieces
    };
    for id in ["", ".", ".."] {
        let pieces = answered(id);
        let error = pieces.error();
        assert_eq!((error.code, error.retryable), (ErrorCode::BadTarget, false), "{id}");
        let by_function = returned(id, json!("https://app.example/api"), "https://app.example");
        assert_eq!(by_function.expect_err("beside it").code, ErrorCode::BadTarget);
    }
    // The request escapes these ids.
    for id in ["...", "a/../b", "%2e%2e", "2.abc", "?", "\\.."] {
        assert!(answered(id).result.is_none(), "{id}");
    }
}

#[test]
fn signed_headers_that_a_browser_refuses_are_a_bad_target() {
    let mut pieces = Pieces::multipart(25, 10, retrying());
    pieces.send(1);
    let ticket = pieces.sent[0].ticket;
    pieces.tell(ticket, Event::SendRefused);
    let error = pieces.error();
    assert_eq!((error.code, error.retryable), (ErrorCode::BadTarget, false));
    assert_eq!(pieces.announced.len(), 0, "it is not tried again");
}

#[test]
fn a_part_redirected_to_a_forbidden_url_does_not_count_as_stored() {
    let mut pieces = Pieces::multipart(25, 10, retrying());
    pieces.send(1);
    let url = Some("http://elsewhere.example/".into());
    pieces.host(0, Reply { etag: Some("e".into()), url, ..reply(200, "") });
    assert_eq!(pieces.error().code, ErrorCode::BadResponse);
    assert!(pieces.parts().is_empty());
}

#[test]
fn an_answer_after_a_redirect_to_a_forbidden_url_is_not_trusted() {
    let body = json!({ "id": "med_1", "error": null });
    for (url, status) in [
        ("http://elsewhere.example/", 200),
        ("http://elsewhere.example/", 202),
        ("http://elsewhere.example/", 503),
        // The page is on https.
        ("http://localhost/", 201),
        ("https://user:password@store.example/", 200),
        ("data:application/json,{}", 200),
    ] {
        let mut driver = Driver::sending(1_000);
        let retry_after = Some(1.0);
        let reply = Reply { url: Some(url.into()), retry_after, ..reply(status, &body) };
        driver.tell(Event::Answered(reply), 1.0);
        let error = driver.error();
        assert_eq!((error.code, error.retryable), (ErrorCode::BadResponse, false), "{url}");
        assert_eq!((error.status, error.retry_after), (Some(status), None));
        assert!(!error.message.contains("elsewhere"), "{error}");
    }
    for url in [URL, "https://another.example/"] {
        let mut driver = Driver::sending(1_000);
        driver.tell(Event::Answered(Reply { url: Some(url.into()), ..reply(200, media()) }), 1.0);
        assert_eq!(driver.result, Some(Ok(media())), "{url}");
    }
}
