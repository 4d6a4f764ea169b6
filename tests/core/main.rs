//! Tests of the core, run natively: its decisions, and properties that hold for any input.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod causes;
mod checksums;
mod chunks;
mod crc32c;
mod endpoint;
mod form;
mod host;
mod md5;
mod orders;
mod parts;
mod pieces;
mod plan;
mod pool;
mod progress;
mod queue;
mod requests;
mod restrictions;
mod retry;
mod session;
mod slots;
mod time;
mod transfer;
mod trust;
mod widget;

use std::rc::Rc;

use ittybit_uploader::transfer::{
    Action, ErrorCode, Event, FileInfo, Progress, Reply, Settings, Ticket, Transfer, UploadError,
};
use serde_json::{Value, json};

const URL: &str = "https://store.example/single?key=3f9c2ab17d5e4c60";

fn file(size: u64) -> FileInfo {
    FileInfo { name: "clip.mp4".into(), size, mime: "video/mp4".into() }
}

/// Returns settings without retries, for tests of a single attempt.
fn once() -> Settings {
    let endpoint = Some("https://app.example/api/uploads".into());
    Settings { endpoint, retry_delays: vec![], ..Settings::default() }
}

fn reply(status: u16, body: impl ToString) -> Reply {
    Reply { status, body: body.to_string(), ..Reply::default() }
}

fn media() -> Value {
    json!({ "id": "med_1", "object": "media", "created_at": "Tuesday", "extra": [1, { "a": null }] })
}

/// A transfer that a test drives, and what the transfer has done so far.
struct Driver {
    transfer: Transfer<Value>,
    reports: Vec<Progress>,
    sent_to: Vec<String>,
    asked: u32,
    checks: u32,
    /// The answer to each check of the file. If `None`, the test answers.
    readable: Option<bool>,
    /// Whether a request leaves the page at once.
    leaves: bool,
    now: f64,
    /// The ticket of the last action.
    ticket: Ticket,
    /// The number, delay and error of each retry.
    announced: Vec<(u32, f64, Box<UploadError>)>,
    stalls: u32,
    stops: u32,
    /// The errors about which the app was asked.
    asked_app: Vec<UploadError>,
    result: Option<Result<Value, Box<UploadError>>>,
}

impl Driver {
    fn new(size: u64) -> Self {
        Self::with(size, once())
    }

    fn with(size: u64, settings: Settings) -> Self {
        Self::start(size, settings, true)
    }

    /// Starts a transfer whose requests do not leave the page.
    fn silent(size: u64, settings: Settings) -> Self {
        Self::start(size, settings, false)
    }

    fn start(size: u64, settings: Settings, leaves: bool) -> Self {
        let mut driver = Self {
            transfer: Transfer::new(Rc::new(file(size)), Rc::new(settings), 1, 0),
            reports: vec![],
            sent_to: vec![],
            asked: 0,
            checks: 0,
            readable: Some(true),
            leaves,
            now: 0.0,
            ticket: 0,
            announced: vec![],
            stalls: 0,
            stops: 0,
            asked_app: vec![],
            result: None,
        };
        driver.transfer.start(0.0);
        driver.run();
        driver
    }

    /// Returns a transfer that began to send the file at time 0.
    fn sending(size: u64) -> Self {
        let mut driver = Self::new(size);
        driver.answer_target(0.0);
        assert_eq!(driver.sent_to, [URL]);
        driver
    }

    /// Answers with an upload URL, as the endpoint does.
    fn answer_target(&mut self, now: f64) {
        self.tell(Event::EndpointAnswered(reply(200, json!({ "url": URL }))), now);
    }

    fn tell(&mut self, event: Event<Value>, now: f64) {
        self.now = now;
        self.transfer.handle(self.ticket, event, now);
        self.run();
    }

    /// Advances the clock to the next deadline, and returns the time.
    fn wait(&mut self) -> f64 {
        let deadline = self.transfer.deadline().expect("something is waited for");
        self.wake(deadline);
        deadline
    }

    fn wake(&mut self, now: f64) {
        self.now = now;
        self.transfer.handle_timeout(now);
        self.run();
    }

    fn run(&mut self) {
        while let Some(action) = self.transfer.poll() {
            assert!(self.result.is_none(), "after the end: {action:?}");
            match action {
                Action::Report(progress) => self.reports.push(progress),
                Action::Ask { ticket, .. } => {
                    self.asked += 1;
                    self.ticket = ticket;
                    if self.leaves {
                        self.transfer.handle(ticket, Event::RequestLeft, self.now);
                    }
                }
                Action::Announce { attempt, delay, error } => {
                    self.announced.push((attempt, delay, error));
                }
                Action::AnnounceStall => self.stalls += 1,
                Action::Stop(_) => self.stops += 1,
                Action::AskApp { ticket, error, .. } => {
                    self.ticket = ticket;
                    self.asked_app.push(*error);
                }
                Action::Send { ticket, url, .. } => {
                    self.ticket = ticket;
                    self.sent_to.push(url);
                    self.transfer.handle(ticket, Event::RequestLeft, self.now);
                }
                Action::Check { ticket, .. } => {
                    self.ticket = ticket;
                    self.checks += 1;
                    if let Some(readable) = self.readable {
                        self.transfer.handle(ticket, Event::FileChecked { readable }, self.now);
                    }
                }
                Action::Resumed { .. } | Action::Forget => {}
                Action::Finish(result) => self.result = Some(result),
                action => panic!("a file in one piece needs no {action:?}"),
            }
        }
    }

    fn error(&self) -> &UploadError {
        self.result.as_ref().expect("the transfer ended").as_ref().expect_err("it failed")
    }

    fn code(&self) -> ErrorCode {
        self.error().code
    }
}
