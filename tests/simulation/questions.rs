//! Simulates the page's questions to the app's backend, and the answers on their way back.

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Event, Question, Reply, Request};
use serde_json::{Value, json};

use crate::checks::{Checked, Promise, ensure};
use crate::happening::{Message, Task};
use crate::memory::number_of;
use crate::pieces::State;
use crate::sabotage::Sabotage;
use crate::wire::{Answer, reply};
use crate::world::World;

impl World {
    /// Asks the backend.
    pub fn ask(&mut self, id: FileId, task: Task, request: &Request) -> Checked {
        let wait = self.choices.wait(5);
        let kind = if self.online && self.fault() { self.choices.below(12) } else { 11 };
        let message = match kind {
            _ if !self.online => Message::last(id, task, Event::EndpointUnreachable),
            // The backend does what it is asked, and the answer is lost.
            9 => {
                self.answer(id, request)?;
                Message::last(id, task, Event::EndpointUnreachable)
            }
            10 | 11 => {
                if kind == 10 && request.question != Question::Target {
                    let upload = self.upload_behind(request)?;
                    self.servers.vanish(upload);
                }
                let Answer { reply, upload, acked } = self.answer(id, request)?;
                let event = Event::EndpointAnswered(reply);
                Message { upload, acked, ..Message::last(id, task, event) }
            }
            kind => match self.bad_answer(kind) {
                Some(event) => Message::last(id, task, event),
                None => return Ok(()),
            },
        };
        self.tell_after(wait, message);
        Ok(())
    }

    /// Returns the backend's answer to a question.
    fn answer(&mut self, id: FileId, request: &Request) -> Checked<Answer> {
        if request.question == Question::Target {
            let facts = self.files[&id].facts;
            return Ok(self.servers.target(facts, number_of(&request.key)));
        }
        let upload = self.upload_behind(request)?;
        Ok(match &request.question {
            Question::Part { number, checksum } => {
                self.servers.sign_part(upload, *number, checksum.as_deref().unwrap_or_default())
            }
            Question::Complete => {
                let named = self.named_parts(request);
                let known = &self.servers.uploads[upload];
                let parts = named.iter().map(|(number, etag)| (*number, etag.as_str()));
                let is_all = known.state != State::Open || known.are_parts(parts);
                ensure(is_all, Promise::CompletionNamesAll, || {
                    format!("upload u{upload}: {request:?}, and the store has {known:?}")
                })?;
                self.servers.complete(upload)
            }
            _ => self.servers.list(upload),
        })
    }

    /// Returns the number and the ETag of each part that a request to complete names.
    fn named_parts(&self, request: &Request) -> Vec<(u64, String)> {
        let body: Value = request
            .body
            .as_deref()
            .and_then(|body| serde_json::from_str(body).ok())
            .unwrap_or_default();
        let parts = body["parts"].as_array().into_iter().flatten();
        let named = parts.map(|part| {
            let number = part["part_number"].as_u64().unwrap_or(0);
            (number, part["etag"].as_str().unwrap_or_default().to_owned())
        });
        let is_lost = self.is(Sabotage::PartIsNotKept);
        named.filter(|(number, _)| !is_lost || *number != 2).collect()
    }

    /// Returns a faulty answer. Returns `None` if no answer ever comes.
    fn bad_answer(&mut self, kind: u32) -> Option<Event<Value>> {
        let threw =
            |status| Event::EndpointThrew { words: "no".into(), status, unreachable: false };
        Some(match kind {
            0 => Event::EndpointUnreachable,
            1 => Event::EndpointAnswered(reply(500, "")),
            2 => Event::EndpointAnswered(self.busy()),
            3 => Event::EndpointAnswered(reply(403, "")),
            4 => Event::EndpointAnswered(reply(200, "<html>")),
            5 => Event::EndpointAnswered(reply(200, json!({ "url": "ftp://host/" }))),
            6 => threw(Some(503)),
            7 => threw(None),
            _ => return None,
        })
    }

    pub fn busy(&mut self) -> Reply {
        let retry_after = self.choices.pick(&[Some(2_000.0), Some(0.0), Some(1e9), None]);
        let status = self.choices.pick(&[503, 429]);
        Reply { retry_after, ..reply(status, "") }
    }

    /// Records what the page knows once it has an answer.
    pub fn learn(&mut self, id: FileId, message: &Message) {
        self.expired.extend(message.expired.clone());
        let Some(upload) = message.upload else { return };
        self.servers.uploads[upload].acked |= message.acked;
        if let Some(known) = self.files.get_mut(&id) {
            known.offered = Some(upload);
        }
    }

    /// Returns the number of the upload with this id, which the page must have got.
    pub fn upload_of(&self, upload_id: &str) -> Checked<usize> {
        let number = upload_id.strip_prefix('u').and_then(|number| number.parse().ok());
        let known = number.filter(|number| *number < self.servers.uploads.len());
        ensure(known.is_some() || self.is(Sabotage::ForgetsKeys), Promise::PiecesAreTrue, || {
            format!("there is no upload {upload_id}")
        })?;
        Ok(known.unwrap_or(0))
    }
}
