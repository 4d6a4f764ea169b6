//! Resumable uploads: chunks to one URL.

use ittybit_uploader::transfer::{ErrorCode, Event, Phase, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::pieces::Pieces;
use super::{URL, media, once, reply};

const MIB: u64 = 1 << 20;

fn headers(pieces: &Pieces) -> Vec<&str> {
    pieces.sent.iter().filter_map(|sent| sent.content_range.as_deref()).collect()
}

#[test]
fn each_chunk_has_a_content_range() {
    let mut pieces = Pieces::resumable(10, &json!({ "chunk_size": 4 }), once());
    pieces.send(9);
    assert_eq!(headers(&pieces), ["bytes 0-3/10", "bytes 4-7/10", "bytes 8-9/10"]);
    assert!(pieces.sent.iter().all(|sent| sent.url == URL));
    assert_eq!(pieces.transfer.session().saved().upload_id, None);
}

#[test]
fn a_host_may_require_the_equals_form_of_the_header() {
    let target = json!({ "chunk_size": 4, "content_range": "equals" });
    let mut pieces = Pieces::resumable(5, &target, once());
    pieces.send(9);
    assert_eq!(headers(&pieces), ["bytes=0-3/5", "bytes=4-4/5"]);
}

#[test]
fn an_empty_file_is_one_empty_chunk() {
    for (form, header) in [("standard", "bytes */0"), ("equals", "bytes=*/0")] {
        let mut pieces = Pieces::resumable(0, &json!({ "content_range": form }), once());
        pieces.send(9);
        assert_eq!(headers(&pieces), [header]);
        pieces.host(0, reply(201, media()));
        assert_eq!(pieces.result, Some(Ok(media())));
    }
}

#[test]
fn a_file_of_one_byte_is_one_chunk() {
    let mut pieces = Pieces::resumable(1, &json!({}), once());
    pieces.send(9);
    assert_eq!(headers(&pieces), ["bytes 0-0/1"]);
}

#[test]
fn chunks_grow_while_the_connection_is_quick() {
    let mut pieces = Pieces::resumable(1 << 40, &json!({}), once());
    let mut sizes = vec![];
    for step in 0..5 {
        pieces.send(1);
        let range = &pieces.sent[0].range;
        sizes.push((range.end - range.start) / MIB);
        // The last chunk is slow.
        pieces.now += if step == 4 { 1_000.0 } else { 999.0 };
        pieces.host(0, reply(202, ""));
    }
    assert_eq!(sizes, [8, 16, 32, 64, 64], "to 64 MiB at most");
    pieces.send(1);
    assert_eq!(pieces.sent[0].range.end - pieces.sent[0].range.start, 64 * MIB);
}

#[test]
fn chunks_do_not_grow_while_the_connection_is_slow() {
    let mut pieces = Pieces::resumable(1 << 40, &json!({}), once());
    for _ in 0..4 {
        pieces.send(1);
        assert_eq!(pieces.sent[0].range.end - pieces.sent[0].range.start, 8 * MIB);
        pieces.now += 1_000.0;
        pieces.host(0, reply(202, ""));
    }
}

#[test]
fn no_chunk_is_larger_than_the_page_or_the_host_allows() {
    for (page, host, size) in [(None, 4, 4), (Some(3), 4, 3), (Some(7), 4, 4)] {
        let settings = Settings { chunk_size: page, ..once() };
        let mut pieces = Pieces::resumable(100, &json!({ "chunk_size": host }), settings);
        for _ in 0..4 {
            pieces.send(1);
            assert_eq!(pieces.sent[0].range.end - pieces.sent[0].range.start, size);
            pieces.host(0, reply(202, ""));
        }
    }
}

/// Sends a file to a host that accepts at most `limit` bytes at once. Returns the sizes of the chunks.
fn send_to_host_with_limit(size: u64, parallel: usize, limit: u64) -> (Pieces, Vec<u64>) {
    let mut pieces = Pieces::resumable(size, &json!({}), once());
    let (mut sizes, mut stored) = (vec![], 0);
    while pieces.result.is_none() {
        pieces.send(parallel);
        if pieces.sent.is_empty() {
            pieces.wait();
            continue;
        }
        let range = &pieces.sent[0].range;
        let bytes = range.end - range.start;
        sizes.push(bytes / MIB);
        stored += if bytes <= limit { bytes } else { 0 };
        pieces.host(
            0,
            match bytes {
                _ if stored == size => reply(201, media()),
                bytes if bytes <= limit => reply(202, ""),
                _ => reply(413, ""),
            },
        );
    }
    (pieces, sizes)
}

#[test]
fn a_chunk_that_is_too_large_is_cut_smaller_if_smaller_ones_were_stored() {
    let (pieces, sizes) = send_to_host_with_limit(70 * MIB, 1, 20 * MIB);
    assert_eq!(sizes, [8, 16, 32, 16, 16, 14], "no more is tried once it was refused");
    assert_eq!(pieces.result, Some(Ok(media())));
    let told: Vec<_> =
        pieces.announced.iter().map(|(_, delay, error)| (*delay, error.code)).collect();
    assert_eq!(told, [(0.0, ErrorCode::TooLarge)], "it costs no delay");
    let mut last = (0, 0);
    for report in &pieces.reports {
        assert!(report.attempt > last.0 || report.loaded >= last.1, "{report:?}");
        last = (report.attempt, report.loaded);
    }
}

#[test]
fn several_parallel_chunks_may_all_be_too_large() {
    for parallel in 2..6 {
        for limit in [8 * MIB, 9 * MIB, 33 * MIB] {
            let (pieces, sizes) = send_to_host_with_limit(500 * MIB, parallel, limit);
            assert_eq!(pieces.result, Some(Ok(media())), "{parallel} at a time: {sizes:?}");
        }
    }
}

#[test]
fn a_host_without_space_left_fails_the_upload() {
    // The host stores the first chunk, and nothing after it.
    let mut pieces = Pieces::resumable(100 * MIB, &json!({}), once());
    pieces.send(1);
    pieces.host(0, reply(202, ""));
    let mut refused = 0;
    while pieces.result.is_none() {
        pieces.send(1);
        if pieces.sent.is_empty() {
            pieces.wait();
        } else {
            pieces.host(0, reply(413, ""));
            refused += 1;
        }
    }
    assert_eq!((pieces.error().code, refused), (ErrorCode::TooLarge, 2));

    // If the host refuses the very first chunk, no smaller one is tried, because none was ever stored.
    let mut pieces = Pieces::resumable(100 * MIB, &json!({}), once());
    pieces.send(1);
    pieces.host(0, reply(413, ""));
    assert_eq!(pieces.error().code, ErrorCode::TooLarge);
}

#[test]
fn bytes_that_the_host_has_received_are_not_sent() {
    let target = json!({ "chunk_size": 10, "received": [[0, 9], [25, 29], [40, 40]] });
    let mut pieces = Pieces::resumable(50, &target, once());
    assert_eq!(
        (pieces.resumed.as_slice(), pieces.loaded.as_slice()),
        ([16].as_slice(), [16].as_slice())
    );
    assert_eq!(pieces.send(9), [10..20, 20..25, 30..40, 41..50]);
    assert_eq!(pieces.last().loaded, 16);
}

#[test]
fn impossible_ranges_are_ignored() {
    for received in [json!([[5, 3]]), json!([[5, 4]]), json!([[90, 200]]), json!([[200, 300]])] {
        let target = json!({ "chunk_size": 50, "received": received });
        let mut pieces = Pieces::resumable(100, &target, once());
        assert!(pieces.resumed.is_empty(), "{received}");
        assert_eq!(pieces.send(9), [0..50, 50..100], "{received}");
    }
    for received in [json!(7), json!([7]), json!([[1]]), json!([[1, 2, 3]]), json!([[-1, 2]])] {
        let pieces = Pieces::resumable(100, &json!({ "received": received }), once());
        assert_eq!(pieces.error().code, ErrorCode::BadTarget, "{received}");
    }
}

#[test]
fn bytes_listed_twice_count_once() {
    let target = json!({ "chunk_size": 50, "received": [[10, 19], [10, 19], [15, 24]] });
    let mut pieces = Pieces::resumable(100, &target, once());
    assert_eq!(pieces.resumed, [10]);
    assert_eq!(pieces.send(9), [0..10, 20..70, 70..100]);
}

#[test]
fn the_chunk_that_completes_the_file_is_answered_with_the_media_object() {
    let mut pieces = Pieces::resumable(8, &json!({ "chunk_size": 4 }), once());
    pieces.send(2);
    pieces.host(1, reply(202, json!({ "received": [[4, 7]] })));
    assert_eq!((pieces.loaded.as_slice(), pieces.last().loaded), ([0, 4].as_slice(), 4));
    pieces.host(0, reply(201, json!({ "data": media() })));
    assert_eq!(pieces.result, Some(Ok(media())));
    assert_eq!((pieces.last().phase, pieces.last().percentage), (Phase::Done, 100.0));
}

#[test]
fn any_other_answer_to_a_chunk_is_an_error() {
    for (status, body) in [(200, "<!doctype html>"), (200, ""), (201, "{}"), (204, "")] {
        let mut pieces = Pieces::resumable(8, &json!({ "chunk_size": 4 }), once());
        pieces.send(2);
        pieces.host(0, reply(status, body));
        assert_eq!(pieces.error().code, ErrorCode::BadResponse, "{status} {body}");
    }
}

#[test]
fn all_chunks_stored_without_a_media_object_is_an_error() {
    let mut pieces = Pieces::resumable(8, &json!({ "chunk_size": 4 }), once());
    pieces.send(2);
    pieces.host(0, reply(202, ""));
    pieces.host(0, reply(202, ""));
    assert_eq!(pieces.error().code, ErrorCode::BadResponse);
    let all = json!({ "received": [[0, 7]] });
    assert_eq!(Pieces::resumable(8, &all, once()).error().code, ErrorCode::BadResponse);
}

#[test]
fn an_interrupted_chunk_is_sent_again_with_the_same_range() {
    let delays = Settings { retry_delays: vec![10.0; 3], ..Settings::default() };
    let mut pieces = Pieces::resumable(100, &json!({ "chunk_size": 10 }), delays);
    pieces.send(2);
    pieces.host(1, reply(202, ""));
    pieces.lose(0);
    pieces.wait();
    assert_eq!(pieces.sent[0].range, 0..10);
    assert_eq!(pieces.send(2), [0..10, 20..30]);
    pieces.transfer.pause();
    pieces.run();
    pieces.transfer.resume(pieces.now);
    pieces.run();
    let mut again = pieces.send(2);
    again.sort_by_key(|range| range.start);
    assert_eq!(again, [0..10, 20..30]);
}

#[test]
fn an_expired_url_is_replaced_again_after_more_was_stored() {
    let mut pieces = Pieces::resumable(50, &json!({ "chunk_size": 10 }), once());
    for stored in 1..5 {
        pieces.send(1);
        pieces.host(0, reply(202, ""));
        pieces.send(1);
        pieces.host(0, reply(403, ""));
        assert_eq!((pieces.announced.len(), pieces.result.clone()), (stored, None));
        pieces.wait();
        let received = json!([[0, stored * 10 - 1]]);
        pieces.answer_resumable(&json!({ "received": received, "chunk_size": 10 }));
    }
    // Nothing more was stored since.
    pieces.send(1);
    pieces.host(0, reply(403, ""));
    assert_eq!(pieces.error().code, ErrorCode::UrlExpired);
}

#[test]
fn bytes_stored_again_are_no_progress() {
    let mut pieces = Pieces::resumable(50, &json!({ "chunk_size": 10 }), once());
    for round in 0..2 {
        assert_eq!(pieces.result, None, "round {round}");
        pieces.send(1);
        pieces.host(0, reply(202, ""));
        pieces.send(1);
        pieces.host(0, reply(410, ""));
        if round == 0 {
            pieces.wait();
            // The host has forgotten the bytes.
            pieces.answer_resumable(&json!({ "chunk_size": 10 }));
        }
    }
    assert_eq!(pieces.error().code, ErrorCode::UrlExpired);
}

#[test]
fn after_an_expired_url_only_missing_bytes_are_sent() {
    for status in [401, 403, 404, 410] {
        let mut pieces = Pieces::resumable(100, &json!({ "chunk_size": 10 }), once());
        pieces.send(2);
        pieces.host(0, reply(202, ""));
        pieces.host(0, reply(status, ""));
        assert_eq!((pieces.announced.len(), pieces.announced[0].1), (1, 0.0));
        pieces.wait();
        pieces.answer_resumable(&json!({ "received": [[0, 9]], "chunk_size": 10 }));
        assert_eq!(pieces.resumed, [10]);
        pieces.send(1);
        assert_eq!(pieces.sent[0].range, 10..20);
        pieces.host(0, reply(status, ""));
        assert_eq!(pieces.error().code, ErrorCode::UrlExpired);
    }
}

#[test]
fn late_events_of_an_answered_chunk_change_nothing() {
    let mut pieces = Pieces::resumable(100, &json!({ "chunk_size": 10 }), once());
    pieces.send(2);
    let sent = pieces.host(0, reply(202, ""));
    let reports = pieces.reports.len();
    pieces.tell(sent.ticket, Event::BytesSent { sent: 10, total: 10 });
    pieces.tell(sent.ticket, Event::Answered(reply(201, media())));
    pieces.tell(sent.ticket, Event::ConnectionLost);
    assert_eq!((pieces.reports.len(), pieces.result.clone()), (reports, None));
}

proptest! {
    #[test]
    fn for_any_received_ranges_the_rest_is_sent_once(
        size in 0_u64..60,
        received in prop::collection::vec((0_u64..70, 0_u64..70), 0..6),
    ) {
        let target = json!({ "chunk_size": 7, "received": received });
        let mut pieces = Pieces::resumable(size, &target, once());
        if pieces.result.is_some() {
            return Ok(());
        }
        let from = pieces.resumed.first().copied().unwrap_or(0);
        let mut ranges = pieces.send(99);
        ranges.sort_by_key(|range| range.start);
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let bytes: u64 = ranges.iter().map(|range| range.end - range.start).sum();
        prop_assert_eq!(bytes + from, size);
    }
}

#[test]
fn a_target_is_read_strictly() {
    for more in [json!({ "chunk_size": 0 }), json!({ "chunk_size": "5" }), json!({ "url": 7 })] {
        let pieces = Pieces::resumable(10, &more, once());
        assert_eq!(pieces.error().code, ErrorCode::BadTarget, "{more}");
    }
    let none = Value::Null;
    let pieces = Pieces::resumable(10, &json!({ "chunk_size": none, "received": none }), once());
    assert!(pieces.result.is_none());
}
