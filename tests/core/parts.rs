//! Multipart uploads: each part has a URL that the backend signs.
#![allow(clippy::single_range_in_vec_init, reason = "a list of one range is meant")]

use crate::crc32c;
use ittybit_uploader::transfer::checksums::Checksums;
use ittybit_uploader::transfer::{ErrorCode, Phase, Question, Reply, Settings};
use serde_json::{Value, json};

use super::pieces::{Pieces, saved};
use super::{media, once, reply};

fn retrying() -> Settings {
    Settings { retry_delays: vec![100.0, 1_000.0], ..Settings::default() }
}

fn numbers(pieces: &Pieces) -> Vec<u64> {
    pieces.sent.iter().map(|sent| sent.range.start / 10 + 1).collect()
}

#[test]
fn a_part_is_hashed_then_signed_then_sent_with_the_signed_headers() {
    let mut pieces = Pieces::multipart(25, 10, once());
    let saved = pieces.transfer.session().saved();
    assert_eq!((saved.upload_id.as_deref(), saved.part_size), (Some("up 1"), 10));
    pieces.fill(1);
    assert_eq!(pieces.hashed, [0..10]);
    let checksum = crc32c::to_base64(0);
    assert_eq!(pieces.asked[0].1, Question::Part { number: 1, checksum: Some(checksum.clone()) });
    let headers = json!({ "x-amz-checksum-crc32c": "AAAAAA==", "x-other": "1" });
    let others = json!({ "part_number": 7, "url": "https://store.example/7" });
    let part = json!({ "part_number": 1, "url": "https://store.example/1", "headers": headers });
    pieces.answer(200, json!({ "data": { "parts": [others, part] }, "error": null }));
    assert_eq!(pieces.sent[0].url, "https://store.example/1");
    assert_eq!(pieces.sent[0].headers, Some(headers));
    assert_eq!(pieces.sent[0].range, 0..10);
    pieces.store(0);
    assert_eq!(pieces.parts()[&1], ("\"0\"".into(), Some(checksum)));
    assert_eq!(pieces.loaded, [0, 10]);
}

/// Returns uploads whose checksum the backend names: in a target, and for an upload that was begun.
fn verified_by(said: &Value) -> [Pieces; 2] {
    let mut new = Pieces::new(25, once());
    let target =
        json!({ "protocol": "multipart", "upload_id": "up 1", "part_size": 10, "checksums": said });
    new.answer(200, target);
    let mut begun = Pieces::after(vec![saved(10)], 25, once());
    begun.answer(200, json!({ "parts": [], "checksums": said }));
    [new, begun]
}

#[test]
fn the_backend_names_the_checksum_of_parts() {
    for (said, by) in [
        (json!("md5"), Checksums::Md5),
        (json!("crc32c"), Checksums::Crc32c),
        (Value::Null, Checksums::Crc32c),
    ] {
        for mut pieces in verified_by(&said) {
            pieces.fill(1);
            assert_eq!((pieces.hashed.as_slice(), pieces.hashed_by), (&[0..10][..], by), "{said}");
        }
    }
}

#[test]
fn without_a_checksum_parts_are_not_read_before_they_are_sent() {
    for mut pieces in verified_by(&json!("none")) {
        pieces.fill(1);
        assert!(pieces.hashed.is_empty());
        assert_eq!(pieces.asked[0].1, Question::Part { number: 1, checksum: None });
        pieces.sign();
        pieces.store(0);
        assert_eq!(pieces.parts()[&1].1, None);
    }
}

#[test]
fn an_unknown_checksum_is_a_bad_target() {
    for said in [json!("sha256"), json!(""), json!(1), json!(["md5"])] {
        for pieces in verified_by(&said) {
            let Some(Err(error)) = pieces.result else { panic!("{said}") };
            assert_eq!(error.code, ErrorCode::BadTarget);
            assert!(error.message.contains("`checksums` must be `crc32c`, `md5` or `none`"));
        }
    }
}

#[test]
fn the_upload_is_completed_once_all_parts_are_stored() {
    let mut pieces = Pieces::multipart(25, 10, once());
    assert_eq!(pieces.send(9), [0..10, 10..20, 20..25]);
    for index in [1, 1, 0] {
        assert!(pieces.asked.is_empty());
        pieces.store(index);
    }
    assert_eq!(pieces.asked[0].1, Question::Complete);
    assert_eq!((pieces.last().phase, pieces.last().percentage), (Phase::Processing, 99.0));
    pieces.answer(201, json!({ "data": media() }));
    assert_eq!(pieces.result, Some(Ok(media())));
}

#[test]
fn an_empty_file_has_one_empty_part() {
    let mut pieces = Pieces::multipart(0, 10, once());
    assert_eq!(pieces.send(9), [0..0]);
    pieces.store(0);
    pieces.answer(200, media());
    assert_eq!((pieces.result.clone(), pieces.parts().len()), (Some(Ok(media())), 1));
}

#[test]
fn the_answer_with_a_parts_url_is_read_strictly() {
    for parts in [
        json!([]),
        json!({}),
        json!([{ "part_number": 2, "url": "https://store.example/2" }]),
        json!([{ "part_number": 1 }]),
        json!([{ "part_number": 1, "url": "http://store.example/1" }]),
        json!([{ "part_number": 1, "url": "javascript:alert(1)" }]),
    ] {
        let mut pieces = Pieces::multipart(25, 10, once());
        pieces.fill(1).answer(200, json!({ "parts": parts }));
        assert_eq!(pieces.error().code, ErrorCode::BadTarget, "{parts}");
    }
}

#[test]
fn the_target_is_read_strictly() {
    for target in [
        json!({ "protocol": "multipart", "part_size": 10 }),
        json!({ "protocol": "multipart", "upload_id": "u" }),
        json!({ "protocol": "multipart", "upload_id": "u", "part_size": 0 }),
        json!({ "protocol": "multipart", "upload_id": "u", "part_size": -1 }),
    ] {
        let mut pieces = Pieces::new(25, once());
        pieces.answer(200, &target);
        assert_eq!(pieces.error().code, ErrorCode::BadTarget, "{target}");
    }
    let too_many = Pieces::multipart(10_001, 1, once());
    assert_eq!(too_many.error().code, ErrorCode::BadTarget);
    assert!(Pieces::multipart(10_000, 1, once()).result.is_none());
}

#[test]
fn an_etag_that_the_page_cannot_read_is_an_error() {
    let mut pieces = Pieces::multipart(25, 10, retrying());
    pieces.send(1);
    pieces.host(0, reply(200, ""));
    let error = pieces.error();
    assert_eq!((error.code, error.retryable), (ErrorCode::BadResponse, false));
    assert!(error.message.contains("CORS") && error.message.contains("ETag"), "{error}");
}

#[test]
fn a_part_that_arrived_corrupted_is_sent_again() {
    for code in ["BadDigest", "InvalidDigest"] {
        let mut pieces = Pieces::multipart(25, 10, retrying());
        pieces.send(2);
        pieces.host(0, reply(400, format!("<Error><Code>{code}</Code></Error>")));
        assert_eq!(pieces.announced.len(), 1);
        assert_eq!(numbers(&pieces), [2], "the other goes on");
        pieces.wait();
        pieces.send(2);
        assert_eq!(pieces.hashed, [0..10, 10..20, 0..10], "it is read again");
        assert_eq!(numbers(&pieces), [2, 1]);
    }
    let mut pieces = Pieces::multipart(25, 10, retrying());
    pieces.send(1);
    pieces.host(0, reply(400, "<Error><Code>InvalidRequest</Code></Error>"));
    assert_eq!(pieces.error().code, ErrorCode::Rejected);
}

#[test]
fn an_expired_part_url_is_replaced_then_the_upload_then_it_fails() {
    let mut pieces = Pieces::multipart(25, 10, once());
    pieces.send(2);
    pieces.store(1);
    // One new URL for the part, which costs no retry.
    pieces.host(0, reply(403, ""));
    assert_eq!((pieces.announced[0].1, pieces.aborts.len()), (0.0, 0));
    pieces.wait();
    pieces.send(1);
    assert_eq!(pieces.sent[0].range, 0..10);
    // Then a new upload.
    pieces.host(0, reply(403, ""));
    assert_eq!((pieces.announced[1].1, pieces.aborts.len()), (0.0, 1));
    assert_eq!((pieces.last().loaded, pieces.last().attempt), (0, 3));
    pieces.wait();
    assert_eq!(pieces.asked[0].1, Question::Target);
    pieces.answer_multipart("up 2", 10);
    pieces.send(1);
    // One new URL for the part, and no further one.
    pieces.host(0, reply(403, ""));
    pieces.wait();
    pieces.send(1);
    pieces.host(0, reply(403, ""));
    assert_eq!((pieces.error().code, pieces.error().attempt), (ErrorCode::UrlExpired, 4));
}

#[test]
fn an_upload_that_is_gone_is_replaced_again_only_after_more_was_stored() {
    let mut pieces = Pieces::multipart(35, 10, once());
    for (upload, stored) in [("up 2", 1), ("up 3", 2), ("", 2)] {
        for _ in 0..stored {
            pieces.send(1);
            pieces.store(0);
        }
        assert_eq!(pieces.result, None);
        // The backend does not know the upload, and says so twice.
        pieces.fill(1).answer(404, "");
        pieces.wait();
        pieces.answer(404, "");
        if !upload.is_empty() {
            pieces.wait();
            pieces.answer_multipart(upload, 10);
        }
    }
    assert_eq!((pieces.error().code, pieces.aborts.len()), (ErrorCode::UrlExpired, 2));
}

#[test]
fn each_part_gets_one_new_url_without_a_retry() {
    let mut pieces = Pieces::multipart(25, 10, once());
    for _ in 0..3 {
        pieces.send(1);
        pieces.host(0, reply(403, ""));
        pieces.wait();
        pieces.send(1);
        pieces.store(0);
    }
    assert_eq!((pieces.aborts.len(), pieces.parts().len()), (0, 3));
}

#[test]
fn a_new_upload_replaces_one_that_is_gone() {
    for status in [404, 410] {
        // The backend says so when asked to list the parts, to sign one, and to complete the upload.
        let mut pieces = Pieces::after(vec![saved(10)], 5, once());
        pieces.answer(status, "");
        assert_eq!((pieces.aborts.len(), pieces.announced[0].1), (1, 0.0));
        pieces.wait();
        assert_eq!(pieces.asked[0].1, Question::Target);

        let mut pieces = Pieces::multipart(5, 10, once());
        pieces.send(1);
        pieces.store(0);
        assert_eq!(pieces.answer(status, ""), Question::Complete);
        assert_eq!((pieces.aborts.len(), pieces.parts().len()), (1, 0));
        pieces.wait();
        assert_eq!(pieces.asked[0].1, Question::Target);

        let mut pieces = Pieces::multipart(5, 10, once());
        pieces.fill(1).answer(status, "");
        pieces.wait();
        pieces.fill(1).answer(status, "");
        assert_eq!(pieces.aborts.len(), 1);
        pieces.wait();
        assert_eq!(pieces.asked[0].1, Question::Target);
        pieces.answer_multipart("up 2", 10);
        assert_eq!(pieces.send(1), [0..5]);
    }
}

fn listed(number: u64, size: u64) -> Value {
    json!({ "part_number": number, "size": size, "etag": format!("\"{number}\"") })
}

#[test]
fn stored_parts_are_not_sent_again() {
    let parts = json!([listed(3, 5), listed(1, 10)]);
    let mut pieces = Pieces::begun(25, 10, parts, once());
    assert_eq!((pieces.resumed.clone(), pieces.loaded.clone()), (vec![15], vec![15]));
    assert_eq!(pieces.last().loaded, 15);
    assert!(pieces.parts().keys().copied().eq([1, 3]));
    assert_eq!(pieces.send(9), [10..20]);
    pieces.store(0);
    assert_eq!(pieces.asked[0].1, Question::Complete);
}

#[test]
fn if_all_parts_are_stored_the_upload_is_completed_at_once() {
    let parts = json!([listed(1, 10), listed(2, 10)]);
    let mut pieces = Pieces::begun(20, 10, parts, once());
    assert_eq!(pieces.answer(200, media()), Question::Complete);
    assert_eq!(pieces.result, Some(Ok(media())));
    let mut empty = Pieces::begun(0, 10, json!([listed(1, 0)]), once());
    assert_eq!(empty.answer(200, media()), Question::Complete);
}

#[test]
fn parts_of_an_unexpected_size_or_number_are_sent_again() {
    for part in [
        listed(1, 9),
        listed(1, 11),
        listed(3, 10),
        listed(0, 10),
        listed(4, 0),
        listed(4, 10),
        listed(1 << 50, 10),
        json!({ "part_number": 1, "size": 10 }),
        json!({ "size": 10, "etag": "e" }),
        json!({ "part_number": "1", "size": 10, "etag": "e" }),
        json!(7),
    ] {
        let mut pieces = Pieces::begun(25, 10, json!([part]), once());
        assert!(pieces.resumed.is_empty() && pieces.parts().is_empty(), "{part}");
        assert_eq!(pieces.send(9).len(), 3, "{part}");
    }
    // A file that fills its last part has no empty part after it.
    let pieces = Pieces::begun(20, 10, json!([listed(3, 0)]), once());
    assert!(pieces.parts().is_empty());
}

#[test]
fn a_part_listed_twice_counts_once() {
    let parts = json!([listed(2, 10), listed(2, 10)]);
    let mut pieces = Pieces::begun(25, 10, parts, once());
    assert_eq!(pieces.resumed, [10]);
    assert_eq!(pieces.send(9), [0..10, 20..25]);
}

#[test]
fn an_answer_without_a_list_of_parts_fails_the_upload() {
    let mut pieces = Pieces::after(vec![saved(10)], 25, once());
    pieces.answer(200, "{}");
    assert_eq!(pieces.error().code, ErrorCode::BadTarget);
}

#[test]
fn completion_is_retried_by_itself() {
    let mut pieces = Pieces::multipart(5, 10, retrying());
    pieces.send(1);
    pieces.store(0);
    assert_eq!(pieces.answer(503, ""), Question::Complete);
    pieces.wait();
    assert_eq!(pieces.answer(200, "{}"), Question::Complete);
    let error = pieces.error();
    assert_eq!((error.code, error.attempt, pieces.hashed.len()), (ErrorCode::BadResponse, 2, 1));
}

#[test]
fn a_stores_retry_after_is_honoured() {
    let mut pieces = Pieces::multipart(25, 10, retrying());
    pieces.send(1);
    pieces.host(0, Reply { retry_after: Some(7_000.0), ..reply(503, "SlowDown") });
    assert_eq!(pieces.announced[0].1, 7_000.0);
}

#[test]
fn a_part_that_is_too_large_is_not_cut_smaller() {
    let mut pieces = Pieces::multipart(25, 10, once());
    pieces.send(3);
    pieces.store(2);
    pieces.host(0, reply(413, ""));
    assert_eq!(pieces.error().code, ErrorCode::TooLarge);
}
