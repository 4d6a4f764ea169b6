//! Parallel pieces: each is retried by itself, and all files of a queue share one limit.

use std::rc::Rc;

use ittybit_uploader::queue::{self, FileId, Output, Queue};
use ittybit_uploader::transfer::{
    Abort, Action, ErrorCode, Event, Phase, Question, Settings, Ticket,
};
use serde_json::{Value, json};

use super::pieces::Pieces;
use super::{file, once, reply};

fn retrying() -> Settings {
    Settings { retry_delays: vec![100.0, 1_000.0], ..Settings::default() }
}

#[test]
fn after_a_pause_only_stored_pieces_count() {
    let mut pieces = Pieces::multipart(35, 10, once());
    pieces.send(3);
    pieces.store(0);
    let half = Event::BytesSent { sent: 5, total: 10 };
    pieces.tell(pieces.sent[0].ticket, half);
    assert_eq!(pieces.last().loaded, 15);
    pieces.transfer.pause();
    pieces.run();
    let last = pieces.last();
    assert_eq!((last.phase, last.loaded, last.attempt), (Phase::Paused, 10, 2));
    assert_eq!((pieces.transfer.pieces(), pieces.stops.clone()), (0, vec![None]));
    assert!(!pieces.transfer.begin_piece(0.0), "nothing begins");
    pieces.transfer.resume(0.0);
    pieces.run();
    assert_eq!(pieces.resumed, [10]);
    let mut again = pieces.send(9);
    again.sort_by_key(|range| range.start);
    assert_eq!(again, [10..20, 20..30, 30..35]);
    assert!(pieces.announced.is_empty());
}

#[test]
fn a_pause_during_completion_completes_after_the_resume() {
    let mut pieces = Pieces::multipart(5, 10, once());
    pieces.send(1);
    pieces.store(0);
    pieces.transfer.pause();
    pieces.run();
    pieces.transfer.resume(0.0);
    pieces.run();
    assert_eq!((pieces.asked.len(), pieces.resumed.as_slice()), (1, [5].as_slice()));
}

#[test]
fn a_stall_retries_its_own_piece_only() {
    let mut pieces = Pieces::multipart(35, 10, retrying());
    pieces.send(2);
    let (stuck, lively) = (pieces.sent[0].clone(), pieces.sent[1].clone());
    while pieces.stalls == 0 {
        pieces.wait();
        pieces.tell(
            lively.ticket,
            Event::BytesSent { sent: 1 + pieces.now as u64 / 9_999, total: 10 },
        );
    }
    assert_eq!(pieces.stops, [Some(stuck.ticket)]);
    assert_eq!(pieces.announced[0].2.code, ErrorCode::Stalled);
    assert_eq!(pieces.last().phase, Phase::Uploading);
    assert_eq!(pieces.sent.len(), 1);
    pieces.store(0);
    while pieces.asked.is_empty() {
        pieces.wait();
    }
    pieces.sign();
    assert_eq!(pieces.sent[0].range, stuck.range);
}

#[test]
fn while_a_piece_waits_for_a_retry_the_phase_is_not_processing() {
    let mut pieces = Pieces::multipart(20, 10, retrying());
    pieces.send(2);
    for sent in pieces.sent.clone() {
        pieces.tell(sent.ticket, Event::BytesSent { sent: 10, total: 10 });
        pieces.tell(sent.ticket, Event::BodySent);
    }
    assert_eq!((pieces.last().phase, pieces.last().loaded), (Phase::Processing, 20));
    pieces.host(0, reply(503, ""));
    assert_eq!((pieces.last().phase, pieces.last().loaded), (Phase::Uploading, 10));
    pieces.store(0);
    assert_eq!((pieces.last().phase, pieces.last().loaded), (Phase::Waiting, 10));
}

#[test]
fn each_piece_has_its_own_retry_delays() {
    let mut pieces = Pieces::multipart(20, 10, retrying());
    for _ in 0..2 {
        pieces.send(2);
        pieces.lose(0);
        pieces.lose(0);
        pieces.wait();
        pieces.wait();
    }
    assert_eq!((pieces.announced.len(), pieces.result.clone()), (4, None));
    let attempts: Vec<_> =
        pieces.announced.iter().map(|(n, _, error)| (*n, error.attempt)).collect();
    assert_eq!(attempts, [(2, 1), (3, 2), (4, 3), (5, 4)], "the number of the file's attempt");
    pieces.send(2);
    pieces.lose(0);
    assert_eq!((pieces.error().code, pieces.error().attempt), (ErrorCode::Network, 5));
}

#[test]
fn the_app_is_asked_about_each_piece() {
    let settings = Settings { asks_app: true, ..retrying() };
    let mut pieces = Pieces::multipart(20, 10, settings);
    pieces.send(2);
    pieces.host(0, reply(422, ""));
    pieces.lose(0);
    let tries: Vec<_> = pieces.asked_app.iter().map(|(_, tries, _)| *tries).collect();
    assert_eq!(tries, [1, 1], "each piece was tried once");
    let (ticket, _, error) = pieces.asked_app[0].clone();
    assert_eq!(error.code, ErrorCode::Rejected);
    pieces.tell(ticket, Event::AppSaid { retry: true, error: Box::new(error) });
    pieces.wait();
    pieces.send(1);
    pieces.host(0, reply(422, ""));
    let (ticket, tries, error) = pieces.asked_app[2].clone();
    assert_eq!((tries, pieces.asked_app.len()), (2, 3));
    pieces.tell(ticket, Event::AppSaid { retry: false, error: Box::new(error) });
    assert_eq!(pieces.error().code, ErrorCode::Rejected);
}

#[test]
fn offline_pieces_wait_without_using_up_retries() {
    let mut pieces = Pieces::resumable(20, &json!({ "chunk_size": 10 }), retrying());
    for _ in 0..5 {
        pieces.send(2);
        pieces.transfer.set_online(false, pieces.now);
        pieces.lose(0);
        pieces.lose(0);
        assert_eq!(pieces.transfer.deadline(), Some(pieces.now + 30_000.0));
        assert_eq!(pieces.last().phase, Phase::Waiting);
        pieces.transfer.set_online(true, pieces.now);
        pieces.run();
        assert_eq!(pieces.sent.len(), 2);
    }
    for _ in retrying().retry_delays {
        pieces.lose(0);
        pieces.wait();
    }
    assert!(pieces.result.is_none(), "every delay was still there");
}

#[test]
fn when_a_piece_fails_for_good_no_other_piece_goes_on() {
    let mut pieces = Pieces::multipart(20, 10, once());
    pieces.send(2);
    let other = pieces.sent[1].clone();
    pieces.host(0, reply(413, ""));
    assert_eq!(pieces.error().code, ErrorCode::TooLarge);
    pieces.transfer.handle(other.ticket, Event::Answered(reply(200, "")), 0.0);
    pieces.run();
    assert_eq!((pieces.transfer.pieces(), pieces.transfer.deadline()), (0, None));
}

/// A queue whose files are hashed but not sent.
struct Page {
    queue: Queue<Value, ()>,
    hashing: Vec<(FileId, Ticket)>,
    forgotten: Vec<FileId>,
    aborts: Vec<Abort>,
}

impl Page {
    /// Adds files that are multipart uploads of 10 parts each.
    fn new(files: u32, parallel_parts: usize) -> Self {
        let transfer = Rc::new(once());
        let settings =
            queue::Settings { transfer, limit: 9, parallel_parts, ..queue::Settings::default() };
        let (hashing, forgotten, aborts) = (vec![], vec![], vec![]);
        let mut page = Self { queue: Queue::new(settings), hashing, forgotten, aborts };
        for _ in 0..files {
            page.queue.add(Rc::new(file(100)), (), 0.0).expect("added");
        }
        page.queue.start(0.0).expect("no restriction");
        page.run();
        page
    }

    fn run(&mut self) {
        while let Some(output) = self.queue.poll() {
            let (id, action) = match output {
                Output::Action { id, action } => (id, action),
                Output::Abort(abort) => {
                    self.aborts.push(*abort);
                    continue;
                }
                _ => continue,
            };
            match action {
                Action::Ask { ticket, .. } => {
                    let target =
                        json!({ "protocol": "multipart", "upload_id": "u", "part_size": 10 });
                    let answer = Event::EndpointAnswered(reply(200, target));
                    self.queue.handle(id, ticket, answer, 0.0);
                }
                Action::Hash { ticket, .. } => self.hashing.push((id, ticket)),
                Action::Stop(None) => self.hashing.retain(|(other, _)| *other != id),
                Action::Forget => self.forgotten.push(id),
                _ => {}
            }
        }
    }

    fn act(&mut self, act: impl FnOnce(&mut Queue<Value, ()>)) -> Vec<FileId> {
        act(&mut self.queue);
        self.run();
        self.hashing.iter().map(|(id, _)| *id).collect()
    }
}

#[test]
fn all_files_share_one_limit_of_pieces() {
    assert_eq!(Page::new(3, 4).act(|_| {}), [1, 1, 1, 1]);
    assert_eq!(Page::new(3, 12).act(|_| {}), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]);
    assert_eq!(Page::new(1, 0).act(|_| {}), [1], "at least one");
}

#[test]
fn a_file_uses_the_pieces_that_the_one_before_leaves() {
    let mut page = Page::new(2, 3);
    assert_eq!(page.act(|queue| queue.pause(Some(1), 0.0)), [2, 2, 2]);
    assert_eq!(page.act(|queue| queue.resume(Some(1), 0.0)), [2, 2, 2]);
    assert_eq!(page.act(|queue| queue.cancel(Some(2), 0.0)), [1, 1, 1]);
    assert_eq!(page.forgotten, [2]);
}

#[test]
fn cancelling_a_file_aborts_an_upload_that_was_begun_just_before() {
    let mut page = Page::new(0, 1);
    page.queue.add(Rc::new(file(100)), (), 0.0).expect("added");
    page.queue.start(0.0).expect("no restriction");
    let ticket = std::iter::from_fn(|| page.queue.poll()).find_map(|output| match output {
        Output::Action { action: Action::Ask { ticket, .. }, .. } => Some(ticket),
        _ => None,
    });
    let target = json!({ "protocol": "multipart", "upload_id": "new", "part_size": 10 });
    let answered = Event::EndpointAnswered(reply(200, target));
    page.queue.handle(1, ticket.expect("it is asked for"), answered, 0.0);
    page.act(|queue| queue.remove(1, 0.0));
    let request = page.aborts[0].request.clone().expect("it was begun");
    assert_eq!((page.aborts.len(), request.question), (1, Question::Abort));
    assert_eq!(request.url.as_deref(), Some("https://app.example/api/uploads/new"));
}

#[test]
fn a_queue_that_ends_returns_what_aborts_each_upload_that_was_begun() {
    let mut page = Page::new(2, 1);
    page.queue.add(Rc::new(file(100)), (), 0.0).expect("added");
    let are_begun = [1, 2, 3, 4].map(|id| page.queue.session(id).is_some());
    assert_eq!(are_begun, [true, true, false, false]);
    let aborts = page.queue.abort_all();
    let requests = aborts.iter().map(|abort| abort.request.clone().expect("it was begun"));
    assert!(requests.into_iter().all(|request| request.question == Question::Abort));
    assert_eq!((aborts.len(), page.queue.destroy().len()), (2, 3));
}

#[test]
fn every_active_file_learns_whether_the_browser_is_online() {
    let settings = queue::Settings { transfer: Rc::new(retrying()), ..queue::Settings::default() };
    let mut queue: Queue<Value, ()> = Queue::new(settings);
    for id in 1..=2 {
        assert_eq!(queue.add(Rc::new(file(100)), (), 0.0), Ok(id));
    }
    queue.start(0.0).expect("no restriction");
    let asked = |queue: &mut Queue<Value, ()>| -> Vec<_> {
        let asked = |output| match output {
            Output::Action { id, action: Action::Ask { ticket, .. } } => Some((id, ticket)),
            _ => None,
        };
        std::iter::from_fn(|| queue.poll()).filter_map(asked).collect()
    };
    let before = asked(&mut queue);
    queue.set_online(false, 0.0);
    for (id, ticket) in before {
        queue.handle(id, ticket, Event::EndpointUnreachable, 0.0);
    }
    assert_eq!(asked(&mut queue), [], "both wait for the connection");
    queue.set_online(true, 0.0);
    let files: Vec<_> = asked(&mut queue).into_iter().map(|(id, _)| id).collect();
    assert_eq!(files, [1, 2]);
}
