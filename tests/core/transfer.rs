//! The flow of a transfer: which action follows which event.

use std::rc::Rc;

use ittybit_uploader::transfer::{Action, ErrorCode, Event, FileInfo, Phase, Transfer};
use serde_json::{Value, json};

use super::{Driver, URL, file, media, once, reply};

fn phases(driver: &Driver) -> Vec<Phase> {
    let mut phases: Vec<_> = driver.reports.iter().map(|report| report.phase).collect();
    phases.dedup();
    phases
}

#[test]
fn a_file_goes_through_every_phase_to_its_media_object() {
    let mut driver = Driver::new(1_000);
    assert_eq!(driver.asked, 1);
    driver.tell(Event::EndpointAnswered(reply(200, json!({ "url": URL }))), 0.0);
    driver.tell(Event::BytesSent { sent: 700, total: 1_200 }, 10.0);
    driver.tell(Event::BytesSent { sent: 1_200, total: 1_200 }, 20.0);
    driver.tell(Event::BodySent, 20.0);
    assert!(driver.result.is_none(), "sent is not stored");
    driver.tell(Event::Answered(reply(201, json!({ "data": media(), "error": null }))), 30.0);

    assert_eq!(driver.result, Some(Ok(media())));
    assert_eq!(driver.sent_to, [URL]);
    use Phase::{Done, Preparing, Processing, Uploading};
    assert_eq!(phases(&driver), [Preparing, Uploading, Processing, Done]);
    assert_eq!(driver.reports.last().map(|report| report.percentage), Some(100.0));
}

#[test]
fn an_empty_file_is_sent_and_answered_like_any_other() {
    let mut driver = Driver::sending(0);
    assert!(driver.reports.iter().all(|report| report.percentage < 100.0));
    // Browsers may report nothing in between.
    driver.tell(Event::Answered(reply(200, media())), 5.0);
    assert_eq!(driver.result, Some(Ok(media())));
}

#[test]
fn a_file_that_the_backend_knows_as_stored_is_not_sent_again() {
    let mut driver = Driver::new(1_000);
    driver.tell(Event::EndpointAnswered(reply(200, json!({ "media": media() }))), 0.0);
    assert_eq!(driver.result, Some(Ok(media())));
    assert!(driver.sent_to.is_empty());
}

#[test]
fn a_function_may_answer_with_a_url_or_a_target() {
    for answer in [json!(URL), json!({ "url": URL }), json!({ "data": { "url": URL } })] {
        let mut driver = Driver::new(1);
        driver.tell(Event::EndpointReturned(answer), 0.0);
        assert_eq!(driver.sent_to, [URL]);
    }
}

#[test]
fn a_function_that_throws_fails_the_upload_with_its_message() {
    let mut driver = Driver::new(1);
    let words = "no session".into();
    driver.tell(Event::EndpointThrew { words, status: None, unreachable: false }, 0.0);
    assert_eq!(driver.code(), ErrorCode::Endpoint);
    assert!(driver.error().message.contains("no session"));
}

#[test]
fn a_backend_that_does_not_answer_is_a_network_error() {
    let mut driver = Driver::new(1);
    driver.tell(Event::EndpointUnreachable, 0.0);
    assert_eq!(driver.code(), ErrorCode::Network);
    assert!(driver.error().retryable);
}

#[test]
fn a_lost_connection_and_a_changed_file_have_different_errors() {
    for (readable, code, retryable) in
        [(true, ErrorCode::Network, true), (false, ErrorCode::FileUnreadable, false)]
    {
        let mut driver = Driver::sending(1_000);
        (driver.checks, driver.readable) = (0, None);
        driver.tell(Event::ConnectionLost, 1.0);
        assert_eq!((driver.checks, &driver.result), (1, &None));
        driver.tell(Event::FileChecked { readable }, 2.0);
        assert_eq!((driver.code(), driver.error().retryable), (code, retryable));
    }
}

#[test]
fn a_file_that_has_changed_is_not_sent() {
    let mut driver = Driver::new(1_000);
    driver.readable = Some(false);
    driver.tell(Event::EndpointReturned(json!(URL)), 0.0);
    assert!(driver.sent_to.is_empty());
    assert_eq!((driver.code(), driver.error().retryable), (ErrorCode::FileUnreadable, false));
}

#[test]
fn a_file_over_the_limit_is_refused_before_a_byte_is_sent() {
    let limit = ittybit_uploader::transfer::max_file_size("file", &file(0));
    let mut fits = Driver::new(limit);
    fits.tell(Event::EndpointReturned(json!(URL)), 0.0);
    assert_eq!(fits.sent_to.len(), 1);

    let mut over = Driver::new(limit + 1);
    over.tell(Event::EndpointReturned(json!(URL)), 0.0);
    assert!(over.sent_to.is_empty());
    assert_eq!(over.code(), ErrorCode::TooLarge);
    for number in [limit, limit + 1] {
        assert!(over.error().message.contains(&number.to_string()), "{}", over.error());
    }
}

#[test]
fn nothing_follows_an_abort_in_any_phase() {
    let events = [
        (1, Event::EndpointReturned(json!(URL))),
        (2, Event::FileChecked { readable: true }),
        (3, Event::BytesSent { sent: 10, total: 300 }),
        (3, Event::BodySent),
        (3, Event::ConnectionLost),
        (4, Event::FileChecked { readable: true }),
    ];
    for aborted_after in 0..=events.len() {
        let mut transfer = Transfer::<Value>::new(Rc::new(file(100)), Rc::new(once()), 1, 0);
        transfer.start(0.0);
        for (step, (ticket, event)) in events.iter().enumerate() {
            if step == aborted_after {
                transfer.abort();
            }
            transfer.handle(*ticket, event.clone(), step as f64);
            if step < aborted_after {
                while transfer.poll().is_some() {}
            }
        }
        transfer.abort();
        assert!(transfer.poll().is_none(), "aborted after {aborted_after}");
    }
}

#[test]
fn an_abort_discards_pending_actions() {
    let mut transfer = Transfer::<Value>::new(Rc::new(file(100)), Rc::new(once()), 1, 0);
    transfer.start(0.0);
    assert!(matches!(transfer.poll(), Some(Action::Report(_))));
    // A page may abort from within its own progress callback.
    transfer.abort();
    assert!(transfer.poll().is_none());
}

#[test]
fn a_second_start_does_nothing() {
    let mut driver = Driver::sending(10);
    driver.transfer.start(1.0);
    assert!(driver.transfer.poll().is_none());
}

#[test]
fn events_of_another_attempt_change_nothing() {
    let mut driver = Driver::sending(1_000);
    driver.transfer.handle(0, Event::Answered(reply(200, media())), 1.0);
    driver.transfer.handle(2, Event::ConnectionLost, 1.0);
    assert!(driver.transfer.poll().is_none());
}

#[test]
fn the_size_limit_depends_on_the_files_name_and_type() {
    let long = FileInfo { name: "ж".repeat(100), size: 0, mime: String::new() };
    let short = FileInfo { name: "a".into(), size: 0, mime: "a/b".into() };
    let limit = |file| ittybit_uploader::transfer::max_file_size("file", file);
    assert!(limit(&long) < limit(&short));
}
