//! A transfer in pieces that a test drives by hand.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::crc32c;
use ittybit_uploader::transfer::checksums::Checksums;
use ittybit_uploader::transfer::{
    Abort, Action, Body, Event, FileInfo, Progress, Question, Reply, Request, Saved, Settings,
    Ticket, Transfer, UploadError,
};
use serde_json::{Value, json};

use super::{URL, file, reply};

/// A piece that is being sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub ticket: Ticket,
    pub url: String,
    pub range: Range<u64>,
    pub content_range: Option<String>,
    pub headers: Option<Value>,
}

/// A transfer, and the actions that it has returned so far. Checks of the file are answered automatically.
pub struct Pieces {
    pub transfer: Transfer<Value>,
    pub now: f64,
    /// Questions that are not answered yet.
    pub asked: Vec<(Ticket, Question)>,
    /// Each request to the endpoint.
    pub requests: Vec<Request>,
    /// Pieces that are not answered yet.
    pub sent: Vec<Sent>,
    /// The ranges whose checksum was asked for.
    pub hashed: Vec<Range<u64>>,
    /// The algorithm of the last one.
    pub hashed_by: Checksums,
    pub loaded: Vec<u64>,
    /// For each saved session, whether it was new.
    pub saves: Vec<bool>,
    pub resumed: Vec<u64>,
    /// The sessions that earlier visits have saved.
    pub earlier: Vec<Saved>,
    pub aborts: Vec<Abort>,
    pub forgotten: u32,
    pub stops: Vec<Option<Ticket>>,
    pub stalls: u32,
    pub announced: Vec<(u32, f64, UploadError)>,
    pub asked_app: Vec<(Ticket, u32, UploadError)>,
    pub reports: Vec<Progress>,
    pub result: Option<Result<Value, UploadError>>,
}

/// The page's origin.
pub const ORIGIN: &str = "https://app.example";

/// Returns the session of an upload in parts that an earlier visit has saved.
pub fn saved(part_size: u64) -> Saved {
    Saved {
        key: "earlier key".into(),
        name: "earlier.mp4".into(),
        mime: "video/mp4".into(),
        endpoint: Some(format!("{ORIGIN}/api/uploads")),
        upload_id: Some("up 1".into()),
        part_size,
    }
}

impl Pieces {
    /// Starts an upload, which asks where the file goes.
    pub fn new(size: u64, settings: Settings) -> Self {
        Self::after(vec![], size, settings)
    }

    /// The same, after earlier visits have saved sessions of the file.
    pub fn after(earlier: Vec<Saved>, size: u64, settings: Settings) -> Self {
        Self::start(earlier, file(size), &format!("{ORIGIN}/api/uploads"), settings)
    }

    /// The same, with this endpoint.
    pub fn asking(endpoint: &str, settings: Settings) -> Self {
        Self::start(vec![], file(25), endpoint, settings)
    }

    /// The same, for a file of this name and type.
    pub fn named(name: &str, mime: &str) -> Self {
        let file = FileInfo { name: name.into(), size: 25, mime: mime.into() };
        Self::start(vec![], file, ORIGIN, Settings::default())
    }

    fn start(earlier: Vec<Saved>, file: FileInfo, endpoint: &str, settings: Settings) -> Self {
        let settings = Settings {
            origins: ORIGIN.into(),
            endpoint: Some(endpoint.into()),
            remembers_from: 0,
            new_key: || "key".into(),
            ..settings
        };
        let mut pieces = Self {
            transfer: Transfer::new(Rc::new(file), Rc::new(settings), 1, 0),
            now: 0.0,
            asked: vec![],
            requests: vec![],
            sent: vec![],
            hashed: vec![],
            hashed_by: Checksums::default(),
            loaded: vec![],
            saves: vec![],
            resumed: vec![],
            earlier,
            aborts: vec![],
            forgotten: 0,
            stops: vec![],
            stalls: 0,
            announced: vec![],
            asked_app: vec![],
            reports: vec![],
            result: None,
        };
        pieces.transfer.start(0.0);
        pieces.run();
        pieces
    }

    /// Starts an upload in chunks to one URL. `more` has further fields of the target.
    pub fn resumable(size: u64, more: &Value, settings: Settings) -> Self {
        let mut pieces = Self::new(size, settings);
        pieces.answer_resumable(more);
        pieces
    }

    pub fn answer_resumable(&mut self, more: &Value) {
        let mut target = json!({ "url": URL, "protocol": "resumable" });
        for (name, value) in more.as_object().into_iter().flatten() {
            target[name] = value.clone();
        }
        self.answer(200, target);
    }

    /// Starts an upload in parts, each to a URL of its own.
    pub fn multipart(size: u64, part_size: u64, settings: Settings) -> Self {
        let mut pieces = Self::new(size, settings);
        pieces.answer_multipart("up 1", part_size);
        pieces
    }

    pub fn answer_multipart(&mut self, id: &str, part_size: u64) {
        let target = json!({ "protocol": "multipart", "upload_id": id, "part_size": part_size });
        self.answer(200, target);
    }

    /// Continues an upload that was begun, of which the store lists these parts.
    pub fn begun(size: u64, part_size: u64, listed: Value, settings: Settings) -> Self {
        let mut pieces = Self::after(vec![saved(part_size)], size, settings);
        pieces.answer(200, json!({ "parts": listed }));
        pieces
    }

    /// Returns the ETags and checksums of the stored parts, by number.
    pub fn parts(&self) -> BTreeMap<u32, (String, Option<String>)> {
        let parts = self.transfer.session().parts().iter();
        parts
            .map(|part| (part.number, (part.etag.clone().expect("stored"), part.checksum.clone())))
            .collect()
    }

    /// Answers the oldest question.
    pub fn answer(&mut self, status: u16, body: impl ToString) -> Question {
        let (ticket, question) = self.asked.remove(0);
        self.tell(ticket, Event::EndpointAnswered(reply(status, body)));
        question
    }

    /// Answers the oldest question, which must ask where a part goes.
    pub fn sign(&mut self) -> u32 {
        let Some((_, Question::Part { number, .. })) = self.asked.first().cloned() else {
            panic!("nobody asks where a part goes: {:?}", self.asked);
        };
        let url = format!("https://store.example/part/{number}/{}", self.sent.len());
        let part = json!({ "part_number": number, "url": url, "headers": { "x-n": "1" } });
        self.answer(200, json!({ "parts": [part] }));
        number
    }

    /// Begins pieces until `limit` of them are active.
    pub fn fill(&mut self, limit: usize) -> &mut Self {
        while self.transfer.pieces() < limit && self.transfer.begin_piece(self.now) {
            self.run();
        }
        self
    }

    /// Begins pieces, signs each part, and returns what is being sent.
    pub fn send(&mut self, limit: usize) -> Vec<Range<u64>> {
        self.fill(limit);
        while matches!(self.asked.first(), Some((_, Question::Part { .. }))) {
            self.sign();
        }
        self.sent.iter().map(|sent| sent.range.clone()).collect()
    }

    /// Answers a piece that is being sent, as the host does.
    pub fn host(&mut self, index: usize, reply: Reply) -> Sent {
        let sent = self.sent.remove(index);
        self.tell(sent.ticket, Event::Answered(reply));
        sent
    }

    /// Answers that a part is stored.
    pub fn store(&mut self, index: usize) -> Sent {
        let etag = format!("\"{}\"", self.sent[index].range.start);
        self.host(index, Reply { etag: Some(etag), ..reply(200, "") })
    }

    pub fn lose(&mut self, index: usize) -> Sent {
        let sent = self.sent.remove(index);
        self.tell(sent.ticket, Event::ConnectionLost);
        sent
    }

    pub fn tell(&mut self, ticket: Ticket, event: Event<Value>) {
        self.transfer.handle(ticket, event, self.now);
        self.run();
    }

    /// Advances the clock to the next deadline, and returns the time.
    pub fn wait(&mut self) -> f64 {
        self.now = self.transfer.deadline().expect("something is waited for");
        self.transfer.handle_timeout(self.now);
        self.run();
        self.now
    }

    pub fn last(&self) -> Progress {
        *self.reports.last().expect("a report")
    }

    pub fn error(&self) -> &UploadError {
        self.result.as_ref().expect("the transfer ended").as_ref().expect_err("it failed")
    }

    pub fn run(&mut self) {
        while let Some(action) = self.transfer.poll() {
            assert!(self.result.is_none(), "after the end: {action:?}");
            match action {
                Action::Report(progress) => self.reports.push(progress),
                Action::Announce { attempt, delay, error } => {
                    self.announced.push((attempt, delay, *error));
                }
                Action::AnnounceStall => self.stalls += 1,
                Action::Resumed { from } => self.resumed.push(from),
                Action::Ask { ticket, request, .. } => {
                    self.asked.push((ticket, request.question.clone()));
                    self.requests.push(*request);
                }
                Action::Find { ticket } => {
                    let earlier = std::mem::take(&mut self.earlier);
                    let earlier = earlier.into_iter().map(Box::new).collect();
                    let found = Event::Found { earlier, replaced: None };
                    self.transfer.handle(ticket, found, self.now);
                }
                Action::Lock { ticket, .. } => {
                    self.transfer.handle(ticket, Event::Locked(true), self.now);
                }
                Action::Check { ticket, .. } => {
                    self.transfer.handle(ticket, Event::FileChecked { readable: true }, self.now);
                }
                Action::Hash { ticket, range, checksums } => {
                    let sum = crc32c::to_base64(range.start as u32);
                    self.hashed_by = checksums;
                    self.hashed.push(range);
                    self.transfer.handle(ticket, Event::Hashed(sum), self.now);
                }
                Action::Send { ticket, url, body } => {
                    let (range, content_range, headers) = match body {
                        Body::Chunk { range, content_range } => (range, Some(content_range), None),
                        Body::Part { range, headers } => (range, None, headers),
                        Body::Form => panic!("a piece is no form"),
                    };
                    self.sent.push(Sent { ticket, url, range, content_range, headers });
                    self.transfer.handle(ticket, Event::RequestLeft, self.now);
                }
                Action::AskApp { ticket, attempt, error } => {
                    self.asked_app.push((ticket, attempt, *error));
                }
                Action::Stop(ticket) => {
                    self.stops.push(ticket);
                    self.sent.retain(|sent| ticket.is_some_and(|ticket| sent.ticket != ticket));
                    self.asked.retain(|(other, _)| ticket.is_some_and(|ticket| ticket != *other));
                }
                Action::Remember { loaded, is_new, .. } => {
                    self.loaded.push(loaded);
                    self.saves.push(is_new);
                }
                Action::Forget => self.forgotten += 1,
                Action::Abort(abort) => self.aborts.push(*abort),
                Action::Finish(result) => self.result = Some(result.map_err(|error| *error)),
            }
        }
    }
}
