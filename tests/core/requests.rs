//! Requests to the app's backend: their URLs and bodies.

use ittybit_uploader::transfer::{Method, Question, Request, Settings, abort_retry};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::pieces::{ORIGIN, Pieces};
use super::{media, once};

fn body(request: &Request) -> Value {
    request.body.as_deref().map_or(Value::Null, |body| serde_json::from_str(body).expect("JSON"))
}

fn last(pieces: &Pieces) -> &Request {
    pieces.requests.last().expect("the backend is asked")
}

#[test]
fn the_request_for_a_target_describes_the_file() {
    let props = Some(json!({ "album": "\"7\"" }).to_string());
    let pieces = Pieces::new(25, Settings { props, ..once() });
    let request = last(&pieces);
    assert_eq!((request.method, request.key.as_str()), (Method::Post, "key"));
    assert_eq!(request.url, Some(format!("{ORIGIN}/api/uploads")));
    assert_eq!(
        body(request),
        json!({ "filename": "clip.mp4", "filesize": 25, "type": "video/mp4", "props": { "album": "\"7\"" } }),
    );
    let without = Pieces::new(25, once());
    assert_eq!(
        last(&without).body.as_deref(),
        Some(r#"{"filename":"clip.mp4","filesize":25,"type":"video/mp4"}"#),
    );
}

#[test]
fn requests_about_parts_go_below_the_uploads_url() {
    let mut pieces = Pieces::multipart(15, 10, once());
    pieces.fill(1);
    let sign = last(&pieces).clone();
    assert_eq!(sign.method, Method::Post);
    assert_eq!(sign.url, Some(format!("{ORIGIN}/api/uploads/up%201/parts")));
    let checksum = crate::crc32c::to_base64(0);
    assert_eq!(body(&sign), json!({ "parts": [{ "part_number": 1, "checksum": checksum }] }));
    pieces.send(2);
    pieces.store(1);
    pieces.store(0);
    let complete = last(&pieces).clone();
    assert_eq!((complete.method, complete.question.clone()), (Method::Post, Question::Complete));
    assert_eq!(complete.url, Some(format!("{ORIGIN}/api/uploads/up%201/complete")));
    let second = crate::crc32c::to_base64(10);
    assert_eq!(
        body(&complete),
        json!({ "parts": [
            { "part_number": 1, "etag": "\"0\"", "checksum": checksum },
            { "part_number": 2, "etag": "\"10\"", "checksum": second },
        ] }),
        "in the order of the numbers",
    );
    pieces.answer(200, media());
    assert!(pieces.requests.iter().all(|request| request.key == "key"), "one key for the file");
}

#[test]
fn an_upload_is_aborted_at_its_own_url() {
    let mut pieces = Pieces::multipart(5, 10, once());
    pieces.fill(1).answer(404, "");
    pieces.wait();
    pieces.fill(1).answer(404, "");
    let request = *pieces.aborts[0].request.clone().expect("it was begun");
    assert_eq!((request.method.as_str(), request.body), ("DELETE", None));
    assert_eq!(request.url, Some(format!("{ORIGIN}/api/uploads/up%201")));
}

#[test]
fn an_id_is_escaped_as_one_segment_and_the_query_is_kept() {
    for (endpoint, id, expected) in [
        ("https://app.example/api", "a/../b", "https://app.example/api/a%2F..%2Fb/parts"),
        ("https://app.example/api/", "?x#y", "https://app.example/api/%3Fx%23y/parts"),
        ("https://app.example/api?t=a/b", "é", "https://app.example/api/%C3%A9/parts?t=a/b"),
        ("https://app.example/?t=1#top", "v2.A-z_~", "https://app.example/v2.A-z_~/parts?t=1"),
    ] {
        let settings = Settings { origins: ORIGIN.into(), ..once() };
        let mut pieces = Pieces::asking(endpoint, settings);
        pieces.answer_multipart(id, 10);
        pieces.fill(1);
        assert_eq!(last(&pieces).url.as_deref(), Some(expected));
    }
}

#[test]
fn aborting_is_retried_until_success_or_a_permanent_refusal() {
    for status in [200, 204, 301, 400, 401, 403, 404, 410, 501] {
        assert_eq!(abort_retry(1, status), None, "{status}");
    }
    for status in [0, 408, 425, 429, 500, 502, 503, 504] {
        let waits = (1..9).map_while(|tries| abort_retry(tries, status));
        assert!(waits.eq([1_000.0, 5_000.0, 20_000.0]), "{status}");
    }
}

proptest! {
    #[test]
    fn any_name_and_type_arrive_unchanged(name in "\\PC{0,20}|[\\x00-\\x7f]{0,20}", mime in "[\\x00-\\x7f]{0,9}") {
        let pieces = Pieces::named(&name, &mime);
        let body = body(last(&pieces));
        prop_assert_eq!((&body["filename"], &body["type"]), (&json!(name), &json!(mime)));
    }
}
