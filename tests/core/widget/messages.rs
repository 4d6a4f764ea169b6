//! Which message each place of the view shows, and which places it hides.

use ittybit_uploader::widget::counts::State;
use ittybit_uploader::widget::messages::{Situation, key_for, row_message};
use proptest::prelude::*;

use super::counts::counts;

/// An element that accepts several files, with the files of [`counts`].
fn several(letters: &str) -> Situation {
    Situation { counts: counts(letters), is_multiple: true, ..Situation::default() }
}

/// An element that accepts one file.
fn single(letters: &str) -> Situation {
    Situation { is_multiple: false, ..several(letters) }
}

#[test]
fn prompts_say_whether_one_file_or_several_are_accepted() {
    for (situation, prompt, choose) in [
        (several(""), "prompt", "choose"),
        (several("a"), "prompt", "add"),
        (single(""), "prompt-one", "choose-one"),
        (single("a"), "prompt-one", "add-one"),
    ] {
        assert_eq!(situation.message("prompt"), (prompt, 0), "{situation:?}");
        assert_eq!(situation.message("choose"), (choose, 0), "{situation:?}");
    }
    assert_eq!(key_for("required", false), "required-one");
    assert_eq!(key_for("required", true), "required");
    assert_eq!(key_for("has-failed", false), "has-failed");
}

#[test]
fn what_the_element_does_not_offer_is_hidden() {
    let all =
        Situation { has_folders: true, has_camera: true, has_unfinished: true, ..several("") };
    for (place, without) in [
        ("folder", Situation { has_folders: false, ..all }),
        // A folder may have more than one file.
        ("folder", Situation { is_multiple: false, ..all }),
        ("camera", Situation { has_camera: false, ..all }),
        ("unfinished", Situation { has_unfinished: false, ..all }),
    ] {
        assert_eq!(all.message(place), (place, 0));
        assert_eq!(without.message(place), ("", 0), "{without:?}");
    }
    for place in ["hint", "refused", "drop"] {
        assert_eq!(single("").message(place), (place, 0));
    }
}

#[test]
fn totals_are_shown_for_several_files() {
    for (files, total, bar) in [
        ("", ("", 0), ""),
        ("u", ("", 0), ""),
        ("ua", ("total", 2), "progress-all"),
        ("pd", ("total", 2), "progress-all"),
        ("aa", ("total", 2), ""),
        ("dd", ("total-done", 2), ""),
        ("df", ("total-failed", 1), ""),
    ] {
        assert_eq!(several(files).message("total"), total, "{files}");
        assert_eq!(several(files).message("bar"), (bar, 0), "{files}");
    }
}

#[test]
fn a_button_says_how_many_files_it_applies_to() {
    assert_eq!(several("aad").message("start"), ("start", 2));
    assert_eq!(several("dd").message("start"), ("", 0));
    assert_eq!(several("ffd").message("retry-all"), ("retry-all", 2));
    let waiting = several("ua");
    assert_eq!(waiting.message("start"), ("start", 1));
    let begun = Situation { has_begun: true, ..waiting };
    assert_eq!(begun.message("start"), ("", 0), "its turn comes by itself");
}

#[test]
fn a_row_says_what_its_file_does() {
    for (state, has_begun, status, bar) in [
        (State::Added, false, "added", ""),
        (State::Added, true, "queued", ""),
        (State::Active, true, "active", "progress"),
        (State::Paused, true, "paused", "progress"),
        (State::Done, true, "done", ""),
        (State::Failed, false, "failed", ""),
        (State::Cancelled, false, "cancelled", ""),
    ] {
        assert_eq!(row_message("status", state, has_begun), status, "{state:?}");
        assert_eq!(row_message("bar", state, has_begun), bar, "{state:?}");
        assert_eq!(row_message("name", state, has_begun), "name", "{state:?}");
        assert_eq!(row_message("note", state, has_begun), "note", "{state:?}");
    }
    assert_eq!(row_message("pause", State::Active, true), "pause");
    assert_eq!(row_message("pause", State::Done, true), "");
    assert_eq!(row_message("remove", State::Done, true), "remove");
    assert_eq!(row_message("remove", State::Active, true), "");
}

proptest! {
    #[test]
    fn a_visible_button_applies_to_a_file(files in "[aupdfc]{0,60}", has_begun: bool, is_multiple: bool) {
        let situation = Situation { has_begun, is_multiple, ..several(&files) };
        for button in ["start", "pause-all", "resume-all", "retry-all", "cancel-all", "clear"] {
            let (key, count) = situation.message(button);
            prop_assert_eq!(key.is_empty(), count == 0);
            prop_assert!(key.is_empty() || key == button);
        }
    }
}
