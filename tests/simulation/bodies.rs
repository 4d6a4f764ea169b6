//! Simulates request bodies on their way to the host, and the answers on their way back.

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::Event;

use crate::checks::Checked;
use crate::happening::{Happening, Message, Task};
use crate::wire::{Answer, Arrived, reply};
use crate::world::World;

/// The size of a form without its file, in bytes.
pub const FORM: u64 = 200;

/// What happens to a body that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// It is stored, and the answer is lost.
    AnswerLost,
    /// It is discarded and answered with this status. 0 means that no answer ever comes.
    Refused(u16),
    /// It is discarded, and its connection is reset.
    Reset,
    /// It is answered with a web page.
    WebPage,
    /// Its URL has expired.
    Expired,
    /// Its upload is gone.
    Vanished,
}

/// A body that is being sent.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub id: FileId,
    pub task: Task,
    pub body: Arrived,
    /// The size of the body in bytes, with the form.
    pub total: u64,
    pub fate: Fate,
}

impl World {
    /// Sends a body from the page.
    pub fn send(&mut self, id: FileId, task: Task, mut body: Arrived) {
        let total = match &body.range {
            Some(range) => range.end - range.start,
            None => body.facts.size + FORM,
        };
        let mut at = self.choices.wait(4);
        let is_broken = !self.online || self.fault();
        let kind = if is_broken { self.choices.below(13) } else { 12 };
        // Chooses how many progress events precede the last one. A connection may end after any of them.
        let steps = self.choices.below(if body.range.is_some() { 2 } else { 4 });
        for step in 1..=steps {
            let sent = total * u64::from(step) / u64::from(steps + 1);
            let event = Event::BytesSent { sent, total };
            self.tell_after(at, Message::more(id, task, event));
            at += self.choices.wait(5);
        }
        let fate = match kind {
            0 => {
                let event = Event::ConnectionLost;
                return self.tell_after(at, Message::last(id, task, event));
            }
            // The connection hangs in the middle.
            1 => return,
            2 => {
                let event = Event::Answered(reply(413, ""));
                return self.tell_after(at, Message::last(id, task, event));
            }
            3 => Fate::AnswerLost,
            4 => Fate::Reset,
            5 => Fate::WebPage,
            6 => Fate::Refused(self.choices.pick(&[503, 500, 429, 408])),
            7 if body.range.is_none() => Fate::Refused(self.choices.pick(&[410, 403, 404, 401])),
            7 => Fate::Expired,
            8 => Fate::Refused(self.choices.pick(&[0, 422, 501])),
            9 => Fate::Vanished,
            10 | 11 if body.checksum.is_some() => {
                body.is_changed = true;
                Fate::Answered
            }
            _ => Fate::Answered,
        };
        self.after(at, Happening::BodyOut(Box::new(Parcel { id, task, body, total, fate })));
    }

    /// Sends the last byte. The body arrives even if the page no longer waits for the answer.
    pub fn body_out(&mut self, parcel: Box<Parcel>) -> Checked {
        let Parcel { id, task, total, .. } = *parcel;
        if !self.is_running(task) {
            return Ok(());
        }
        self.note_sent(task, total, total);
        let all = Event::BytesSent { sent: total, total };
        self.change(|queue, now| {
            queue.handle(id, task.ticket, all, now);
            queue.handle(id, task.ticket, Event::BodySent, now);
        })?;
        let wait = self.choices.wait(8);
        self.after(wait, Happening::Arrive(parcel));
        Ok(())
    }

    pub fn arrive(&mut self, parcel: &Parcel) -> Checked {
        let Parcel { id, task, body, fate, .. } = parcel;
        let lost = Answer::default();
        let answer = match fate {
            Fate::Answered => self.servers.receive(body),
            Fate::AnswerLost => {
                self.servers.receive(body);
                lost
            }
            Fate::Vanished => {
                self.servers.vanish_behind(&body.url);
                self.servers.receive(body)
            }
            Fate::Expired => {
                self.servers.expire(&body.url);
                self.servers.receive(body)
            }
            Fate::Reset => lost,
            Fate::WebPage => reply(200, "<!doctype html>").into(),
            Fate::Refused(0) => return Ok(()),
            Fate::Refused(503 | 429) => self.busy().into(),
            Fate::Refused(status) => reply(*status, "").into(),
        };
        let Answer { reply, upload, acked } = answer;
        let event = match reply.status {
            0 => Event::ConnectionLost,
            _ => Event::Answered(reply),
        };
        let expired = (*fate == Fate::Expired).then(|| body.url.clone());
        let wait = self.choices.wait(4);
        let last = Message::last(*id, *task, event);
        self.tell_after(wait, Message { upload, acked, expired, ..last });
        Ok(())
    }
}
