//! What a screen reader says about all files together.

use ittybit_uploader::widget::announcer::{Announcement, Announcer};
use ittybit_uploader::widget::counts::{Counts, State};
use proptest::prelude::*;

use super::counts::counts;

/// Returns what is announced at each step, given the files' states and their progress.
fn announcements(steps: &[(&str, f64)]) -> Vec<Option<Announcement>> {
    let mut announcer = Announcer::default();
    steps.iter().map(|(files, percentage)| announcer.next(&counts(files), *percentage)).collect()
}

#[test]
fn added_files_are_not_announced() {
    assert_eq!(announcements(&[("", 0.0), ("a", 0.0), ("aa", 0.0), ("", 0.0)]), [None; 4]);
}

#[test]
fn the_start_each_quarter_and_the_end_are_announced_once() {
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
    let (start, progress, end) =
        (Some(Announcement::Start(2)), Some(Announcement::Progress), Some(Announcement::End));
    let expected =
        [None, start, None, None, progress, None, progress, None, progress, None, end, None];
    assert_eq!(announcements(&steps), expected);
}

#[test]
fn quarters_that_are_passed_at_once_are_announced_once() {
    let steps = [("u", 0.0), ("u", 80.0), ("u", 90.0), ("d", 100.0)];
    assert_eq!(
        announcements(&steps),
        [Some(Announcement::Start(1)), Some(Announcement::Progress), None, Some(Announcement::End)]
    );
}

#[test]
fn a_small_file_announces_only_its_start_and_end() {
    assert_eq!(
        announcements(&[("u", 0.0), ("d", 100.0)]),
        [Some(Announcement::Start(1)), Some(Announcement::End)]
    );
}

#[test]
fn files_that_join_do_not_repeat_a_quarter() {
    let steps = [("u", 0.0), ("u", 55.0), ("ua", 20.0), ("uu", 30.0), ("uu", 51.0), ("uu", 76.0)];
    let (start, progress) = (Some(Announcement::Start(1)), Some(Announcement::Progress));
    assert_eq!(announcements(&steps), [start, progress, None, None, None, progress]);
}

#[test]
fn a_new_run_begins_anew() {
    let steps = [("u", 0.0), ("u", 80.0), ("d", 100.0), ("da", 50.0), ("du", 50.0), ("du", 76.0)];
    let (start, progress) = (Some(Announcement::Start(1)), Some(Announcement::Progress));
    assert_eq!(
        announcements(&steps),
        [start, progress, Some(Announcement::End), None, start, progress]
    );
}

#[test]
fn a_pause_is_no_end_and_resuming_is_no_start() {
    let steps = [("u", 10.0), ("p", 10.0), ("p", 10.0), ("u", 10.0), ("d", 100.0)];
    let expected = [Some(Announcement::Start(1)), None, None, None, Some(Announcement::End)];
    assert_eq!(announcements(&steps), expected);
}

#[test]
fn the_end_of_cancelled_files_is_not_announced() {
    assert_eq!(announcements(&[("u", 0.0), ("c", 0.0)]), [Some(Announcement::Start(1)), None]);
    assert_eq!(announcements(&[("u", 0.0), ("", 0.0)]), [Some(Announcement::Start(1)), None]);
}

#[test]
fn a_failed_file_has_ended_too() {
    assert_eq!(
        announcements(&[("uu", 0.0), ("fd", 50.0)]),
        [Some(Announcement::Start(2)), Some(Announcement::End)]
    );
}

proptest! {
    #[test]
    fn announcements_are_few_and_in_order(
        steps in prop::collection::vec((prop::collection::vec(0_usize..6, 0..5), 0.0..100.0), 0..80),
    ) {
        let mut announcer = Announcer::default();
        let mut is_running = false;
        let mut quarters = 0;
        for (files, percentage) in steps {
            let counts = Counts::of(files.into_iter().map(|index| State::ALL[index].0));
            let announcements = announcer.next(&counts, percentage);
            match announcements {
                Some(Announcement::Start(count)) => {
                    prop_assert!(!is_running, "it has started already");
                    prop_assert_eq!(count, counts.open());
                    prop_assert!(counts.count(State::Active) > 0);
                    (is_running, quarters) = (true, 0);
                }
                Some(Announcement::Progress) => {
                    prop_assert!(is_running);
                    quarters += 1;
                    prop_assert!(quarters <= 3, "a run has three quarters before its end");
                }
                Some(Announcement::End) => {
                    prop_assert!(is_running);
                    prop_assert_eq!(counts.open(), 0);
                }
                None => {}
            }
            is_running &= counts.open() > 0;
            // Announces nothing again if nothing has changed.
            prop_assert_eq!(announcer.next(&counts, percentage), None);
        }
    }
}
