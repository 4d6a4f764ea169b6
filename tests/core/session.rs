//! Continues what an earlier visit has begun, in one window at a time.

use std::rc::Rc;

use ittybit_uploader::transfer::{
    Action, Event, Method, Question, Request, Saved, Settings, Transfer,
};
use serde_json::{Value, json};

use super::pieces::{ORIGIN, Pieces, saved};
use super::{file, media, once, reply};

/// A transfer for which the test answers as the browser's storage.
struct Visit {
    transfer: Transfer<Value>,
    /// The actions of the last step.
    actions: Vec<Action<Value>>,
}

impl Visit {
    fn new() -> Self {
        Self::with(Settings { remembers_from: 0, ..once() })
    }

    fn with(settings: Settings) -> Self {
        let settings = Settings { origins: ORIGIN.into(), new_key: || "key".into(), ..settings };
        let transfer = Transfer::new(Rc::new(file(25)), Rc::new(settings), 1, 0);
        let mut visit = Self { transfer, actions: vec![] };
        visit.transfer.start(0.0);
        visit.run();
        visit
    }

    fn run(&mut self) {
        self.actions = std::iter::from_fn(|| self.transfer.poll())
            .filter(|action| !matches!(action, Action::Report(_)))
            .collect();
    }

    fn found(&mut self, earlier: Vec<Saved>, replaced: Option<Saved>) -> &mut Self {
        // The transfer expects the best one last.
        let earlier = earlier.into_iter().rev().map(Box::new).collect();
        let replaced = replaced.map(Box::new);
        let [Action::Find { ticket }] = self.actions[..] else { panic!("{:?}", self.actions) };
        self.transfer.handle(ticket, Event::Found { earlier, replaced }, 0.0);
        self.run();
        self
    }

    /// Answers the action that locks `key`.
    fn locked(&mut self, key: &str, is_locked: bool) -> &mut Self {
        let [Action::Lock { ticket, key: asked }] = &self.actions[..] else {
            panic!("{:?}", self.actions)
        };
        let ticket = *ticket;
        assert_eq!(asked, key);
        self.transfer.handle(ticket, Event::Locked(is_locked), 0.0);
        self.run();
        self
    }

    fn asked(&self) -> &Request {
        let [Action::Ask { request, .. }] = &self.actions[..] else { panic!("{:?}", self.actions) };
        request
    }

    fn answer(&mut self, body: Value) {
        let [Action::Ask { ticket, .. }] = self.actions[..] else { panic!("{:?}", self.actions) };
        self.transfer.handle(ticket, Event::EndpointAnswered(reply(200, body)), 0.0);
        self.run();
    }
}

#[test]
fn for_a_file_that_is_not_remembered_the_backend_is_asked_at_once() {
    let visit = Visit::with(Settings { remembers_from: 26, ..once() });
    assert_eq!(visit.asked().question, Question::Target);
}

#[test]
fn a_new_file_is_locked_before_the_backend_is_asked() {
    let mut visit = Visit::new();
    visit.found(vec![], None).locked("key", true);
    assert_eq!(
        (visit.asked().question.clone(), visit.asked().key.as_str()),
        (Question::Target, "key")
    );
    visit.answer(json!({ "protocol": "multipart", "upload_id": "u", "part_size": 10 }));
    let [Action::Remember { saved, is_new: true, loaded: 0 }] = &visit.actions[..] else {
        panic!("{:?}", visit.actions)
    };
    assert_eq!((saved.key.as_str(), saved.upload_id.as_deref()), ("key", Some("u")));
}

#[test]
fn an_earlier_upload_continues_after_its_stored_parts() {
    let mut visit = Visit::new();
    visit.found(vec![saved(10)], None).locked("earlier key", true);
    let request = visit.asked();
    assert_eq!((request.question.clone(), request.method), (Question::Parts, Method::Get));
    assert_eq!(request.url, Some(format!("{ORIGIN}/api/uploads/up%201/parts")));
    assert_eq!(request.key, "earlier key");
    visit.answer(json!({ "parts": [{ "part_number": 1, "size": 10, "etag": "e" }] }));
    let [Action::Resumed { from: 10 }, Action::Remember { saved, is_new: false, loaded: 10 }] =
        &visit.actions[..]
    else {
        panic!("{:?}", visit.actions)
    };
    assert_eq!(saved.name, "earlier.mp4", "the backend was told this name");
}

#[test]
fn an_earlier_upload_in_chunks_continues_under_its_key_and_name() {
    let chunks = Saved { upload_id: None, endpoint: None, ..saved(0) };
    let mut visit = Visit::new();
    visit.found(vec![chunks], None).locked("earlier key", true);
    let request = visit.asked();
    assert_eq!((request.question.clone(), request.key.as_str()), (Question::Target, "earlier key"));
    assert!(
        request.body.as_deref().is_some_and(|body| body.contains(r#""filename":"earlier.mp4""#))
    );
}

#[test]
fn if_another_window_sends_the_first_earlier_upload_the_next_is_continued() {
    let other = Saved { key: "other key".into(), ..saved(10) };
    let mut visit = Visit::new();
    visit.found(vec![saved(10), other.clone()], None);
    visit.locked("earlier key", false).locked("other key", true);
    assert_eq!(visit.asked().key, "other key");
    let mut busy = Visit::new();
    busy.found(vec![saved(10), other], None);
    busy.locked("earlier key", false).locked("other key", false).locked("key", true);
    assert_eq!(
        (busy.asked().question.clone(), busy.asked().key.as_str()),
        (Question::Target, "key")
    );
}

#[test]
fn a_saved_session_is_checked_like_an_answer() {
    for unsafe_one in [
        Saved { endpoint: Some("https://evil.example/api".into()), ..saved(10) },
        Saved { endpoint: None, ..saved(10) },
        Saved { upload_id: Some("..".into()), ..saved(10) },
        Saved { upload_id: Some(String::new()), ..saved(10) },
    ] {
        let mut visit = Visit::new();
        visit.found(vec![unsafe_one], None).locked("key", true);
        assert_eq!(visit.asked().question, Question::Target);
    }
}

#[test]
fn a_file_whose_upload_another_window_continues_begins_anew_under_a_new_key() {
    let mut visit = Visit::new();
    visit.found(vec![], None).locked("key", true);
    visit.answer(json!({ "protocol": "multipart", "upload_id": "u", "part_size": 10 }));
    // The upload fails, and another window continues it before the retry.
    let session = visit.transfer.into_session();
    let settings = Settings {
        origins: ORIGIN.into(),
        remembers_from: 0,
        new_key: || "new key".into(),
        ..once()
    };
    let transfer = Transfer::with_session(session, Rc::new(file(25)), Rc::new(settings), 1, 9);
    let mut again = Visit { transfer, actions: vec![] };
    again.transfer.start(0.0);
    again.run();
    again.locked("key", false).locked("new key", false);
    assert_eq!(
        (again.asked().question.clone(), again.asked().key.as_str()),
        (Question::Target, "new key"),
    );
}

#[test]
fn a_failed_file_continues_its_own_upload() {
    let mut visit = Visit::new();
    visit.found(vec![], None).locked("key", true);
    visit.answer(json!({ "protocol": "multipart", "upload_id": "u", "part_size": 10 }));
    let session = visit.transfer.into_session();
    let settings = Settings { origins: ORIGIN.into(), remembers_from: 0, ..once() };
    let transfer = Transfer::with_session(session, Rc::new(file(25)), Rc::new(settings), 1, 9);
    let mut again = Visit { transfer, actions: vec![] };
    again.transfer.start(0.0);
    again.run();
    again.locked("key", true);
    assert_eq!(again.asked().question, Question::Parts);
}

#[test]
fn a_storage_that_never_answers_does_not_block_the_upload() {
    let mut visit = Visit::new();
    for _ in 0..2 {
        while matches!(visit.actions[..], [] | [Action::Find { .. } | Action::Lock { .. }]) {
            let deadline = visit.transfer.deadline().expect("it is waited for");
            visit.transfer.handle_timeout(deadline);
            visit.run();
        }
        if let [Action::Stop(Some(_)), Action::Lock { .. }] = visit.actions[..] {
            visit.actions.clear();
        }
    }
    let [Action::Stop(Some(_)), Action::Ask { request, .. }] = &visit.actions[..] else {
        panic!("{:?}", visit.actions)
    };
    assert_eq!(request.question, Question::Target);
}

#[test]
fn a_replaced_upload_is_aborted_once_the_new_file_is_stored() {
    let mut visit = Visit::new();
    visit.found(vec![], Some(saved(10))).locked("key", true);
    visit.answer(json!({ "media": media() }));
    let [Action::Forget, Action::Abort(abort), Action::Finish(Ok(_))] = &visit.actions[..] else {
        panic!("{:?}", visit.actions)
    };
    assert_eq!((abort.key.as_str(), abort.is_ours), ("earlier key", false));
    assert_eq!(abort.request.as_ref().map(|request| request.method), Some(Method::Delete));
}

#[test]
fn an_upload_that_is_begun_afresh_is_saved_as_new() {
    let mut pieces = Pieces::multipart(5, 10, once());
    pieces.fill(1).answer(404, "");
    pieces.wait();
    pieces.fill(1).answer(404, "");
    assert_eq!((pieces.forgotten, pieces.aborts.len()), (1, 1));
    pieces.wait();
    pieces.answer_multipart("up 2", 10);
    assert_eq!(pieces.saves, [true, true], "each is new to the storage");
}

#[test]
fn a_pause_during_the_search_keeps_the_search_and_its_lock() {
    let mut visit = Visit::new();
    visit.found(vec![], None);
    let [Action::Lock { ticket, .. }] = visit.actions[..] else { panic!("{:?}", visit.actions) };
    visit.transfer.pause();
    visit.run();
    assert!(visit.actions.is_empty(), "nothing is stopped: {:?}", visit.actions);
    // The lock arrives after the resume.
    visit.transfer.resume(1.0);
    visit.run();
    assert!(matches!(visit.actions[..], [Action::Resumed { from: 0 }]), "{:?}", visit.actions);
    visit.transfer.handle(ticket, Event::Locked(true), 2.0);
    visit.run();
    assert_eq!(visit.asked().question, Question::Target);
}

#[test]
fn a_file_that_is_paused_when_its_lock_arrives_asks_nothing_until_it_is_resumed() {
    let mut visit = Visit::new();
    visit.found(vec![], None);
    let [Action::Lock { ticket, .. }] = visit.actions[..] else { panic!("{:?}", visit.actions) };
    visit.transfer.pause();
    visit.transfer.handle(ticket, Event::Locked(true), 1.0);
    visit.run();
    assert!(visit.actions.is_empty(), "{:?}", visit.actions);
    visit.transfer.resume(2.0);
    visit.run();
    let [Action::Resumed { .. }, Action::Ask { request, .. }] = &visit.actions[..] else {
        panic!("{:?}", visit.actions)
    };
    assert_eq!(request.question, Question::Target);
}
