//! What the element derives from the states of its files: buttons, states, and the validity of its form.

use ittybit_uploader::widget::counts::{Counts, State};
use proptest::prelude::*;

/// Counts files by the first letters of their states: `aau` is two added files and an active one.
pub(super) fn counts(letters: &str) -> Counts {
    Counts::of(letters.chars().map(|letter| match letter {
        'a' => State::Added,
        'u' => State::Active,
        'p' => State::Paused,
        'd' => State::Done,
        'f' => State::Failed,
        'c' => State::Cancelled,
        _ => panic!("no state {letter}"),
    }))
}

const BUTTONS: [&str; 6] = ["start", "pause-all", "resume-all", "retry-all", "cancel-all", "clear"];

#[test]
fn each_state_has_its_name() {
    for (state, name) in State::ALL {
        assert_eq!(State::named(name), state);
        assert_eq!(state.name(), name);
    }
    assert_eq!(State::named("something new"), State::Added);
}

#[test]
fn a_row_shows_the_buttons_that_its_state_allows() {
    for (state, buttons) in [
        (State::Added, "remove"),
        (State::Active, "pause cancel"),
        (State::Paused, "resume cancel"),
        (State::Done, "remove"),
        (State::Failed, "retry remove"),
        (State::Cancelled, "retry remove"),
    ] {
        let all = ["pause", "resume", "retry", "cancel", "remove"];
        let allowed: Vec<_> = all.into_iter().filter(|action| state.allows(action)).collect();
        assert_eq!(allowed.join(" "), buttons, "{state:?}");
        assert!(state.allows("name"), "not a button");
    }
}

#[test]
fn the_element_is_in_the_states_of_its_files() {
    for (files, states) in [
        ("", "empty"),
        ("a", ""),
        ("u", "uploading"),
        ("au", "uploading"),
        ("up", "uploading"),
        ("p", "paused"),
        ("pad", "paused"),
        ("d", "done"),
        ("dd", "done"),
        ("dc", "done"),
        ("da", ""),
        ("c", ""),
        ("f", "failed"),
        ("fd", "failed"),
        ("fu", "uploading failed"),
        ("fp", "paused failed"),
    ] {
        let counts = counts(files);
        let all = ["empty", "uploading", "paused", "done", "failed"];
        let is: Vec<_> = all.into_iter().filter(|state| counts.is(state)).collect();
        assert_eq!(is.join(" "), states, "{files}");
    }
}

#[test]
fn the_element_shows_the_buttons_that_its_files_allow() {
    // For a single file, its row has all buttons.
    for (files, has_begun, buttons) in [
        ("", false, ""),
        ("a", false, "start 1"),
        ("aa", false, "start 2"),
        ("ad", false, "start 1"),
        ("aa", true, "start 2"),
        ("ua", true, "pause-all 1, cancel-all 2"),
        ("ua", false, "start 1, pause-all 1, cancel-all 2"),
        ("pa", true, "resume-all 1, cancel-all 2"),
        ("u", true, ""),
        ("p", true, ""),
        ("uu", true, "pause-all 2, cancel-all 2"),
        ("up", true, "pause-all 1, cancel-all 2"),
        ("pp", true, "resume-all 2, cancel-all 2"),
        ("d", false, ""),
        ("dd", false, "clear 2"),
        ("f", false, ""),
        ("ff", false, "retry-all 2, clear 2"),
        ("fd", false, "retry-all 1, clear 2"),
        ("fa", false, "start 1, retry-all 1"),
        ("fu", true, "pause-all 1, retry-all 1, cancel-all 1"),
        ("cc", false, "clear 2"),
        ("dfc", false, "retry-all 1, clear 3"),
    ] {
        let counts = counts(files);
        let allowed: Vec<_> = BUTTONS
            .into_iter()
            .map(|action| (action, counts.allows(action, has_begun).unwrap_or(u32::MAX)))
            .filter(|(_, count)| *count > 0)
            .map(|(action, count)| format!("{action} {count}"))
            .collect();
        assert_eq!(allowed.join(", "), buttons, "{files} {has_begun}");
        assert_eq!(counts.allows("prompt", has_begun), None, "not a button");
    }
}

#[test]
fn one_sentence_sums_up_all_files() {
    for (files, sentence) in [
        ("", ("", 0)),
        ("c", ("", 0)),
        ("a", ("total", 1)),
        ("au", ("total", 2)),
        ("pdfc", ("total", 3)),
        ("dd", ("total-done", 2)),
        ("dc", ("total-done", 1)),
        ("df", ("total-failed", 1)),
        ("ff", ("total-failed", 2)),
    ] {
        assert_eq!(counts(files).sentence(), sentence, "{files}");
    }
}

#[test]
fn a_form_gets_the_first_problem() {
    let error = |key, count| Some(("customError", key, count));
    let missing = Some(("valueMissing", "required", 0));
    for (files, required, holds, problem) in [
        ("", false, false, None),
        ("", true, false, missing),
        ("", true, true, missing),
        ("c", true, false, missing),
        ("d", true, false, None),
        ("a", false, false, error("not-started", 1)),
        ("aa", true, false, error("not-started", 2)),
        ("ua", false, false, error("still-uploading", 2)),
        ("p", false, false, error("still-uploading", 1)),
        ("u", true, true, None),
        ("a", true, true, None),
        ("f", false, false, error("has-failed", 1)),
        ("f", true, false, error("has-failed", 1)),
        ("fd", true, false, error("has-failed", 1)),
        ("ff", false, true, error("has-failed", 2)),
        ("fu", false, true, error("has-failed", 1)),
        ("fu", false, false, error("still-uploading", 1)),
        ("dc", true, false, None),
    ] {
        assert_eq!(counts(files).problem(required, holds), problem, "{files} {required} {holds}");
    }
}

proptest! {
    #[test]
    fn counts_add_up_for_any_files(files in "[aupdfc]{0,60}", has_begun: bool) {
        let counts = counts(&files);
        let count = |letters: &str| files.chars().filter(|one| letters.contains(*one)).count() as u32;
        prop_assert_eq!(counts.all(), count("aupdfc"));
        prop_assert_eq!(counts.wanted(), count("aupdf"));
        prop_assert_eq!(counts.under_way(), count("up"));
        prop_assert_eq!(counts.open(), count("aup"));
        // Never both of two states or buttons that exclude each other.
        prop_assert!(!(counts.is("done") && (counts.is("uploading") || counts.is("failed"))));
        prop_assert!(!(counts.is("paused") && counts.is("uploading")));
        let allows = |button| counts.allows(button, has_begun).unwrap_or(u32::MAX);
        prop_assert!(allows("pause-all") * allows("resume-all") == 0);
        prop_assert!(allows("cancel-all") * allows("clear") == 0);
        for button in BUTTONS {
            prop_assert!(allows(button) <= counts.all());
        }
        // A form can be submitted once all files are stored.
        if counts.is("done") {
            prop_assert_eq!(counts.problem(true, false), None);
        }
    }
}
