//! What becomes of questions and bodies on their way, and of the answers on their way back.

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Event, Reply};
use serde_json::{Value, json};

use crate::checks::Checked;
use crate::servers::Received;
use crate::world::{Fate, Happening, Task, World};

fn reply(status: u16, body: impl ToString) -> Reply {
    Reply { status, body: body.to_string(), ..Reply::default() }
}

/// What a form has around its file, in bytes.
const FORM: u64 = 200;

impl World {
    /// The page asks the backend.
    pub fn ask(&mut self, id: FileId, task: Task) {
        let wait = self.choices.wait(5);
        let event = if !self.online {
            Event::EndpointUnreachable
        } else if self.fault() {
            let Some(event) = self.bad_answer() else { return };
            event
        } else {
            let answer = match self.servers.known(id, self.plan.idempotent) {
                Some(media) => json!({ "media": media }),
                None => json!({ "url": self.servers.create_url(id) }),
            };
            Event::EndpointAnswered(reply(200, answer))
        };
        self.after(wait, Happening::Tell { id, task, event: Box::new(event), ends: true });
    }

    /// What goes wrong with a question; nothing where nobody ever answers.
    fn bad_answer(&mut self) -> Option<Event<Value>> {
        let threw =
            |status| Event::EndpointThrew { words: "no".into(), status, unreachable: false };
        Some(match self.choices.below(9) {
            0 => Event::EndpointUnreachable,
            1 => Event::EndpointAnswered(reply(500, "")),
            2 => Event::EndpointAnswered(self.busy()),
            3 => Event::EndpointAnswered(reply(403, "")),
            4 => Event::EndpointAnswered(reply(200, "<html>")),
            5 => Event::EndpointReturned(json!({ "url": "ftp://host/" })),
            6 => threw(Some(503)),
            7 => threw(None),
            _ => return None,
        })
    }

    fn busy(&mut self) -> Reply {
        let retry_after = self.choices.pick(&[Some(2_000.0), Some(0.0), Some(1e9), None]);
        let status = self.choices.pick(&[503, 429]);
        Reply { retry_after, ..reply(status, "") }
    }

    /// The page sends a body.
    pub fn send(&mut self, id: FileId, task: Task, url: String) {
        let total = self.sizes[&id] + FORM;
        let mut at = self.choices.wait(4);
        let is_broken = !self.online || self.fault();
        let kind = if is_broken { self.choices.below(10) } else { 9 };
        // Where a connection ends in the middle: after some of it, or none.
        let steps = self.choices.below(4);
        for step in 1..=steps {
            let sent = total * u64::from(step) / u64::from(steps + 1);
            let event = Box::new(Event::BytesSent { sent, total });
            self.after(at, Happening::Tell { id, task, event, ends: false });
            at += self.choices.wait(5);
        }
        let fate = match kind {
            0 => {
                let event = Box::new(Event::ConnectionLost);
                return self.after(at, Happening::Tell { id, task, event, ends: true });
            }
            // It hangs in the middle.
            1 => return,
            2 => {
                let event = Box::new(Event::Answered(reply(413, "")));
                return self.after(at, Happening::Tell { id, task, event, ends: true });
            }
            3 => Fate::AnswerLost,
            4 => Fate::Reset,
            5 => Fate::WebPage,
            6 => Fate::Refused(self.choices.pick(&[503, 500, 429, 408])),
            7 => Fate::Refused(self.choices.pick(&[410, 403, 404, 401])),
            8 => Fate::Refused(self.choices.pick(&[0, 422, 501])),
            _ => Fate::Answered,
        };
        self.after(at, Happening::BodyOut { id, task, url, fate });
    }

    /// From here on the body arrives, whether or not somebody still waits for it.
    pub fn body_out(&mut self, id: FileId, task: Task, url: String, fate: Fate) -> Checked {
        if self.running.get(&id) != Some(&task) {
            return Ok(());
        }
        let total = self.sizes[&id] + FORM;
        let all = Event::BytesSent { sent: total, total };
        self.change(|queue, now| {
            queue.handle(id, task.ticket, all, now);
            queue.handle(id, task.ticket, Event::BodySent, now);
        })?;
        let wait = self.choices.wait(8);
        self.after(wait, Happening::Arrive { id, task, url, fate });
        Ok(())
    }

    pub fn arrive(&mut self, id: FileId, task: Task, url: &str, fate: Fate) -> Checked {
        let mut store = || {
            let size = self.sizes[&id];
            match self.servers.receive(url, id, size, self.plan.idempotent) {
                Received::Media(media) => reply(201, json!({ "data": media, "error": null })),
                Received::Gone => reply(410, ""),
            }
        };
        let event = match fate {
            Fate::Answered => Event::Answered(store()),
            Fate::AnswerLost => {
                store();
                Event::ConnectionLost
            }
            Fate::Reset => Event::ConnectionLost,
            Fate::WebPage => Event::Answered(reply(200, "<!doctype html>")),
            Fate::Refused(0) => return Ok(()),
            Fate::Refused(503 | 429) => Event::Answered(self.busy()),
            Fate::Refused(status) => Event::Answered(reply(status, "")),
        };
        let wait = self.choices.wait(4);
        self.after(wait, Happening::Tell { id, task, event: Box::new(event), ends: true });
        Ok(())
    }
}
