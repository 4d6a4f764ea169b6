//! Stalls, timeouts, and pages that sleep.

use std::rc::Rc;

use ittybit_uploader::transfer::{Action, ErrorCode, Event, Settings, Transfer};
use serde_json::{Value, json};

use super::{Driver, file, media, once, reply};

fn settings() -> Settings {
    Settings { stall_timeout: 30_000.0, response_timeout: 300_000.0, ..once() }
}

/// Returns a transfer that began to send; the browser has reported no byte yet.
fn sending() -> Driver {
    let mut driver = Driver::with(1_000_000, settings());
    driver.answer_target(0.0);
    driver
}

/// Returns a transfer that began to send; the browser has just reported the first byte.
fn moving() -> Driver {
    let mut driver = sending();
    driver.tell(Event::BytesSent { sent: 1, total: 1_000_500 }, 0.0);
    driver
}

/// Advances the clock from deadline to deadline until the transfer ends. Returns the time.
fn wait_for_the_end(driver: &mut Driver) -> f64 {
    while driver.result.is_none() {
        driver.wait();
    }
    driver.now
}

#[test]
fn a_connection_without_progress_stalls() {
    let mut driver = moving();
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
    assert_eq!((driver.code(), driver.stalls, driver.stops), (ErrorCode::Stalled, 1, 1));
    assert!(driver.error().retryable);
}

#[test]
fn without_any_progress_events_the_response_timeout_counts() {
    let mut driver = sending();
    assert_eq!(wait_for_the_end(&mut driver), 300_000.0);
    assert_eq!((driver.code(), driver.stalls, driver.stops), (ErrorCode::Stalled, 1, 1));

    let mut driver = sending();
    while driver.now < 240_000.0 {
        driver.wait();
    }
    driver.tell(Event::Answered(reply(201, media())), 299_000.0);
    assert_eq!(driver.result, Some(Ok(media())));
}

#[test]
fn a_page_that_reports_all_bytes_at_once_does_not_stall() {
    // A library that wraps requests may report the whole body when it begins.
    let mut driver = sending();
    driver.tell(Event::BytesSent { sent: 1_000_500, total: 1_000_500 }, 0.0);
    while driver.now < 240_000.0 {
        driver.wait();
    }
    driver.tell(Event::Answered(reply(201, media())), 299_000.0);
    assert_eq!(driver.result, Some(Ok(media())));
}

#[test]
fn progress_of_an_earlier_attempt_does_not_count() {
    let mut driver = Driver::with(1_000_000, Settings { retry_delays: vec![10.0], ..settings() });
    driver.answer_target(0.0);
    driver.tell(Event::BytesSent { sent: 9_000, total: 1_000_500 }, 0.0);
    driver.tell(Event::ConnectionLost, 1.0);
    let now = driver.wait();
    driver.answer_target(now);
    assert_eq!(wait_for_the_end(&mut driver), now + 300_000.0);
}

#[test]
fn without_progress_events_the_longer_of_both_timeouts_counts() {
    let settings = Settings { response_timeout: 1_000.0, ..settings() };
    let mut driver = Driver::with(1_000_000, settings);
    driver.answer_target(0.0);
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
}

#[test]
fn a_file_that_does_not_answer_fails_the_upload() {
    // The file is checked before it is sent, and after the connection was lost.
    for is_lost in [false, true] {
        let settings = Settings { retry_delays: vec![1.0; 3], ..settings() };
        let mut driver = Driver::with(1_000, settings);
        driver.readable = is_lost.then_some(true);
        driver.answer_target(0.0);
        if is_lost {
            driver.readable = None;
            driver.tell(Event::ConnectionLost, 0.0);
        }
        assert_eq!(wait_for_the_end(&mut driver), 300_000.0);
        let error = driver.error();
        assert_eq!((error.code, error.attempt), (ErrorCode::FileUnreadable, 1), "not tried again");
        assert!(error.message.contains("does not answer"), "{}", error.message);
        assert_eq!((driver.stops, driver.stalls), (1, 0));
    }
}

#[test]
fn reading_a_file_times_out_even_without_a_response_timeout() {
    let settings = Settings { response_timeout: 0.0, ..settings() };
    let mut driver = Driver::with(1_000, settings);
    driver.readable = None;
    driver.answer_target(0.0);
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
    assert_eq!(driver.code(), ErrorCode::FileUnreadable);
}

#[test]
fn each_read_for_a_checksum_restarts_the_timeout() {
    let mut transfer = Transfer::<Value>::new(Rc::new(file(10)), Rc::new(settings()), 1, 0);
    transfer.start(0.0);
    let target = json!({ "protocol": "multipart", "upload_id": "u", "part_size": 10 });
    transfer.handle(1, Event::EndpointAnswered(reply(200, target)), 0.0);
    assert!(transfer.begin_piece(0.0));
    let mut now = 0.0;
    for _ in 0..10 {
        now += 290_000.0;
        while transfer.deadline().is_some_and(|deadline| deadline < now) {
            let deadline = transfer.deadline().expect("it is waited for");
            transfer.handle_timeout(deadline);
        }
        transfer.handle(2, Event::BytesRead, now);
    }
    let last = now;
    let error = loop {
        match transfer.poll() {
            Some(Action::Finish(result)) => break result.expect_err("nothing is read any more"),
            Some(_) => {}
            None => {
                now = transfer.deadline().expect("it is waited for");
                transfer.handle_timeout(now);
            }
        }
    };
    assert_eq!((error.code, now), (ErrorCode::FileUnreadable, last + 300_000.0));
}

#[test]
fn a_request_that_never_left_has_its_own_message() {
    let mut driver = Driver::silent(1, settings());
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
    assert_eq!(driver.code(), ErrorCode::Stalled);
    assert!(driver.error().message.contains("was not asked"), "{}", driver.error());

    // The timeout starts anew when the request leaves.
    let mut driver = Driver::silent(1, settings());
    driver.tell(Event::RequestLeft, 20_000.0);
    assert_eq!(wait_for_the_end(&mut driver), 50_000.0);
    assert!(driver.error().message.contains("did not answer"), "{}", driver.error());
}

#[test]
fn each_byte_of_progress_restarts_the_timeout() {
    let mut driver = moving();
    for step in 1..=100_u64 {
        let now = step as f64 * 29_000.0;
        while driver.transfer.deadline().is_some_and(|deadline| deadline < now) {
            driver.wait();
        }
        driver.tell(Event::BytesSent { sent: 1_000 + step * 1_000, total: 1_000_500 }, now);
    }
    assert!(driver.result.is_none());
    assert_eq!(wait_for_the_end(&mut driver), 2_900_000.0 + 30_000.0);
}

#[test]
fn after_the_last_byte_the_response_timeout_counts() {
    let mut driver = sending();
    driver.tell(Event::BodySent, 1_000.0);
    assert_eq!(wait_for_the_end(&mut driver), 301_000.0);
    assert_eq!((driver.code(), driver.stalls, driver.stops), (ErrorCode::Timeout, 0, 1));
    assert!(driver.error().retryable);
}

#[test]
fn a_backend_that_does_not_answer_times_out() {
    let mut driver = Driver::new(1);
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
    assert_eq!((driver.code(), driver.stops), (ErrorCode::Stalled, 1));

    // No timeout limits the app's own function, because it may be asking a person.
    let driver = Driver::with(1, Settings { endpoint: None, ..once() });
    assert_eq!(driver.transfer.deadline(), None);
}

#[test]
fn without_timeouts_nothing_times_out() {
    for timeout in [0.0, f64::INFINITY] {
        let settings = Settings { stall_timeout: timeout, response_timeout: timeout, ..once() };
        let mut driver = Driver::with(1, settings);
        assert_eq!(driver.transfer.deadline(), None);
        driver.answer_target(0.0);
        assert_eq!(driver.transfer.deadline(), None);
        driver.tell(Event::BodySent, 0.0);
        assert_eq!(driver.transfer.deadline(), None);
    }
}

#[test]
fn the_sleep_of_a_page_does_not_count_as_a_stall() {
    let mut driver = moving();
    let hour = 3_600_000.0;
    // After waking up, timers fire before any network event.
    for nap in 1..=10_u64 {
        driver.wake(nap as f64 * hour);
        assert!(driver.result.is_none(), "after nap {nap}");
        driver.tell(
            Event::BytesSent { sent: nap * 1_000, total: 1_000_500 },
            nap as f64 * hour + 9.0,
        );
    }
    // A page that is awake still notices a stall.
    let awake = driver.now;
    assert_eq!(wait_for_the_end(&mut driver), awake + 30_000.0);
}

#[test]
fn a_background_page_with_late_timers_still_notices_a_stall() {
    let mut driver = moving();
    let minute = 60_000.0;
    let woken = (1..).take_while(|minutes| {
        driver.wake(f64::from(*minutes) * minute);
        driver.result.is_none()
    });
    assert_eq!(woken.count() + 1, 3, "minutes until the stall is noticed");
    assert_eq!(driver.code(), ErrorCode::Stalled);
}

#[test]
fn waking_up_too_early_changes_nothing() {
    let mut driver = moving();
    for now in 0..4_999 {
        driver.wake(f64::from(now));
    }
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
}
