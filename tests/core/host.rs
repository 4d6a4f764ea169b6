//! Reading the host's answer to an upload.

use ittybit_uploader::transfer::{ErrorCode, Event};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Driver, URL, media, reply};

fn after(status: u16, body: impl ToString) -> Driver {
    let mut driver = Driver::sending(1_000);
    driver.tell(Event::Answered(reply(status, body)), 1.0);
    driver
}

#[test]
fn every_envelope_gives_the_media_object_exactly_as_received() {
    for body in [
        media(),
        json!({ "data": media() }),
        json!({ "meta": { "request_id": "r" }, "data": media(), "error": null, "links": {} }),
        // PHP encodes an empty error as an empty array.
        json!({ "data": media(), "error": [] }),
    ] {
        for status in [200, 201] {
            assert_eq!(after(status, &body).result, Some(Ok(media())), "{body}");
        }
    }
}

#[test]
fn a_success_status_without_a_media_object_is_an_error() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "42",
        "\"med_1\"",
        "<!doctype html><title>Sign in</title>",
        "{\"id\":\"med_1\"",
        "[{\"id\":\"med_1\"}]",
        "{\"data\":[{\"id\":\"med_1\"}]}",
        "{\"data\":null}",
        "{\"message\":\"all is well\"}",
        "{\"id\":7}",
        "{\"error\":{\"message\":\"no\"},\"data\":{\"id\":\"med_1\"}}",
        "{\"error\":\"no\",\"id\":\"med_1\"}",
    ] {
        let driver = after(200, body);
        assert_eq!(driver.code(), ErrorCode::BadResponse, "{body}");
        assert!(!driver.error().retryable);
        assert!(driver.reports.iter().all(|report| report.percentage < 100.0));
    }
}

#[test]
fn the_hosts_message_is_found_in_every_field() {
    for body in [
        json!({ "error": "not signed in" }),
        json!({ "error": { "message": "not signed in" } }),
        json!({ "message": "not signed in" }),
        json!({ "detail": "not signed in" }),
    ] {
        assert_eq!(after(400, body).error().detail.as_deref(), Some("not signed in"));
    }
}

#[test]
fn the_error_names_a_web_page_or_an_empty_answer() {
    assert!(after(200, "<html>").error().message.contains("a web page"));
    assert!(after(200, " ").error().message.contains("nothing"));
}

#[test]
fn statuses_become_codes() {
    use ErrorCode::{BadResponse, Rejected, Server, TooLarge};
    for (status, code, retryable) in [
        (304, BadResponse, false),
        (400, Rejected, false),
        (408, Rejected, true),
        (413, TooLarge, false),
        (415, Rejected, false),
        (422, Rejected, false),
        (425, Rejected, true),
        (429, Rejected, true),
        (500, Server, true),
        (501, Server, false),
        (502, Server, true),
        (503, Server, true),
        (504, Server, true),
    ] {
        let driver = after(status, "");
        let error = driver.error();
        assert_eq!((error.code, error.retryable), (code, retryable), "{status}");
        assert_eq!(error.status, Some(status));
    }
}

#[test]
fn the_error_has_the_hosts_message_from_every_envelope() {
    for body in [
        json!({ "error": "out of space" }),
        json!({ "error": { "message": "out of space" } }),
        json!({ "message": "out of space" }),
        json!({ "kind": "limit", "message": "out of space" }),
        json!({ "meta": {}, "data": null, "error": { "message": "out of space" }, "links": {} }),
    ] {
        let driver = after(422, &body);
        assert!(driver.error().message.contains("out of space"), "{body}");
        assert_eq!(driver.error().detail.as_deref(), Some("out of space"));
    }
}

#[test]
fn no_message_contains_the_upload_url() {
    for words in [
        format!("cannot store at {URL}"),
        format!("cannot store at '{URL}', sorry"),
        "key 3f9c2ab17d5e4c60 was used".to_string(),
    ] {
        for status in [200, 400, 500] {
            let driver = after(status, json!({ "error": { "message": words } }));
            let shown = format!("{:?}", driver.error());
            assert!(!shown.contains("3f9c2ab17d5e4c60"), "{shown}");
            assert!(!shown.contains("store.example"), "{shown}");
        }
    }
}

proptest! {
    #[test]
    fn any_answer_ends_the_upload_and_only_a_media_object_is_a_success(
        status in 100_u16..600,
        body in prop_oneof![any::<String>(), json_text()],
    ) {
        prop_assume!(!matches!(status, 401 | 403 | 404 | 410));
        let driver = after(status, &body);
        match driver.result.expect("an answer ends it") {
            Ok(media) => {
                prop_assert!((200..300).contains(&status));
                let sent: Value = serde_json::from_str(&body).expect("a success is JSON");
                prop_assert!(media["id"].is_string());
                prop_assert!(media == sent || media == sent["data"]);
            }
            Err(error) => prop_assert_eq!(error.attempt, 1),
        }
    }
}

fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z]{0,5}".prop_map(Value::from),
    ];
    let key = prop_oneof!["id", "data", "error", "message", "[a-z]{1,4}"];
    leaf.prop_recursive(3, 20, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
    .prop_map(|value| value.to_string())
}
