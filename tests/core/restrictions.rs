//! Which files a queue accepts.

use std::rc::Rc;

use ittybit_uploader::queue::{Ended, Queue, Restrictions, Settings};
use ittybit_uploader::transfer::{ErrorCode, FileInfo, UploadError, essence};
use proptest::prelude::*;
use serde_json::Value;

fn queue(restrictions: Restrictions) -> Queue<Value, ()> {
    Queue::new(Settings { restrictions, limit: 1, ..Settings::default() })
}

fn add(
    queue: &mut Queue<Value, ()>,
    name: &str,
    mime: &str,
    size: u64,
) -> Result<u32, Box<UploadError>> {
    queue.add(Rc::new(FileInfo { name: name.into(), size, mime: mime.into() }), (), 0.0)
}

/// Returns the name of the restriction that is not met.
fn refused(result: Result<u32, Box<UploadError>>) -> String {
    let error = result.expect_err("a restriction");
    assert_eq!((error.code, error.retryable), (ErrorCode::Restriction, false));
    error.detail.expect("the name of the restriction")
}

#[test]
fn limits_on_sizes_and_numbers_are_checked() {
    let mut queue = queue(Restrictions {
        max_file_size: 100,
        min_file_size: 10,
        max_total_file_size: 150,
        max_number_of_files: 3,
        ..Restrictions::default()
    });
    assert_eq!(refused(add(&mut queue, "a", "", 101)), "maxFileSize");
    assert_eq!(refused(add(&mut queue, "a", "", 9)), "minFileSize");
    assert_eq!(add(&mut queue, "a", "", 100), Ok(1));
    assert_eq!(refused(add(&mut queue, "b", "", 51)), "maxTotalFileSize");
    assert_eq!(add(&mut queue, "b", "", 40), Ok(2));
    assert_eq!(add(&mut queue, "c", "", 10), Ok(3));
    assert_eq!(refused(add(&mut queue, "d", "", 10)), "maxNumberOfFiles");
}

#[test]
fn a_removed_or_cancelled_file_makes_room() {
    let mut queue = queue(Restrictions {
        max_number_of_files: 1,
        max_total_file_size: 10,
        ..Restrictions::default()
    });
    for id in 1..5 {
        assert_eq!(add(&mut queue, "a", "", 10), Ok(id));
        assert!(add(&mut queue, "b", "", 0).is_err());
        if id % 2 == 0 {
            queue.cancel(Some(id), 0.0);
        } else {
            queue.remove(id, 0.0);
        }
    }
}

#[test]
fn a_cancelled_file_can_be_retried_only_if_it_could_be_added() {
    for (limits, name) in [
        (Restrictions { max_number_of_files: 1, ..Restrictions::default() }, "maxNumberOfFiles"),
        (Restrictions { max_total_file_size: 10, ..Restrictions::default() }, "maxTotalFileSize"),
    ] {
        let mut queue = queue(limits);
        assert_eq!(add(&mut queue, "a", "", 10), Ok(1));
        queue.cancel(Some(1), 0.0);
        assert_eq!(add(&mut queue, "b", "", 10), Ok(2));
        while queue.poll().is_some() {}
        assert_eq!(refused(queue.retry(Some(1), 0.0).map(|()| 0)), name);
        assert!(queue.is_idle() && queue.poll().is_none(), "it stays cancelled");
        queue.cancel(Some(2), 0.0);
        assert_eq!(queue.retry(Some(1), 0.0), Ok(()));
        assert!(!queue.is_idle());
        assert_eq!(refused(queue.retry(Some(2), 0.0).map(|()| 0)), name);
    }
}

#[test]
fn a_failed_file_counts_and_can_be_retried() {
    let mut queue = queue(Restrictions { max_number_of_files: 1, ..Restrictions::default() });
    let info = |name: &str| Rc::new(FileInfo { name: name.into(), size: 1, mime: String::new() });
    assert_eq!(queue.restore(info("a"), (), Ended::Failed), 1);
    assert_eq!(queue.restore(info("b"), (), Ended::Cancelled), 2);
    assert_eq!(refused(add(&mut queue, "c", "", 1)), "maxNumberOfFiles");
    assert_eq!(refused(queue.retry(Some(2), 0.0).map(|()| 0)), "maxNumberOfFiles");
    assert_eq!(queue.retry(Some(1), 0.0), Ok(()));
}

#[test]
fn the_message_says_what_is_allowed() {
    let mut queue = queue(Restrictions { max_file_size: 100, ..Restrictions::default() });
    let message = add(&mut queue, "a", "", 101).expect_err("too large").message;
    assert_eq!(message, "The file has 101 bytes; 100 are allowed.");
}

#[test]
fn too_few_files_do_not_start() {
    let mut queue = queue(Restrictions { min_number_of_files: 2, ..Restrictions::default() });
    add(&mut queue, "a", "", 1).expect("added");
    let error = queue.start(0.0).expect_err("too few");
    assert_eq!(error.detail.as_deref(), Some("minNumberOfFiles"));
    assert!(queue.poll().is_none() && queue.is_idle());
    add(&mut queue, "b", "", 1).expect("added");
    assert_eq!(queue.start(0.0), Ok(()));
}

fn allows(types: &str, name: &str, mime: &str) -> bool {
    let allowed_file_types = types.into();
    let mut queue = queue(Restrictions { allowed_file_types, ..Restrictions::default() });
    match add(&mut queue, name, mime, 1) {
        Ok(_) => true,
        result => {
            assert_eq!(refused(result), "allowedFileTypes");
            false
        }
    }
}

/// The backends must pass the same cases (`tests/server/types.test.mjs`). A case has the allowed types, a
/// file's name and type, the parsed type (null if it is invalid), and whether the file is accepted.
#[test]
fn types_work_as_in_the_accept_attribute() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("types.json")).expect("cases");
    for case in cases {
        let text = |at: usize| case[at].as_str();
        let (name, mime) = (text(1).expect("a name"), text(2).expect("a type"));
        let known = if mime.is_empty() { Some(String::new()) } else { essence(mime) };
        assert_eq!(known.as_deref(), text(3), "{case}");
        let types = case[0].as_array().expect("a list");
        let types: Vec<_> = types.iter().filter_map(Value::as_str).collect();
        // Joins the types as the page's shell does, except for a list of empty types.
        let joined = match types.join(",").to_lowercase().replace(' ', "") {
            none if none.is_empty() && !types.is_empty() => "none".into(),
            some => some,
        };
        // In a page, an invalid type counts as no type.
        let is_allowed = allows(&joined, name, &known.unwrap_or_default());
        assert_eq!(Some(is_allowed), case[4].as_bool(), "{case}");
    }
}

proptest! {
    #[test]
    fn after_any_calls_the_files_are_within_the_limits(
        acts in prop::collection::vec((0_u32..5, 1_u32..9, 1_u64..5), 0..40),
    ) {
        let limits = Restrictions {
            max_number_of_files: 3,
            max_total_file_size: 10,
            ..Restrictions::default()
        };
        let mut queue = queue(limits);
        // For each file, its size and whether it is not cancelled.
        let mut files = std::collections::BTreeMap::new();
        for (act, id, size) in acts {
            match act {
                0 | 1 => {
                    if let Ok(id) = add(&mut queue, "a", "", size) {
                        files.insert(id, (size, true));
                    }
                }
                2 => {
                    queue.cancel(Some(id), 0.0);
                    files.entry(id).and_modify(|(_, is_wanted)| *is_wanted = false);
                }
                3 => {
                    queue.remove(id, 0.0);
                    files.remove(&id);
                }
                _ => {
                    let is_taken = queue.retry(Some(id), 0.0).is_ok();
                    files.entry(id).and_modify(|(_, is_wanted)| *is_wanted |= is_taken);
                }
            }
            let wanted = || files.values().filter(|(_, is_wanted)| *is_wanted);
            prop_assert!(wanted().count() <= 3);
            prop_assert!(wanted().map(|(size, _)| size).sum::<u64>() <= 10);
        }
    }

    #[test]
    fn no_name_or_type_makes_the_check_panic(types: String, name: String, mime: String) {
        allows(&types, &name, &mime);
    }

    #[test]
    fn the_essence_of_an_essence_is_itself(mime in "[ -~]{0,9}/[ -~]{0,9}") {
        if let Some(known) = essence(&mime) {
            prop_assert_eq!(essence(&known), Some(known));
        }
    }
}
