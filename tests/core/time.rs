//! Stalls and timeouts, and a page that sleeps.

use ittybit_uploader::transfer::{ErrorCode, Event, Settings};

use super::{Driver, once};

fn sending() -> Driver {
    let settings = Settings { stall_timeout: 30_000.0, response_timeout: 300_000.0, ..once() };
    let mut driver = Driver::with(1_000_000, settings);
    driver.answer_target(0.0);
    driver
}

/// Wakes the transfer whenever it wants to be, until it has ended; answers when that was.
fn wait_for_the_end(driver: &mut Driver) -> f64 {
    while driver.result.is_none() {
        driver.wait();
    }
    driver.now
}

#[test]
fn a_connection_that_never_carries_a_byte_stalls() {
    let mut driver = sending();
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
    assert_eq!((driver.code(), driver.stalls, driver.stops), (ErrorCode::Stalled, 1, 1));
    assert!(driver.error().retryable);
}

#[test]
fn a_byte_that_moves_starts_the_clock_anew() {
    let mut driver = sending();
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
fn the_host_is_given_longer_to_answer() {
    let mut driver = sending();
    driver.tell(Event::BodySent, 1_000.0);
    assert_eq!(wait_for_the_end(&mut driver), 301_000.0);
    assert_eq!((driver.code(), driver.stalls, driver.stops), (ErrorCode::Timeout, 0, 1));
    assert!(driver.error().retryable);
}

#[test]
fn a_backend_that_does_not_answer_is_not_waited_for_for_ever() {
    let mut driver = Driver::new(1);
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
    assert_eq!((driver.code(), driver.stops), (ErrorCode::Stalled, 1));

    // The app's own function may be asking a person.
    let driver = Driver::with(1, Settings { times_endpoint: false, ..once() });
    assert_eq!(driver.transfer.deadline(), None);
}

#[test]
fn without_a_timeout_nothing_is_given_up() {
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
fn a_page_that_sleeps_does_not_take_its_sleep_for_a_stall() {
    let mut driver = sending();
    let hour = 3_600_000.0;
    // Timers fire on waking up, before the network has had a chance.
    for nap in 1..=10_u64 {
        driver.wake(nap as f64 * hour);
        assert!(driver.result.is_none(), "after nap {nap}");
        driver.tell(
            Event::BytesSent { sent: nap * 1_000, total: 1_000_500 },
            nap as f64 * hour + 9.0,
        );
    }
    // Awake and silent, it is a stall all the same.
    let awake = driver.now;
    assert_eq!(wait_for_the_end(&mut driver), awake + 30_000.0);
}

#[test]
fn a_page_in_the_background_whose_timers_are_late_still_notices() {
    let mut driver = sending();
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
    let mut driver = sending();
    for now in 0..4_999 {
        driver.wake(f64::from(now));
    }
    assert_eq!(wait_for_the_end(&mut driver), 30_000.0);
}
