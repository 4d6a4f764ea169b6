//! Errors name their cause, and are retried only if a retry can help.

use ittybit_uploader::transfer::{
    ErrorCode, Event, Question, Reply, Settings, UploadError, is_unreachable,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::pieces::Pieces;
use super::{Driver, URL, media, once, reply};

/// Returns an error as S3 and compatible stores write it.
fn xml(code: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}\
         </Message><AWSAccessKeyId>AKIAEXAMPLE</AWSAccessKeyId><Resource>{URL}</Resource></Error>"
    )
}

fn retrying() -> Settings {
    Settings { retry_delays: vec![100.0; 4], ..Settings::default() }
}

/// Sends a part to a store that always gives this answer. Returns the error, and how often the part was sent.
fn part(status: u16, body: &str) -> (UploadError, u32) {
    let mut pieces = Pieces::multipart(10, 10, retrying());
    let mut sends = 0;
    while pieces.result.is_none() {
        if matches!(pieces.asked.first(), Some((_, Question::Target))) {
            pieces.answer_multipart("up 2", 10);
        }
        pieces.send(1);
        if pieces.sent.is_empty() {
            pieces.wait();
        } else {
            pieces.host(0, reply(status, body));
            sends += 1;
        }
    }
    (pieces.error().clone(), sends)
}

#[test]
fn a_permanent_refusal_of_a_store_is_named_and_not_retried() {
    for (status, code, message) in [
        (403, "SignatureDoesNotMatch", "The request signature we calculated does not match"),
        (403, "AccessDenied", "Access Denied"),
        (403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist"),
        (404, "NoSuchBucket", "The specified bucket does not exist"),
        (400, "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week"),
        (403, "RequestTimeTooSkewed", "The difference between the times is too large."),
        (403, "AccessDenied", "Request is not valid yet"),
    ] {
        let (error, sends) = part(status, &xml(code, message));
        assert_eq!((error.code, error.retryable), (ErrorCode::Rejected, false), "{code}");
        assert_eq!((error.status, sends), (Some(status), 1), "{code}");
        assert_eq!(error.detail.as_deref(), Some(code));
        assert!(error.message.contains(code), "{error}");
    }
}

#[test]
fn a_wrong_clock_is_named() {
    for body in [
        xml("RequestTimeTooSkewed", "The difference between the times is too large."),
        xml("AccessDenied", "Request is not valid yet"),
        xml("AccessDenied", "Request is not yet valid"),
    ] {
        let (error, _) = part(403, &body);
        assert!(error.message.contains("clock"), "{error}");
    }
    let (error, _) = part(403, &xml("AccessDenied", "Access Denied"));
    assert!(!error.message.contains("clock"), "{error}");
}

#[test]
fn an_expired_signature_is_replaced() {
    for (status, body) in [
        (403, xml("AccessDenied", "Request has expired")),
        (400, xml("ExpiredToken", "The provided token has expired.")),
        (403, xml("ExpiredRequest", "")),
        (403, xml("AccessDenied", "Forbidden: Date is too old")),
        (404, xml("NoSuchUpload", "The specified upload does not exist.")),
        // Some stores give no message, or no code either.
        (403, "<Error><Code>AccessDenied</Code><RequestId>1</RequestId></Error>".into()),
        (403, String::new()),
        (410, "<html>gone</html>".into()),
    ] {
        let (error, sends) = part(status, &body);
        assert_eq!((error.code, error.status), (ErrorCode::UrlExpired, Some(status)), "{body}");
        assert!(sends > 1, "{body}");
    }
}

#[test]
fn a_stores_code_counts_more_than_its_status() {
    let (error, sends) = part(400, &xml("EntityTooLarge", "Your proposed upload is too large"));
    assert_eq!((error.code, error.retryable, sends), (ErrorCode::TooLarge, false, 1));
    let (error, sends) = part(400, &xml("RequestTimeout", "Your socket connection timed out"));
    assert_eq!((error.code, error.retryable, sends), (ErrorCode::Server, true, 5));
    for (status, code) in [(503, "SlowDown"), (500, "InternalError")] {
        let (error, sends) = part(status, &xml(code, "Please reduce your request rate."));
        assert_eq!((error.code, error.retryable, sends), (ErrorCode::Server, true, 5));
        assert_eq!(error.detail.as_deref(), Some(code));
    }
    let (error, _) = part(400, &xml("BadDigest", "The checksum did not match"));
    assert_eq!((error.code, error.retryable), (ErrorCode::Rejected, true));
    assert_eq!(error.detail.as_deref(), Some("BadDigest"));
}

proptest! {
    #[test]
    fn an_error_quotes_only_the_code_of_a_stores_answer(
        status in 400_u16..600,
        code in "[A-Za-z0-9 /:<=]{0,80}",
        message: String,
    ) {
        let mut pieces = Pieces::multipart(10, 10, once());
        pieces.send(1);
        pieces.host(0, reply(status, xml(&code, &message)));
        let Some(Err(error)) = &pieces.result else { return Ok(()) };
        let told = format!("{error:?}");
        prop_assert!(!told.contains("AKIAEXAMPLE") && !told.contains("store.example"), "{}", told);
        if let Some(detail) = &error.detail {
            prop_assert!(detail.len() <= 64 && detail.bytes().all(|byte| byte.is_ascii_alphabetic()));
        }
    }
}

/// Returns the event for an app's function that threw this message.
fn threw(words: &str, unreachable: bool) -> Event<Value> {
    Event::EndpointThrew { words: words.into(), status: None, unreachable }
}

#[test]
fn a_bug_in_the_apps_function_is_not_a_network_error() {
    for words in [
        "Failed to fetch",
        "Failed to fetch (api.example)",
        "NetworkError when attempting to fetch resource.",
        "Load failed",
        "The Internet connection appears to be offline.",
        "The network connection was lost.",
        "network error",
        "fetch failed",
        "Network request failed",
    ] {
        assert!(is_unreachable("TypeError", words), "{words}");
        assert!(!is_unreachable("Error", words), "{words}");
    }
    assert!(is_unreachable("TimeoutError", "signal timed out"));
    for words in [
        "sign is not a function",
        "Cannot read properties of undefined (reading 'url')",
        "can't access property \"url\", answer is undefined",
        "Failed to execute 'fetch' on 'Window': Failed to parse URL from http://",
        "Failed to construct 'Headers': String contains non ISO-8859-1 code point.",
        "Invalid URL",
        "",
    ] {
        assert!(!is_unreachable("TypeError", words), "{words}");
    }
}

#[test]
fn no_error_contains_a_password_from_a_url() {
    let words = "Request cannot be constructed from a URL that includes credentials: \
                 https://user:secret@api.example/uploads";
    let body = json!({ "error": { "message": words } });
    for event in [
        threw(words, false),
        Event::EndpointAnswered(reply(400, &body)),
        Event::EndpointAnswered(reply(500, &body)),
        Event::EndpointAnswered(reply(200, &body)),
        Event::EndpointReturned(body.clone()),
    ] {
        let mut driver = Driver::new(1);
        driver.tell(event, 0.0);
        let error = driver.error();
        assert_eq!(error.code, ErrorCode::Endpoint);
        assert!(error.message.contains("includes credentials"), "{error}");
        let told = format!("{error:?}");
        assert!(!told.contains("secret") && !told.contains("api.example"), "{told}");
    }
}

/// Returns the error of an upload in parts whose `nth` question gets this answer. 0 asks where the file
/// goes, 1 where a part goes, 2 to complete the upload.
fn question(nth: usize, event: Event<Value>) -> UploadError {
    let mut pieces = Pieces::new(10, once());
    if nth > 0 {
        pieces.answer_multipart("up 1", 10);
        pieces.transfer.begin_piece(0.0);
        pieces.run();
    }
    if nth > 1 {
        pieces.sign();
        pieces.host(0, Reply { etag: Some("e".into()), ..reply(200, "") });
    }
    let (ticket, _) = pieces.asked.remove(0);
    pieces.tell(ticket, event);
    pieces.error().clone()
}

#[test]
fn the_error_names_the_question_that_failed() {
    for (nth, doing) in [(0, "prepare the upload"), (1, "sign a part"), (2, "complete the upload")]
    {
        for event in [
            threw("no session", false),
            Event::EndpointAnswered(reply(400, "")),
            Event::EndpointAnswered(reply(500, "")),
            // Stands for every redirect, because the browser does not follow it and hides its status.
            Event::EndpointAnswered(reply(300, "")),
        ] {
            let told = format!("{event:?}");
            let error = question(nth, event);
            assert_eq!(error.code, ErrorCode::Endpoint, "{told}");
            assert!(error.message.contains(doing), "{told}: {error}");
        }
    }
}

#[test]
fn a_redirecting_endpoint_is_named_and_not_retried() {
    for nth in 0..3 {
        let error = question(nth, Event::EndpointAnswered(reply(300, "")));
        assert_eq!((error.code, error.retryable), (ErrorCode::Endpoint, false));
        assert!(error.message.contains("redirects"), "{error}");
        assert!(error.message.contains("options.endpoint must be the address"), "{error}");
        assert_eq!(error.status, None, "no browser tells it");
    }
}

#[test]
fn a_completion_without_a_media_object_is_a_bad_response() {
    for (body, found) in [
        (String::new(), "nothing"),
        ("<html>".into(), "a web page"),
        ("{}".into(), "something else"),
        (json!({ "error": "out of space" }).to_string(), "out of space"),
    ] {
        let error = question(2, Event::EndpointAnswered(reply(200, body)));
        assert_eq!((error.code, error.status), (ErrorCode::BadResponse, Some(200)));
        assert!(
            error.message.contains("The app's backend") && error.message.contains(found),
            "{error}"
        );
    }
}

#[test]
fn a_redirect_of_the_host_is_named_if_no_media_object_follows() {
    let url = Some("https://login.example/".into());
    let mut driver = Driver::sending(1_000);
    driver.tell(Event::Answered(Reply { url: url.clone(), ..reply(200, "<html>") }), 1.0);
    let error = driver.error();
    assert_eq!((error.code, error.retryable), (ErrorCode::BadResponse, false));
    assert!(error.message.contains("redirected"), "{error}");
    assert!(!error.message.contains("login.example"));
    let mut driver = Driver::sending(1_000);
    driver.tell(Event::Answered(Reply { url, ..reply(200, media()) }), 1.0);
    assert_eq!(driver.result, Some(Ok(media())));
}

#[test]
fn a_forbidden_file_and_a_changed_file_have_different_messages() {
    let said = |event: Event<Value>| {
        let mut driver = Driver::new(1_000);
        driver.readable = None;
        driver.answer_target(0.0);
        driver.tell(event, 1.0);
        let error = driver.error();
        assert_eq!((error.code, error.retryable), (ErrorCode::FileUnreadable, false));
        error.message.clone()
    };
    let changed = said(Event::FileChecked { readable: false });
    let forbidden = said(Event::FileRefused { forbidden: true });
    let either = said(Event::FileRefused { forbidden: false });
    assert!(changed.contains("changed") && !changed.contains("may not"), "{changed}");
    assert!(!forbidden.contains("changed") && forbidden.contains("may not"), "{forbidden}");
    assert!(either.contains("changed") && either.contains("may not"), "{either}");
}
