//! The progress that a page sees.

use ittybit_uploader::transfer::{Event, Phase};
use proptest::prelude::*;

use super::{Driver, media, reply};

#[test]
fn progress_counts_bytes_of_the_file_not_the_form() {
    let mut driver = Driver::sending(1_000);
    for (sent, loaded) in [(100, None), (200, None), (201, Some(1)), (1_200, Some(1_000))] {
        let before = driver.reports.len();
        driver.tell(Event::BytesSent { sent, total: 1_200 }, 1.0);
        let news = driver.reports[before..].last().map(|report| report.loaded);
        assert_eq!(news, loaded, "{sent}");
    }
}

#[test]
fn after_the_last_byte_the_upload_is_processing_not_done() {
    let mut driver = Driver::sending(1_000);
    driver.tell(Event::BytesSent { sent: 1_200, total: 1_200 }, 1.0);
    driver.tell(Event::BodySent, 2.0);
    let last = *driver.reports.last().expect("a report");
    assert_eq!((last.phase, last.loaded, last.percentage), (Phase::Processing, 1_000, 99.0));
    assert_eq!(last.eta, None, "how long the host takes is not known");
}

#[test]
fn a_steady_connection_has_its_speed_and_time_left() {
    let mut driver = Driver::sending(10_000_000);
    for step in 1..=50 {
        // 1 MB/s, reported every 100 ms.
        driver.tell(
            Event::BytesSent { sent: step * 100_000, total: 10_000_000 },
            step as f64 * 100.0,
        );
    }
    let last = driver.reports.last().expect("a report");
    assert!((last.speed - 1_000_000.0).abs() < 1_000.0, "{}", last.speed);
    let eta = last.eta.expect("a time left");
    assert!((eta - 5.0).abs() < 0.01, "{eta}");
}

#[test]
fn the_speed_follows_a_change_of_the_connection() {
    let mut driver = Driver::sending(60_000_000);
    for step in 1..=200_u64 {
        let sent = if step <= 100 { step * 100_000 } else { 10_000_000 + (step - 100) * 10_000 };
        driver.tell(Event::BytesSent { sent, total: 60_000_000 }, step as f64 * 100.0);
    }
    let speed = driver.reports.last().expect("a report").speed;
    assert!((100_000.0..160_000.0).contains(&speed), "a tenth of what it was: {speed}");
}

#[test]
fn the_first_burst_into_the_buffers_gives_no_speed() {
    let mut driver = Driver::sending(10_000_000);
    driver.tell(Event::BytesSent { sent: 2_000_000, total: 10_000_000 }, 20.0);
    let last = driver.reports.last().expect("a report");
    assert_eq!((last.speed, last.eta), (0.0, None));
}

proptest! {
    #[test]
    fn progress_never_goes_back_and_reaches_100_only_with_the_media_object(
        size in 0_u64..5_000_000_000_000,
        form in 0_u64..1_000,
        told in prop::collection::vec((any::<u64>(), any::<u64>(), -10.0..2_000.0), 0..60),
        body_sent_at in 0_usize..60,
        stored: bool,
    ) {
        // The file stays below the limit of a simple upload, because this test is about progress only.
        let size = size.min(60_000_000);
        let mut driver = Driver::sending(size);
        let mut now = 0.0;
        for (step, (sent, total, elapsed)) in told.into_iter().enumerate() {
            now += elapsed;
            // Half of the events are plausible, the others are nonsense.
            let event = if step % 2 == 0 {
                Event::BytesSent { sent: sent % (size + form + 1), total: size + form }
            } else {
                Event::BytesSent { sent, total }
            };
            driver.tell(event, now);
            if step == body_sent_at {
                driver.tell(Event::BodySent, now);
            }
        }
        let answer = if stored { media().to_string() } else { "{}".into() };
        driver.tell(Event::Answered(reply(200, answer)), now);

        for pair in driver.reports.windows(2) {
            prop_assert!(pair[0].loaded <= pair[1].loaded);
            prop_assert!(pair[0].percentage <= pair[1].percentage);
        }
        for report in &driver.reports {
            prop_assert!(report.loaded <= report.total);
            prop_assert!(report.speed.is_finite() && report.speed >= 0.0);
            prop_assert!(report.eta.is_none_or(|eta| eta.is_finite() && eta >= 0.0));
            prop_assert_eq!(report.percentage == 100.0, report.phase == Phase::Done);
            prop_assert!((0.0..=100.0).contains(&report.percentage));
        }
        let done = driver.reports.iter().any(|report| report.phase == Phase::Done);
        prop_assert_eq!(done, stored);
    }
}
