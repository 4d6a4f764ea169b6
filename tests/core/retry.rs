//! What is retried, when, and with which URL.

use ittybit_uploader::transfer::{
    ErrorCode, Event, LONGEST_RETRY_AFTER, Phase, Reply, Settings, UploadError,
};
use proptest::prelude::*;
use serde_json::json;

use super::{Driver, URL, media, reply};

/// Returns settings in which all delays differ.
fn settings() -> Settings {
    Settings { retry_delays: vec![100.0, 1_000.0, 10_000.0], ..Settings::default() }
}

fn sending() -> Driver {
    let mut driver = Driver::with(1_000, settings());
    driver.answer_target(0.0);
    driver
}

fn asked_to_wait(status: u16, retry_after: f64) -> Event<serde_json::Value> {
    Event::Answered(Reply { retry_after: Some(retry_after), ..reply(status, "") })
}

#[test]
fn each_attempt_waits_longer_and_asks_for_a_new_url() {
    let mut driver = sending();
    for (retry, delay) in [100.0, 1_000.0, 10_000.0].into_iter().enumerate() {
        let failed = driver.now;
        driver.tell(Event::ConnectionLost, failed);
        let (attempt, announced, _) = driver.announced[retry].clone();
        assert_eq!(attempt, retry as u32 + 2);
        assert!((delay / 2.0..=delay).contains(&announced), "{announced}");
        let asked = driver.asked;
        driver.wake(failed + announced - 1.0);
        assert_eq!(driver.asked, asked, "too early");
        assert_eq!(driver.wait(), failed + announced);
        assert_eq!(driver.asked, asked + 1);
        let now = driver.now;
        driver.answer_target(now);
    }
    let now = driver.now;
    driver.tell(Event::ConnectionLost, now);
    assert_eq!(driver.code(), ErrorCode::Network);
    assert_eq!((driver.error().attempt, driver.asked, driver.sent_to.len()), (4, 4, 4));
}

#[test]
fn a_later_attempt_may_succeed() {
    let mut driver = sending();
    driver.tell(Event::Answered(reply(503, "")), 1.0);
    let now = driver.wait();
    driver.answer_target(now);
    driver.tell(Event::Answered(reply(201, media())), now);
    assert_eq!(driver.result, Some(Ok(media())));
}

#[test]
fn the_endpoint_is_retried_by_the_same_rules() {
    let threw =
        |status, unreachable| Event::EndpointThrew { words: "no".into(), status, unreachable };
    for (event, retried) in [
        (Event::EndpointUnreachable, true),
        (Event::EndpointAnswered(reply(500, "")), true),
        (Event::EndpointAnswered(reply(429, "")), true),
        (Event::EndpointAnswered(reply(400, "")), false),
        (Event::EndpointAnswered(reply(401, "")), false),
        (Event::EndpointAnswered(reply(404, "")), false),
        (Event::EndpointAnswered(reply(200, "<html>")), false),
        (threw(None, true), true),
        (threw(Some(503), false), true),
        (threw(Some(403), false), false),
        (threw(None, false), false),
    ] {
        let mut driver = Driver::with(1, settings());
        let told = format!("{event:?}");
        driver.tell(event, 0.0);
        assert_eq!(driver.announced.len() == 1, retried, "{told}");
        assert_eq!(driver.result.is_some(), !retried, "{told}");
    }
}

#[test]
fn permanent_errors_are_not_retried() {
    for answer in
        [reply(400, ""), reply(413, ""), reply(422, ""), reply(501, ""), reply(200, "<p>")]
    {
        let mut driver = sending();
        let told = format!("{answer:?}");
        driver.tell(Event::Answered(answer), 1.0);
        assert!(driver.result.is_some() && driver.announced.is_empty(), "{told}");
    }
    let mut driver = sending();
    driver.readable = Some(false);
    driver.tell(Event::ConnectionLost, 1.0);
    assert_eq!(driver.code(), ErrorCode::FileUnreadable);
}

#[test]
fn an_expired_url_is_replaced_once_and_at_once() {
    for status in [401, 403, 404, 410] {
        let mut driver = sending();
        driver.tell(Event::Answered(reply(status, "")), 1.0);
        assert_eq!(driver.announced[0].1, 0.0);
        driver.wake(1.0);
        driver.answer_target(1.0);
        assert_eq!(driver.sent_to.len(), 2);
        driver.tell(Event::Answered(reply(status, "")), 2.0);
        assert_eq!((driver.code(), driver.error().status), (ErrorCode::UrlExpired, Some(status)));
        assert_eq!(driver.asked, 2);
    }
}

#[test]
fn replacing_a_url_uses_up_no_retry() {
    let mut driver = sending();
    driver.tell(Event::Answered(reply(410, "")), 1.0);
    driver.wake(1.0);
    for _ in settings().retry_delays {
        let now = driver.now;
        driver.answer_target(now);
        driver.tell(Event::ConnectionLost, now);
        driver.wait();
    }
    assert_eq!(driver.asked, 5, "one, the free one, and one for each delay");
}

#[test]
fn retry_after_replaces_the_delay_exactly() {
    for (asked, delay) in
        [(7_000.0, 7_000.0), (0.0, 0.0), (1.0, 1.0), (f64::MAX, LONGEST_RETRY_AFTER)]
    {
        for status in [429, 503] {
            let mut driver = sending();
            driver.tell(asked_to_wait(status, asked), 5.0);
            assert_eq!(driver.announced[0].1, delay);
            assert_eq!(driver.wait(), 5.0 + delay);
            assert_eq!(driver.asked, 2);
        }
    }
}

#[test]
fn retry_after_of_the_endpoint_counts_too() {
    let mut driver = Driver::with(1, settings());
    let busy = Reply { retry_after: Some(4_000.0), ..reply(503, "") };
    driver.tell(Event::EndpointAnswered(busy), 0.0);
    assert_eq!(driver.announced[0].1, 4_000.0);
}

#[test]
fn while_waiting_the_progress_has_the_number_of_the_next_attempt() {
    let mut driver = sending();
    driver.tell(Event::BytesSent { sent: 900, total: 1_200 }, 1.0);
    driver.tell(Event::ConnectionLost, 2.0);
    let last = *driver.reports.last().expect("a report");
    assert_eq!(
        (last.phase, last.attempt, last.loaded, last.percentage),
        (Phase::Waiting, 2, 0, 0.0)
    );
    driver.wait();
    let last = *driver.reports.last().expect("a report");
    assert_eq!((last.phase, last.attempt), (Phase::Preparing, 2));
}

#[test]
fn the_app_may_decide_about_a_retry() {
    let asking = Settings { asks_app: true, ..settings() };
    let refused = |driver: &mut Driver| {
        let now = driver.now;
        driver.answer_target(now);
        driver.tell(Event::Answered(reply(422, "")), now);
        Box::new(driver.asked_app.last().cloned().expect("the app is asked"))
    };
    let mut driver = Driver::with(1_000, asking.clone());
    let error = refused(&mut driver);
    assert_eq!((error.code, error.attempt), (ErrorCode::Rejected, 1));
    driver.tell(Event::AppSaid { retry: true, error }, 1.0);
    driver.wait();
    let error = refused(&mut driver);
    driver.tell(Event::AppSaid { retry: false, error }, 2.0);
    assert_eq!(driver.code(), ErrorCode::Rejected);

    // The app is not asked if no retry is left.
    let mut driver = Driver::with(1_000, Settings { retry_delays: vec![], ..asking });
    driver.answer_target(0.0);
    driver.tell(Event::ConnectionLost, 0.0);
    assert!(driver.asked_app.is_empty() && driver.result.is_some());
}

#[test]
fn an_attempt_that_fails_offline_waits_for_the_connection_and_uses_up_no_retry() {
    let mut driver = sending();
    for offline in 0..10 {
        driver.transfer.set_online(false, 0.0);
        driver.tell(Event::ConnectionLost, 0.0);
        assert_eq!(driver.reports.last().map(|report| report.phase), Some(Phase::Waiting));
        driver.transfer.set_online(true, 0.0);
        driver.run();
        assert_eq!(driver.asked, offline + 2);
        driver.answer_target(0.0);
    }
    for _ in settings().retry_delays {
        driver.tell(Event::ConnectionLost, 0.0);
        driver.wait();
        driver.answer_target(0.0);
    }
    assert!(driver.result.is_none(), "every delay was still there");
}

#[test]
fn an_offline_browser_is_believed_only_for_a_while() {
    let mut driver = Driver::with(1_000, settings());
    driver.transfer.set_online(false, 0.0);
    let mut waits = vec![];
    for _ in 0..7 {
        let failed = driver.now;
        driver.tell(Event::EndpointUnreachable, failed);
        assert_eq!(driver.reports.last().map(|report| report.phase), Some(Phase::Waiting));
        waits.push((driver.wait() - failed) / 1_000.0);
    }
    assert_eq!(waits, [30.0, 60.0, 120.0, 240.0, 300.0, 300.0, 300.0]);
    // An answer proves that the browser was wrong, so the next wait is as short as the first.
    let now = driver.now;
    driver.answer_target(now);
    driver.tell(Event::Answered(reply(503, "")), now);
    let now = driver.wait();
    driver.tell(Event::EndpointUnreachable, now);
    assert_eq!(driver.wait() - now, 30_000.0);
    let now = driver.now;
    driver.answer_target(now);
    driver.tell(Event::Answered(reply(201, media())), now);
    assert_eq!(driver.result, Some(Ok(media())));
}

#[test]
fn an_answered_attempt_does_not_wait_for_a_connection() {
    for asked in [true, false] {
        let mut driver = Driver::with(1_000, settings());
        driver.transfer.set_online(false, 0.0);
        for delay in [100.0, 1_000.0, 10_000.0] {
            let now = driver.now;
            if asked {
                driver.tell(Event::EndpointAnswered(reply(503, "")), now);
            } else {
                driver.answer_target(now);
                driver.tell(Event::Answered(reply(503, "")), now);
            }
            assert!(driver.wait() - now <= delay);
        }
        let now = driver.now;
        if !asked {
            driver.answer_target(now);
            driver.tell(Event::Answered(reply(503, "")), now);
        } else {
            driver.tell(Event::EndpointAnswered(reply(503, "")), now);
        }
        assert_eq!(driver.error().attempt, 4, "each has cost a delay");
    }
}

#[test]
fn only_permanent_5xx_statuses_fail_an_upload() {
    for status in 500..=599 {
        let is_final = matches!(status, 501 | 505 | 510 | 511);
        let mut driver = sending();
        driver.tell(Event::Answered(reply(status, "")), 1.0);
        assert_eq!(driver.result.is_some(), is_final, "the host: {status}");
        let mut driver = Driver::with(1_000, settings());
        driver.tell(Event::EndpointAnswered(reply(status, "")), 1.0);
        assert_eq!(driver.result.is_some(), is_final, "the endpoint: {status}");
        let threw =
            Event::EndpointThrew { words: "no".into(), status: Some(status), unreachable: false };
        let mut driver = Driver::with(1_000, settings());
        driver.tell(threw, 1.0);
        assert_eq!(driver.result.is_some(), is_final, "the app's function: {status}");
    }
}

#[test]
fn going_online_does_not_disturb_active_requests() {
    let mut driver = sending();
    driver.transfer.set_online(false, 1.0);
    driver.transfer.set_online(true, 2.0);
    driver.run();
    assert_eq!((driver.asked, driver.stops), (1, 0));
    driver.tell(Event::ConnectionLost, 3.0);
    driver.transfer.set_online(true, 4.0);
    driver.run();
    assert_eq!(driver.asked, 1, "it waits for its time");
}

#[test]
fn an_answer_of_an_earlier_attempt_changes_nothing() {
    let mut driver = sending();
    driver.tell(Event::ConnectionLost, 1.0);
    driver.wait();
    let now = driver.now;
    driver.transfer.handle(3, Event::Answered(reply(201, media())), now);
    driver.transfer.handle(1, Event::EndpointAnswered(reply(200, json!({ "url": URL }))), now);
    driver.run();
    assert_eq!((driver.result.clone(), driver.sent_to.len()), (None, 1));
}

#[test]
fn a_resume_after_a_pause_is_a_new_attempt_that_uses_up_no_retry() {
    let mut driver = sending();
    for _ in 0..10 {
        driver.transfer.pause();
        driver.run();
        let last = *driver.reports.last().expect("a report");
        assert_eq!((last.phase, last.loaded), (Phase::Paused, 0));
        assert_eq!(driver.transfer.deadline(), None);
        driver.transfer.resume(0.0);
        driver.run();
        driver.answer_target(0.0);
    }
    assert_eq!((driver.stops, driver.asked, driver.sent_to.len()), (10, 11, 11));
    assert!(driver.announced.is_empty(), "no failure is announced");
    driver.tell(Event::Answered(reply(201, media())), 0.0);
    assert_eq!(driver.result, Some(Ok(media())));
}

proptest! {
    #[test]
    fn a_delay_with_jitter_is_half_to_all_of_it(seed: u64, delay in 0.0..1e6_f64) {
        let settings = Settings { retry_delays: vec![delay], ..Settings::default() };
        let mut transfer = ittybit_uploader::transfer::Transfer::<serde_json::Value>::new(
            std::rc::Rc::new(super::file(1)),
            std::rc::Rc::new(settings),
            seed,
            0,
        );
        transfer.start(0.0);
        transfer.handle(1, Event::EndpointUnreachable, 0.0);
        let until = transfer.deadline().expect("it waits");
        prop_assert!((delay / 2.0..=delay).contains(&until), "{until} of {delay}");
    }
}

#[test]
fn what_the_app_threw_is_only_the_cause_of_its_own_attempts_error() {
    let mut driver = Driver::with(1_000, settings());
    let asked = driver.ticket;
    let threw = Event::EndpointThrew { words: "no".into(), status: Some(503), unreachable: false };
    driver.tell(threw, 0.0);
    assert_eq!(driver.announced[0].2.thrown, Some(asked));
    let now = driver.wait();
    driver.answer_target(now);
    driver.tell(Event::Answered(reply(503, "")), now);
    assert_eq!(driver.announced[1].2.thrown, None);
    let now = driver.wait();
    let asked = driver.ticket;
    driver.tell(Event::EndpointThrew { words: "no".into(), status: None, unreachable: false }, now);
    assert_eq!(driver.error().thrown, Some(asked));
}

#[test]
fn the_result_is_the_error_of_the_last_attempt() {
    let mut driver = Driver::with(1, Settings { retry_delays: vec![1.0], ..settings() });
    driver.tell(Event::EndpointUnreachable, 0.0);
    driver.wait();
    driver.tell(Event::EndpointAnswered(reply(403, json!({ "message": "films only" }))), 1.0);
    let UploadError { code, attempt, message, .. } = driver.error();
    assert_eq!((*code, *attempt), (ErrorCode::Endpoint, 2));
    assert!(message.contains("films only"));
}
