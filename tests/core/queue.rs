//! Which files are active, in what order, and what the page hears about each.

use std::collections::VecDeque;
use std::rc::Rc;

use ittybit_uploader::queue::{Ended, FileId, Output, Queue, Settings};
use ittybit_uploader::transfer::{Action, ErrorCode, Event, Phase, Ticket};
use serde_json::{Value, json};

use super::{URL, file, media, once, reply};

/// Returns the n-th ticket of a transfer. Transfers are numbered in the order in which they begin.
fn ticket(transfer: u32, n: Ticket) -> Ticket {
    (Ticket::from(transfer) << 32) + n
}

/// A queue, and what it has reported.
struct Page {
    queue: Queue<Value, char>,
    /// The files for which the endpoint was asked, each with its ticket; the oldest first.
    asked: VecDeque<(FileId, Ticket)>,
    told: Vec<String>,
}

impl Page {
    fn new(settings: Settings) -> Self {
        let transfer = Rc::new(once());
        let queue = Queue::new(Settings { transfer, ..settings });
        Self { queue, asked: VecDeque::new(), told: vec![] }
    }

    /// Adds files of 100 bytes each.
    fn with_files(count: u32, limit: usize) -> Self {
        let mut page = Self::new(Settings { limit, ..Settings::default() });
        for id in 1..=count {
            assert_eq!(page.queue.add(Rc::new(file(100)), 'f', 0.0), Ok(id));
        }
        page
    }

    /// Calls the queue, and handles what follows.
    fn act(&mut self, act: impl FnOnce(&mut Queue<Value, char>)) -> &mut Self {
        act(&mut self.queue);
        while let Some(output) = self.queue.poll() {
            let told = match output {
                Output::Action { id, action } => match action {
                    Action::Ask { ticket, .. } => {
                        self.asked.push_back((id, ticket));
                        continue;
                    }
                    Action::Stop(_) => format!("stop {id}"),
                    Action::Resumed { .. } => format!("resume {id}"),
                    Action::Finish(Ok(_)) => format!("success {id}"),
                    Action::Finish(Err(_)) => format!("failure {id}"),
                    _ => continue,
                },
                Output::Started(id) => format!("start {id}"),
                Output::Paused(id) => format!("pause {id}"),
                Output::Cancelled(id) => format!("cancel {id}"),
                Output::Removed { id, source, .. } => {
                    assert_eq!(source, 'f', "it is handed back");
                    format!("remove {id}")
                }
                Output::Abort(_) => continue,
                Output::Complete => "complete".into(),
            };
            self.told.push(told);
        }
        self
    }

    fn start(&mut self) -> &mut Self {
        self.act(|queue| queue.start(0.0).expect("no restriction"))
    }

    /// Answers for the file that has waited longest that it is stored.
    fn store(&mut self) -> &mut Self {
        self.answer(json!({ "media": media() }))
    }

    /// Refuses the file that has waited longest.
    fn refuse(&mut self) -> &mut Self {
        self.answer(json!({ "error": "no" }))
    }

    fn answer(&mut self, answer: Value) -> &mut Self {
        let (id, ticket) = self.asked.pop_front().expect("a file that is asked about");
        self.act(|queue| queue.handle(id, ticket, Event::EndpointReturned(answer), 0.0))
    }

    fn told(&mut self, expected: &[&str]) -> &mut Self {
        assert_eq!(std::mem::take(&mut self.told), expected);
        self
    }
}

#[test]
fn files_begin_in_order_up_to_the_limit() {
    let mut page = Page::with_files(5, 2);
    page.start().told(&["start 1", "start 2"]);
    page.store().told(&["success 1", "start 3"]);
    page.store().told(&["success 2", "start 4"]);
    page.store().store().told(&["success 3", "start 5", "success 4"]);
    page.store().told(&["success 5", "complete"]);
    assert!(page.queue.is_idle());
}

#[test]
fn a_limit_of_0_counts_as_1() {
    Page::with_files(2, 0).start().told(&["start 1"]);
}

#[test]
fn nothing_begins_before_the_start() {
    Page::with_files(2, 2).act(|_| {}).told(&[]);
}

#[test]
fn a_run_without_files_completes_at_once() {
    let mut page = Page::with_files(0, 1);
    page.start().told(&["complete"]);
    page.act(|queue| queue.retry(None, 0.0).expect("taken")).told(&["complete"]);
}

#[test]
fn a_failure_ends_only_its_own_file() {
    let mut page = Page::with_files(2, 1);
    page.start().refuse().told(&["start 1", "failure 1", "start 2"]);
    page.store().told(&["success 2", "complete"]);
}

#[test]
fn with_auto_proceed_an_added_file_begins_at_once() {
    let mut page = Page::new(Settings { auto_proceed: true, limit: 1, ..Settings::default() });
    for _ in 0..2 {
        page.act(|queue| {
            queue.add(Rc::new(file(1)), 'f', 0.0).expect("added");
        });
    }
    page.told(&["start 1"]);
    page.store().store().told(&["success 1", "start 2", "success 2", "complete"]);
}

#[test]
fn a_file_added_during_a_run_waits_for_its_own_start() {
    let mut page = Page::with_files(1, 1);
    page.start();
    page.act(|queue| {
        queue.add(Rc::new(file(1)), 'f', 0.0).expect("added");
    });
    page.store().told(&["start 1", "success 1", "complete"]);
    page.start().store().told(&["start 2", "success 2", "complete"]);
}

#[test]
fn files_started_during_a_run_join_it() {
    let mut page = Page::with_files(1, 1);
    page.start();
    page.act(|queue| {
        queue.add(Rc::new(file(1)), 'f', 0.0).expect("added");
    });
    page.start().store().store();
    page.told(&["start 1", "success 1", "start 2", "success 2", "complete"]);
}

#[test]
fn a_paused_file_makes_room_and_a_resumed_one_comes_first() {
    let mut page = Page::with_files(4, 1);
    page.start().act(|queue| queue.pause(Some(1), 0.0));
    page.told(&["start 1", "stop 1", "pause 1", "start 2"]);
    page.act(|queue| queue.resume(Some(1), 0.0)).told(&[]);
    page.asked.pop_front();
    page.store().told(&["success 2", "resume 1"]);
    page.store().told(&["success 1", "start 3"]);
}

#[test]
fn a_file_that_has_not_begun_can_be_paused() {
    let mut page = Page::with_files(2, 1);
    page.start().act(|queue| queue.pause(Some(2), 0.0)).told(&["start 1", "pause 2"]);
    page.store().told(&["success 1"]);
    page.act(|queue| queue.resume(Some(2), 0.0)).store();
    page.told(&["start 2", "success 2", "complete"]);
}

#[test]
fn while_the_whole_queue_is_paused_nothing_begins() {
    let mut page = Page::with_files(3, 2);
    page.start().act(|queue| queue.pause(None, 0.0));
    page.told(&["start 1", "start 2", "stop 1", "pause 1", "stop 2", "pause 2"]);
    page.act(|queue| {
        queue.add(Rc::new(file(1)), 'f', 0.0).expect("added");
    });
    page.start().told(&[]);
    assert_eq!(page.queue.total().phase, Phase::Paused);
    page.asked.clear();
    page.act(|queue| queue.resume(None, 0.0)).told(&["resume 1", "resume 2"]);
    page.store().store().store().store();
    page.told(&[
        "success 1",
        "start 3",
        "success 2",
        "start 4",
        "success 3",
        "success 4",
        "complete",
    ]);
}

#[test]
fn a_paused_queue_has_the_phase_paused_even_if_all_files_are_queued() {
    let mut page = Page::with_files(1, 1);
    page.act(|queue| queue.pause(None, 0.0)).start().told(&[]);
    assert_eq!(page.queue.total().phase, Phase::Paused);
    page.act(|queue| queue.resume(None, 0.0)).told(&["start 1"]);
    assert_eq!(page.queue.total().phase, Phase::Preparing);
}

#[test]
fn a_single_file_can_be_resumed_after_the_whole_queue_was_paused() {
    let mut page = Page::with_files(2, 2);
    page.start().act(|queue| queue.pause(None, 0.0));
    page.told(&["start 1", "start 2", "stop 1", "pause 1", "stop 2", "pause 2"]);
    page.act(|queue| queue.resume(Some(2), 0.0)).told(&["resume 2"]);
    page.act(|queue| queue.resume(Some(1), 0.0)).told(&["resume 1"]);
}

#[test]
fn a_cancelled_file_stops_and_makes_room() {
    let mut page = Page::with_files(2, 1);
    page.start().act(|queue| queue.cancel(Some(1), 0.0));
    page.told(&["start 1", "stop 1", "cancel 1", "start 2"]);
    // A late answer for the file changes nothing.
    page.store().told(&[]);
    page.store().told(&["success 2", "complete"]);
    page.act(|queue| queue.cancel(Some(2), 0.0)).told(&[]);
}

#[test]
fn cancelling_all_ends_the_run() {
    let mut page = Page::with_files(4, 2);
    page.start().store().told(&["start 1", "start 2", "success 1", "start 3"]);
    page.act(|queue| queue.cancel(None, 0.0));
    page.told(&["stop 2", "stop 3", "complete"]);
    assert_eq!(page.queue.total().percentage, 100.0, "of those that are not cancelled");
}

#[test]
fn a_removed_file_returns_its_source_and_is_forgotten() {
    let mut page = Page::with_files(3, 1);
    page.start();
    page.act(|queue| queue.remove(1, 0.0));
    page.told(&["start 1", "remove 1", "start 2"]);
    page.act(|queue| queue.remove(3, 0.0)).told(&["remove 3"]);
    page.act(|queue| queue.remove(1, 0.0)).told(&[]);
    page.asked.pop_front();
    page.store().told(&["success 2", "complete"]);
    assert_eq!(page.queue.source(1), None);
    assert_eq!(page.queue.source(2), Some('f'));
}

#[test]
fn failed_and_cancelled_files_can_be_retried() {
    let mut page = Page::with_files(3, 3);
    page.start().refuse().refuse().act(|queue| queue.cancel(Some(3), 0.0));
    page.asked.clear();
    page.told(&[
        "start 1",
        "start 2",
        "start 3",
        "failure 1",
        "failure 2",
        "stop 3",
        "cancel 3",
        "complete",
    ]);
    page.act(|queue| queue.retry(Some(1), 0.0).expect("taken")).store();
    page.told(&["start 1", "success 1", "complete"]);
    page.act(|queue| queue.retry(None, 0.0).expect("taken")).store();
    page.told(&["start 2", "success 2", "complete"]);
    page.act(|queue| queue.retry(Some(3), 0.0).expect("taken")).store();
    page.told(&["start 3", "success 3", "complete"]);
    page.act(|queue| queue.retry(Some(3), 0.0).expect("taken")).told(&[]);
}

#[test]
fn a_restored_file_of_an_earlier_queue_can_be_retried() {
    let mut page = Page::with_files(0, 1);
    for ended in [Ended::Done, Ended::Failed, Ended::Cancelled, Ended::Failed] {
        page.queue.restore(Rc::new(file(100)), 'f', ended);
    }
    assert_eq!((page.queue.total().loaded, page.queue.total().total), (100, 300));
    page.start().told(&["complete"]);
    page.act(|queue| queue.retry(None, 0.0).expect("taken")).store().store();
    page.told(&["start 2", "success 2", "start 4", "success 4", "complete"]);
    page.act(|queue| queue.retry(Some(3), 0.0).expect("taken")).store();
    page.told(&["start 3", "success 3", "complete"]);
    page.act(|queue| queue.remove(1, 0.0)).told(&["remove 1"]);
}

#[test]
fn cancelling_and_removing_files_keeps_the_order_of_the_others() {
    let mut page = Page::with_files(9, 1);
    page.start().told(&["start 1"]);
    page.act(|queue| queue.pause(Some(8), 0.0)).told(&["pause 8"]);
    page.act(|queue| queue.cancel(Some(2), 0.0)).told(&["cancel 2"]);
    for id in [3, 4, 5, 6] {
        page.act(|queue| queue.remove(id, 0.0));
    }
    page.told(&["remove 3", "remove 4", "remove 5", "remove 6"]);
    page.store().told(&["success 1", "start 7"]);
    page.act(|queue| queue.retry(Some(2), 0.0).expect("taken"));
    page.act(|queue| queue.resume(Some(8), 0.0)).told(&[]);
    page.store().store().store().store();
    page.told(&[
        "success 7",
        "start 2",
        "success 2",
        "start 8",
        "success 8",
        "start 9",
        "success 9",
        "complete",
    ]);
}

#[test]
fn after_destroy_nothing_follows() {
    let mut page = Page::with_files(3, 2);
    page.start().told(&["start 1", "start 2"]);
    page.act(|queue| assert_eq!(queue.destroy(), ['f', 'f', 'f']));
    page.store().store();
    page.act(|queue| queue.handle_timeout(1e12)).told(&[]);
    assert!(page.queue.is_idle() && page.queue.deadline().is_none());
}

#[test]
fn a_call_from_within_a_handler_discards_pending_outputs_of_its_file() {
    let mut page = Page::with_files(2, 2);
    page.queue.start(0.0).expect("no restriction");
    assert!(matches!(page.queue.poll(), Some(Output::Started(1))));
    page.queue.cancel(Some(1), 0.0);
    page.act(|_| {}).told(&["start 2", "stop 1", "cancel 1"]);
    assert_eq!(page.asked, [(2, ticket(2, 1))], "nobody asks about the first");
}

#[test]
fn the_total_is_done_when_every_file_is() {
    let mut page = Page::with_files(3, 3);
    assert_eq!(page.queue.total().total, 300);
    page.start().store().store();
    let total = page.queue.total();
    assert_eq!((total.loaded, total.phase), (200, Phase::Preparing));
    assert!((66.0..67.0).contains(&total.percentage), "{}", total.percentage);
    page.store();
    let total = page.queue.total();
    assert_eq!((total.phase, total.percentage), (Phase::Done, 100.0));
}

#[test]
fn a_failure_keeps_the_total_below_100() {
    let mut page = Page::with_files(2, 2);
    page.start().store().refuse();
    let total = page.queue.total();
    assert_eq!((total.phase, total.percentage), (Phase::Done, 50.0));
    assert_eq!(page.queue.progress(2).map(|progress| progress.percentage), Some(0.0));
    assert_eq!(page.queue.progress(3), None);
}

#[test]
fn an_empty_queue_and_empty_files_have_a_progress() {
    let total = Page::with_files(0, 1).queue.total();
    assert_eq!((total.phase, total.percentage, total.eta), (Phase::Preparing, 0.0, None));
    let mut page = Page::new(Settings::default());
    page.queue.add(Rc::new(file(0)), 'f', 0.0).expect("added");
    page.start().store();
    assert_eq!(page.queue.total().percentage, 100.0);
}

#[test]
fn speed_and_time_left_of_the_total_come_from_its_files() {
    let mut page = Page::new(Settings { limit: 2, ..Settings::default() });
    for _ in 0..2 {
        page.queue.add(Rc::new(file(10_000_000)), 'f', 0.0).expect("added");
    }
    page.start();
    for id in 1..=2 {
        page.act(|queue| {
            queue.handle(id, ticket(id, 1), Event::EndpointReturned(json!(URL)), 0.0);
            queue.handle(id, ticket(id, 2), Event::FileChecked { readable: true }, 0.0);
            for step in 1..=20 {
                let sent = Event::BytesSent { sent: step * 100_000, total: 10_000_000 };
                queue.handle(id, ticket(id, 3), sent, step as f64 * 100.0);
            }
        });
    }
    let total = page.queue.total();
    assert!((total.speed - 2_000_000.0).abs() < 10_000.0, "{}", total.speed);
    let eta = total.eta.expect("a time left");
    assert!((eta - 8.0).abs() < 0.1, "{eta}");
    assert_eq!(total.phase, Phase::Uploading);
}

#[test]
fn the_queues_deadline_is_its_files_earliest() {
    let mut page = Page::with_files(2, 2);
    page.start();
    let first = page.queue.deadline().expect("the endpoint is waited for");
    page.act(|queue| queue.handle_timeout(first));
    assert!(page.queue.deadline().is_some_and(|deadline| deadline > first));
}

#[test]
fn a_host_error_reaches_its_own_file() {
    let mut page = Page::with_files(2, 2);
    page.queue.start(0.0).expect("no restriction");
    while page.queue.poll().is_some() {}
    page.queue.handle(2, ticket(2, 1), Event::EndpointAnswered(reply(403, "")), 0.0);
    let output = std::iter::from_fn(|| page.queue.poll()).find_map(|output| match output {
        Output::Action { id, action: Action::Finish(Err(error)) } => Some((id, error.code)),
        _ => None,
    });
    assert_eq!(output, Some((2, ErrorCode::Endpoint)));
}
