//! What a screen reader says of the whole.

use ittybit_uploader::widget::news::{News, Said};
use ittybit_uploader::widget::tally::{State, Tally};
use proptest::prelude::*;

use super::tally::tally;

/// What is said of one thing after the other: the files, and how far all are.
fn said(steps: &[(&str, f64)]) -> Vec<Option<Said>> {
    let mut news = News::default();
    steps.iter().map(|(files, percentage)| news.next(&tally(files), *percentage)).collect()
}

#[test]
fn files_that_are_only_there_are_no_news() {
    assert_eq!(said(&[("", 0.0), ("a", 0.0), ("aa", 0.0), ("", 0.0)]), [None; 4]);
}

#[test]
fn the_start_each_quarter_and_the_end_are_said_once() {
    let steps = [
        ("aa", 0.0),
        ("uu", 0.0),
        ("uu", 10.0),
        ("uu", 24.9),
        ("uu", 25.0),
        ("uu", 30.0),
        ("uu", 51.0),
        ("ud", 60.0),
        ("ud", 99.0),
        ("ud", 99.5),
        ("dd", 100.0),
        ("dd", 100.0),
    ];
    let (start, progress, end) = (Some(Said::Start(2)), Some(Said::Progress), Some(Said::End));
    let expected =
        [None, start, None, None, progress, None, progress, None, progress, None, end, None];
    assert_eq!(said(&steps), expected);
}

#[test]
fn quarters_that_are_passed_at_once_are_one_piece_of_news() {
    let steps = [("u", 0.0), ("u", 80.0), ("u", 90.0), ("d", 100.0)];
    assert_eq!(said(&steps), [Some(Said::Start(1)), Some(Said::Progress), None, Some(Said::End)]);
}

#[test]
fn a_small_file_starts_and_ends_and_that_is_all() {
    assert_eq!(said(&[("u", 0.0), ("d", 100.0)]), [Some(Said::Start(1)), Some(Said::End)]);
}

#[test]
fn files_that_join_do_not_have_a_quarter_said_again() {
    let steps = [("u", 0.0), ("u", 55.0), ("ua", 20.0), ("uu", 30.0), ("uu", 51.0), ("uu", 76.0)];
    let (start, progress) = (Some(Said::Start(1)), Some(Said::Progress));
    assert_eq!(said(&steps), [start, progress, None, None, None, progress]);
}

#[test]
fn a_new_run_begins_anew() {
    let steps = [("u", 0.0), ("u", 80.0), ("d", 100.0), ("da", 50.0), ("du", 50.0), ("du", 76.0)];
    let (start, progress) = (Some(Said::Start(1)), Some(Said::Progress));
    assert_eq!(said(&steps), [start, progress, Some(Said::End), None, start, progress]);
}

#[test]
fn a_pause_is_no_end_and_going_on_no_start() {
    let steps = [("u", 10.0), ("p", 10.0), ("p", 10.0), ("u", 10.0), ("d", 100.0)];
    let expected = [Some(Said::Start(1)), None, None, None, Some(Said::End)];
    assert_eq!(said(&steps), expected);
}

#[test]
fn the_end_of_what_is_not_wanted_any_more_is_no_news() {
    assert_eq!(said(&[("u", 0.0), ("c", 0.0)]), [Some(Said::Start(1)), None]);
    assert_eq!(said(&[("u", 0.0), ("", 0.0)]), [Some(Said::Start(1)), None]);
}

#[test]
fn one_that_failed_has_ended_too() {
    assert_eq!(said(&[("uu", 0.0), ("fd", 50.0)]), [Some(Said::Start(2)), Some(Said::End)]);
}

proptest! {
    #[test]
    fn whatever_happens_there_is_little_to_say_and_in_order(
        steps in prop::collection::vec((prop::collection::vec(0_usize..6, 0..5), 0.0..100.0), 0..80),
    ) {
        let mut news = News::default();
        let mut is_running = false;
        let mut quarters = 0;
        for (files, percentage) in steps {
            let tally = Tally::of(files.into_iter().map(|index| State::ALL[index].0));
            let said = news.next(&tally, percentage);
            match said {
                Some(Said::Start(count)) => {
                    prop_assert!(!is_running, "it has started already");
                    prop_assert_eq!(count, tally.open());
                    prop_assert!(tally.count(State::Active) > 0);
                    (is_running, quarters) = (true, 0);
                }
                Some(Said::Progress) => {
                    prop_assert!(is_running);
                    quarters += 1;
                    prop_assert!(quarters <= 3, "a run has three quarters before its end");
                }
                Some(Said::End) => {
                    prop_assert!(is_running);
                    prop_assert_eq!(tally.open(), 0);
                }
                None => {}
            }
            is_running &= tally.open() > 0;
            // And again, with nothing new.
            prop_assert_eq!(news.next(&tally, percentage), None);
        }
    }
}
