//! Properties of pieces of any size, in any order and with any failures: they make up the file, each byte once.

use std::ops::Range;

use ittybit_uploader::transfer::{Progress, Question, Settings};
use proptest::prelude::*;
use serde_json::json;

use super::pieces::Pieces;
use super::{media, reply};

/// What happens to a piece.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Stored,
    Lost,
    Busy,
    PausedMeanwhile,
}

fn fates() -> impl Strategy<Value = Vec<(Fate, usize)>> {
    let fate = prop_oneof![
        4 => Just(Fate::Stored),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Busy),
        1 => Just(Fate::PausedMeanwhile),
    ];
    prop::collection::vec((fate, any::<usize>()), 0..60)
}

/// Gives each piece its fate, then stores the remaining ones.
fn run_through(pieces: &mut Pieces, size: u64, limit: usize, fates: Vec<(Fate, usize)>) {
    let is_chunked = pieces.transfer.session().saved().upload_id.is_none();
    let mut stored: Vec<Range<u64>> = Vec::new();
    let mut fates = fates.into_iter();
    while pieces.result.is_none() {
        pieces.send(limit);
        assert!(pieces.transfer.pieces() <= limit);
        if pieces.sent.is_empty() {
            if matches!(pieces.asked.first(), Some((_, Question::Complete))) {
                pieces.answer(200, media());
            } else {
                pieces.wait();
            }
            continue;
        }
        let (fate, choice) = fates.next().unwrap_or((Fate::Stored, 0));
        let index = choice % pieces.sent.len();
        let range = pieces.sent[index].range.clone();
        let overlaps = |other: &Range<u64>| other.start < range.end && range.start < other.end;
        assert!(!stored.iter().any(overlaps), "{range:?} is stored, and sent again");
        match fate {
            Fate::Stored => {
                stored.push(range);
                let bytes: u64 = stored.iter().map(|range| range.end - range.start).sum();
                if !is_chunked {
                    pieces.store(index);
                } else if bytes == size {
                    pieces.host(index, reply(201, media()));
                } else {
                    pieces.host(index, reply(202, ""));
                }
                assert!(pieces.result.is_some() || pieces.loaded.last() == Some(&bytes));
            }
            Fate::Lost => {
                pieces.lose(index);
            }
            Fate::Busy => {
                pieces.host(index, reply(503, ""));
            }
            Fate::PausedMeanwhile => {
                pieces.transfer.pause();
                pieces.run();
                pieces.transfer.resume(pieces.now);
                pieces.run();
            }
        }
    }
    assert_eq!(pieces.result, Some(Ok(media())));
    stored.sort_by_key(|range| range.start);
    let end = stored.iter().fold(0, |end, range| {
        assert_eq!(range.start, end, "each byte once, in order");
        range.end
    });
    assert_eq!((end, stored.is_empty()), (size, false));
    let is_steady = |pair: &[Progress]| {
        pair[0].attempt < pair[1].attempt
            || (pair[0].attempt == pair[1].attempt && pair[0].loaded <= pair[1].loaded)
    };
    assert!(pieces.reports.windows(2).all(is_steady), "progress goes back");
}

/// Returns settings with more retries than a test has failures.
fn patient() -> Settings {
    Settings { retry_delays: vec![10.0; 100], ..Settings::default() }
}

proptest! {
    #[test]
    fn chunks_of_any_size_in_any_order_make_up_the_file_once(
        size in 0_u64..500, chunk in 1_u64..120, own: bool, limit in 1_usize..6, fates in fates(),
    ) {
        let chunk_size = own.then_some(chunk);
        let settings = Settings { chunk_size, ..patient() };
        let mut pieces = Pieces::resumable(size, &json!({ "chunk_size": chunk }), settings);
        run_through(&mut pieces, size, limit, fates);
    }

    #[test]
    fn parts_of_any_size_in_any_order_make_up_the_file_once(
        size in 0_u64..500, part in 1_u64..120, limit in 1_usize..6, fates in fates(),
    ) {
        let mut pieces = Pieces::multipart(size, part, patient());
        run_through(&mut pieces, size, limit, fates);
        let count = size.div_ceil(part).max(1) as u32;
        prop_assert!(pieces.parts().keys().copied().eq(1..=count), "{:?}", pieces.parts());
    }
}
