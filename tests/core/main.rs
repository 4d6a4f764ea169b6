//! The pure core, natively: what it decides, and the properties that hold for whatever comes.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod endpoint;
mod form;
mod host;
mod progress;
mod transfer;

use ittybit_uploader::transfer::{
    Action, ErrorCode, Event, FileInfo, Progress, Reply, Transfer, UploadError,
};
use serde_json::{Value, json};

const URL: &str = "https://store.example/single?key=3f9c2ab17d5e4c60";

fn file(size: u64) -> FileInfo {
    FileInfo { name: "clip.mp4".into(), size, mime: "video/mp4".into() }
}

fn reply(status: u16, body: impl ToString) -> Reply {
    Reply { status, body: body.to_string() }
}

fn media() -> Value {
    json!({ "id": "med_1", "object": "media", "created_at": "Tuesday", "extra": [1, { "a": null }] })
}

/// A transfer, and what it has done so far.
struct Driver {
    transfer: Transfer<Value>,
    reports: Vec<Progress>,
    sent_to: Vec<String>,
    asked: u32,
    checks: u32,
    /// What each look at the file finds; without it, the test answers by itself.
    readable: Option<bool>,
    now: f64,
    result: Option<Result<Value, UploadError>>,
}

impl Driver {
    fn new(size: u64) -> Self {
        let mut driver = Self {
            transfer: Transfer::new(file(size), "file".into(), false),
            reports: vec![],
            sent_to: vec![],
            asked: 0,
            checks: 0,
            readable: Some(true),
            now: 0.0,
            result: None,
        };
        driver.transfer.start();
        driver.run();
        driver
    }

    /// On the way to the host, at time 0.
    fn sending(size: u64) -> Self {
        let mut driver = Self::new(size);
        driver.tell(Event::EndpointAnswered(reply(200, json!({ "url": URL }))), 0.0);
        assert_eq!(driver.sent_to, [URL]);
        driver
    }

    fn tell(&mut self, event: Event<Value>, now: f64) {
        self.now = now;
        self.transfer.handle(1, event, now);
        self.run();
    }

    fn run(&mut self) {
        while let Some(action) = self.transfer.poll() {
            assert!(self.result.is_none(), "after the end: {action:?}");
            match action {
                Action::Report(progress) => self.reports.push(progress),
                Action::AskEndpoint { .. } => self.asked += 1,
                Action::Send { url, .. } => self.sent_to.push(url),
                Action::CheckFile { attempt } => {
                    self.checks += 1;
                    if let Some(readable) = self.readable {
                        self.transfer.handle(attempt, Event::FileChecked { readable }, self.now);
                    }
                }
                Action::Finish(result) => self.result = Some(result),
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
