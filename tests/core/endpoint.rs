//! Reads the answer of the app's backend.

use std::rc::Rc;

use ittybit_uploader::transfer::{Action, ErrorCode, Event, Settings, Transfer};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Driver, URL, file, once, reply};

fn after(status: u16, body: impl ToString) -> Driver {
    let mut driver = Driver::new(1_000);
    driver.tell(Event::EndpointAnswered(reply(status, body)), 0.0);
    driver
}

/// Returns whether a page on `http:`, or else on `https:`, sends a file to `url`.
fn accepts(url: &str, http_page: bool) -> bool {
    let settings = Settings { http_loopback: http_page, ..once() };
    let mut transfer = Transfer::<Value>::new(Rc::new(file(1)), Rc::new(settings), 1, 0);
    transfer.start(0.0);
    transfer.handle(1, Event::EndpointReturned(json!(url)), 0.0);
    std::iter::from_fn(|| transfer.poll()).any(|action| matches!(action, Action::Check { .. }))
}

#[test]
fn targets_come_bare_or_in_an_envelope() {
    for body in [
        json!({ "url": URL }),
        json!({ "url": URL, "protocol": "simple", "something": ["else"] }),
        json!({ "data": { "url": URL }, "error": null }),
        json!({ "meta": {}, "data": { "url": URL, "protocol": null }, "error": null, "links": {} }),
        json!(URL),
    ] {
        assert_eq!(after(200, &body).sent_to, [URL], "{body}");
        assert_eq!(after(201, &body).sent_to, [URL], "{body}");
    }
}

#[test]
fn an_error_says_which_part_of_a_target_is_wrong() {
    for (body, part) in [
        ("", "empty"),
        ("<!doctype html>", "web page"),
        ("ok", "not JSON"),
        ("null", "neither an object nor a URL"),
        ("[]", "neither an object nor a URL"),
        ("{\"data\":[]}", "neither an object nor a URL"),
        ("{}", "no `url`"),
        ("{\"url\":null}", "no `url`"),
        ("{\"url\":7}", "`url` is not a string"),
        ("{\"url\":\"\"}", "`url` is not an absolute https URL"),
        ("{\"url\":\"https://\"}", "no host"),
        ("{\"url\":\"https://a\",\"protocol\":1}", "`protocol` is not a string"),
        ("{\"url\":\"https://a\",\"protocol\":\"ftp\"}", "`protocol` is not one"),
        ("{\"media\":{}}", "`media` is no media object"),
        ("{\"media\":\"med_1\"}", "`media` is no media object"),
    ] {
        let driver = after(200, body);
        assert_eq!(driver.code(), ErrorCode::BadTarget, "{body}");
        assert!(driver.error().message.contains(part), "{body}: {}", driver.error());
        assert!(driver.sent_to.is_empty());
    }
}

#[test]
fn a_refusal_has_the_backends_message() {
    for (status, code, retryable) in [
        (400, ErrorCode::Endpoint, false),
        (401, ErrorCode::Endpoint, false),
        (403, ErrorCode::Endpoint, false),
        (413, ErrorCode::TooLarge, false),
        (429, ErrorCode::Endpoint, true),
        (500, ErrorCode::Endpoint, true),
        (503, ErrorCode::Endpoint, true),
    ] {
        let driver = after(status, json!({ "error": { "message": "films only" } }));
        let error = driver.error();
        assert_eq!((error.code, error.retryable), (code, retryable), "{status}");
        assert_eq!(error.status, Some(status));
        assert!(error.message.contains("films only"));
    }
    let driver = after(200, json!({ "data": null, "error": "films only" }));
    assert_eq!(driver.code(), ErrorCode::Endpoint);
    assert!(driver.error().message.contains("films only"));
}

#[test]
fn files_go_over_https_or_to_a_loopback_address_in_development() {
    for url in [
        "https://store.example/a?b=c",
        "HTTPS://store.example",
        "https://store.example:8443/ключ",
        "https://[2001:db8::1]/",
        "https://localhost/",
    ] {
        assert!(accepts(url, false) && accepts(url, true), "{url}");
    }
    for url in [
        "http://localhost:8081/store",
        "http://LOCALHOST/",
        "http://app.localhost/",
        "http://127.0.0.1:1/",
        "http://127.8.9.10/",
        "http://[::1]:8081/",
    ] {
        assert!(accepts(url, true), "{url}");
        assert!(!accepts(url, false), "{url} from an https page");
    }
    for url in [
        "http://store.example/",
        "http://127.0.0.1.example/",
        "http://127.0.0/",
        "http://127.0.0.1.1/",
        "http://localhost.example/",
        "http://notlocalhost/",
        "http://localhost@store.example/",
        "http://localhost\\@store.example/",
        "http://store.example#.localhost",
        "http://[::2]/",
        "https://user:password@store.example/",
        "https:///path",
        "https:store.example",
        "https:/store.example",
        "//store.example/",
        "/store",
        "store",
        " https://store.example/",
        "https://store.example/a b",
        "https://store.example/\n",
        "ht\ntps://store.example/",
        "javascript:alert(1)",
        "javascript://store.example/%0aalert(1)",
        "data:text/plain,a",
        "file:///etc/passwd",
        "blob:https://app.example/1",
        "ftp://store.example/",
        "ws://localhost/",
    ] {
        assert!(!accepts(url, true) && !accepts(url, false), "{url}");
    }
}

proptest! {
    #[test]
    fn no_other_scheme_gets_a_file(scheme in "[a-zA-Z+.-]{0,12}", rest in "[ -~]{0,30}") {
        prop_assume!(!scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http"));
        let direct = format!("{scheme}://{rest}");
        let opaque = format!("{scheme}:{rest}");
        prop_assert!(!accepts(&direct, true));
        // An opaque URL with `://` further on is refused too.
        prop_assert!(!accepts(&opaque, true));
    }

    #[test]
    fn any_answer_leads_to_a_request_or_an_error(status in 100_u16..600, body: String) {
        let driver = after(status, body);
        prop_assert_eq!(driver.sent_to.is_empty(), driver.result.is_some());
    }

    #[test]
    fn no_message_contains_the_upload_url(scheme in "http|ftp|javascript", key in "[a-z0-9]{20}") {
        let url = format!("{scheme}://store.example/{key}");
        let driver = after(200, json!({ "url": url }));
        prop_assert_eq!(driver.code(), ErrorCode::BadTarget);
        prop_assert!(!driver.error().message.contains(&key));
    }
}
