//! What becomes of the page's questions to the app's backend, and of the answers on their way back.

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Event, Question, Reply};
use serde_json::{Value, json};

use crate::checks::{Checked, Promise, ensure};
use crate::files::Key;
use crate::happening::{Message, Task};
use crate::pieces::State;
use crate::sabotage::Sabotage;
use crate::wire::{Answer, reply};
use crate::world::World;

impl World {
    /// The page asks the backend, or knows the answer.
    pub fn ask(&mut self, id: FileId, task: Task, question: &Question) -> Checked {
        let key = self.files[&id].facts.key;
        if let (Question::Target, Some(target)) = (question, self.record(key).target()) {
            let upload = self.record(key).upload;
            let event = Event::EndpointReturned(target);
            let wait = self.choices.wait(2);
            self.tell_after(wait, Message { upload, ..Message::last(id, task, event) });
            return Ok(());
        }
        let wait = self.choices.wait(5);
        let kind = if self.online && self.fault() { self.choices.below(12) } else { 11 };
        let message = match kind {
            _ if !self.online => Message::last(id, task, Event::EndpointUnreachable),
            // It is done, and nobody learns of it.
            9 => {
                self.answer(key, question)?;
                Message::last(id, task, Event::EndpointUnreachable)
            }
            10 | 11 => {
                if let (10, Some(upload)) = (kind, self.record(key).upload) {
                    self.servers.vanish(upload);
                }
                let Answer { reply, upload, acked } = self.answer(key, question)?;
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

    /// What the backend makes of a question.
    fn answer(&mut self, key: Key, question: &Question) -> Checked<Answer> {
        let record = self.record(key);
        let (idem, upload) = (record.idem, record.upload);
        let Some(upload) = upload.filter(|_| *question != Question::Target) else {
            let facts = self.facts[key as usize];
            return Ok(self.servers.target(facts, idem));
        };
        Ok(match question {
            Question::Part { number, checksum } => {
                self.servers.sign_part(upload, *number, checksum.as_deref().unwrap_or_default())
            }
            Question::Complete => {
                let (known, record) = (&self.servers.uploads[upload], &self.memory[&key]);
                let is_all = known.state != State::Open || known.are_parts(record.etags());
                ensure(is_all, Promise::CompletionNamesAll, || {
                    format!("upload u{upload}: {record:?}, and the store has {known:?}")
                })?;
                self.servers.complete(upload)
            }
            _ => self.servers.list(upload),
        })
    }

    /// What goes wrong with a question; nothing where nobody ever answers.
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

    /// The page has an answer in hand: what it knows from now on.
    pub fn learn(&mut self, id: FileId, message: &Message) {
        self.expired.extend(message.expired.clone());
        let Some(upload) = message.upload else { return };
        self.servers.uploads[upload].acked |= message.acked;
        if let Some(known) = self.files.get_mut(&id) {
            known.offered = Some(upload);
        }
    }

    /// The number of an upload of which the page knows the id.
    pub fn upload_of(&self, upload_id: &str) -> Checked<usize> {
        let number = upload_id.strip_prefix('u').and_then(|number| number.parse().ok());
        let known = number.filter(|number| *number < self.servers.uploads.len());
        ensure(known.is_some() || self.is(Sabotage::ForgetsKeys), Promise::PiecesAreTrue, || {
            format!("there is no upload {upload_id}")
        })?;
        Ok(known.unwrap_or(0))
    }
}
