//! The actions that the shell is performing: questions, checks of the file, bodies. Also decides what the
//! browser's reports about them pass on to the queue.

use std::ops::Range;

use crate::files::to_base64;
use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Action, Body, Event, Question, Ticket};
use serde_json::Value;

use crate::bodies::FORM;
use crate::checks::{Checked, Job, Life, Promise, ensure};
use crate::files::{Facts, Way, bits, crc};
use crate::happening::{Message, Task};
use crate::wire::Arrived;
use crate::world::World;

#[derive(Clone, Debug)]
pub struct Running {
    pub id: FileId,
    pub job: Job,
    /// The upload in pieces that the file continues.
    pub upload: Option<usize>,
}

impl Running {
    const fn is_piece(&self) -> bool {
        matches!(self.job, Job::Piece(_))
    }
}

impl World {
    pub fn is_running(&self, task: Task) -> bool {
        task.page == self.page && self.running.contains_key(&task.ticket)
    }

    /// Passes on what the browser reports about an active action. Sometimes also passes on a report about a
    /// cancelled action, as browsers do, which must change nothing.
    pub fn tell(&mut self, message: Message) -> Checked {
        let Message { id, task, ends, .. } = message;
        if task.page != self.page {
            return Ok(());
        }
        if !self.is_calm && self.choices.chance(self.plan.losses) {
            self.say(|| format!("  lost: {:?}", message.event));
            // The saved sessions are not found, so another visit may continue them.
            if let Event::Found { earlier, .. } = &message.event {
                for saved in earlier {
                    self.leave_to_another(&saved.key);
                }
            }
            return Ok(());
        }
        let Some(running) = self.running.get(&task.ticket) else { return self.echo(message) };
        self.blamed = Some(running.job);
        let job = running.job;
        if let Event::BytesSent { sent, total } = message.event {
            self.note_sent(task, sent, total);
        }
        self.learn(id, &message);
        if let Some(known) = self.files.get_mut(&id).filter(|_| message.acked != 0) {
            known.sent.remove(&job);
        }
        if ends {
            self.running.remove(&task.ticket);
        }
        self.change(|queue, now| queue.handle(id, task.ticket, message.event, now))
    }

    fn echo(&mut self, message: Message) -> Checked {
        if self.is_calm || !self.choices.chance(self.plan.echoes) {
            return Ok(());
        }
        let now = self.clock();
        self.queue.set_online(self.seems_online(), now);
        self.work()?;
        let Message { id, task, event, .. } = message;
        if task.page != self.page {
            return Ok(());
        }
        let told = format!("{event:?}");
        self.queue.handle(id, task.ticket, event, now);
        let output = self.queue.poll();
        ensure(output.is_none(), Promise::LateIsIgnored, || {
            format!("file {id}, {task:?}: {told} led to {output:?}")
        })
    }

    /// Records how many bytes of a body have left the page.
    pub fn note_sent(&mut self, task: Task, sent: u64, total: u64) {
        let Some(Running { id, job, .. }) = self.running.get(&task.ticket) else { return };
        let Some(known) = self.files.get_mut(id) else { return };
        let size = if *job == Job::Whole { total - FORM } else { total };
        let sent = sent.saturating_sub(total - size);
        let most = known.sent.entry(*job).or_default();
        *most = sent.max(*most);
    }

    /// Registers a new action of a file.
    fn task(&mut self, id: FileId, ticket: Ticket, job: Job) -> Checked<Task> {
        let now = self.now;
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "is acted for") };
        let not_before = known.not_before.remove(&job).unwrap_or(0.0);
        ensure(now + 0.5 >= not_before, Promise::WaitsAsAnnounced, || {
            format!("file {id}: at {now}, announced for {not_before}")
        })?;
        let running = Running { id, job, upload: known.upload };
        let is_alone = |other: &Running| {
            other.id != id || (other.is_piece() && running.is_piece() && other.job != job)
        };
        let before = self.running.values().find(|other| !is_alone(other));
        ensure(before.is_none(), Promise::OneThingAtATime, || {
            format!("file {id}: {running:?} and {before:?}")
        })?;
        self.running.insert(ticket, running);
        // If a handler removes a file, its actions are stopped only a moment later.
        if self.is_strict() {
            self.check_limit()?;
        }
        Ok(Task { page: self.page, ticket })
    }

    /// Begins an action that takes time.
    pub fn begin_task(&mut self, id: FileId, action: Action<Value>) -> Checked {
        let Some(known) = self.files.get(&id) else { return self.gone(id, "is acted for") };
        let (facts, upload) = (known.facts, known.upload);
        let piece = |start| if upload.is_some() { Job::Piece(start) } else { Job::Whole };
        let readable = !self.unreadable.contains(&facts.key);
        match action {
            Action::Find { ticket } => {
                let task = self.task(id, ticket, Job::Whole)?;
                let earlier = self.saved(facts.key).into_iter().rev().map(Box::new).collect();
                let event = Event::Found { earlier, replaced: None };
                let wait = self.choices.wait(3);
                self.tell_after(wait, Message::last(id, task, event));
                Ok(())
            }
            Action::Lock { ticket, key } => {
                let task = self.task(id, ticket, Job::Whole)?;
                let is_taken = !self.is_calm && self.choices.chance(self.plan.taken);
                if is_taken {
                    self.leave_to_another(&key);
                }
                let wait = self.choices.wait(3);
                self.tell_after(wait, Message::last(id, task, Event::Locked(!is_taken)));
                Ok(())
            }
            Action::Ask { ticket, request, .. } => {
                let job = match request.question {
                    Question::Target => Job::Whole,
                    Question::Parts => Job::List,
                    Question::Part { number, .. } => Job::Piece(facts.start_of_part(number)),
                    Question::Complete | Question::Abort => Job::Completion,
                };
                if request.question != Question::Target {
                    let upload = self.upload_behind(&request)?;
                    self.goes_on_with(id, upload)?;
                }
                let task = self.task(id, ticket, job)?;
                self.tell_after(0.0, Message::more(id, task, Event::RequestLeft));
                self.ask(id, task, &request)
            }
            Action::Check { ticket, at } => {
                let task = self.task(id, ticket, piece(at))?;
                let wait = self.choices.wait(3);
                let event = Event::FileChecked { readable };
                self.tell_after(wait, Message::last(id, task, event));
                Ok(())
            }
            Action::Hash { ticket, range, .. } => {
                let task = self.task(id, ticket, piece(range.start))?;
                let wait = self.choices.wait(3);
                let event = if readable {
                    Event::Hashed(to_base64(crc(facts.key, &range, false)))
                } else {
                    Event::FileChecked { readable }
                };
                self.tell_after(wait, Message::last(id, task, event));
                Ok(())
            }
            Action::Send { ticket, url, body } => {
                let range = match &body {
                    Body::Form => None,
                    Body::Chunk { range, .. } | Body::Part { range, .. } => Some(range.clone()),
                };
                match &range {
                    None => {
                        let is_new = self.sent_to.insert(url.clone());
                        ensure(is_new, Promise::UrlWorksOnce, || format!("{id}: {url} again"))?;
                    }
                    Some(range) => self.check_piece(facts, upload, &url, &body, range)?,
                }
                let job = range.as_ref().map_or(Job::Whole, |range| Job::Piece(range.start));
                let task = self.task(id, ticket, job)?;
                if let Some(known) = self.files.get_mut(&id) {
                    known.sent.remove(&job);
                }
                let checksum = match body {
                    Body::Part { headers: Some(headers), .. } => {
                        headers["x-amz-checksum-crc32c"].as_str().map(String::from)
                    }
                    _ => None,
                };
                self.tell_after(0.0, Message::more(id, task, Event::RequestLeft));
                self.send(id, task, Arrived { facts, url, range, checksum, is_changed: false });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Checks that a piece is correct and not stored already.
    fn check_piece(
        &self,
        facts: Facts,
        upload: Option<usize>,
        url: &str,
        body: &Body<Value>,
        range: &Range<u64>,
    ) -> Checked {
        let is_true = match (facts.way, body) {
            (Way::Resumable { equals_form, chunk_size, .. }, Body::Chunk { content_range, .. }) => {
                let longest = self.plan.chunk_size.unwrap_or(chunk_size).min(chunk_size);
                let unit = if equals_form { "bytes=" } else { "bytes " };
                let bytes = match range.end.checked_sub(1) {
                    Some(last) => format!("{}-{last}", range.start),
                    None => "*".into(),
                };
                *content_range == format!("{unit}{bytes}/{}", facts.size)
                    && range.end - range.start <= longest
            }
            (Way::Multipart { part_size }, Body::Part { .. }) => {
                let behind = self.servers.part_behind(url);
                behind.is_some_and(|(of, number)| {
                    let start = facts.start_of_part(number);
                    Some(of) == upload && *range == (start..facts.size.min(start + part_size))
                })
            }
            _ => false,
        };
        let is_piece = range.end <= facts.size && range.is_empty() == (facts.size == 0);
        ensure(is_true && is_piece, Promise::PiecesAreTrue, || format!("{facts:?}: {body:?}"))?;
        // If the app has decided to retry, the piece may go to the same URL again.
        let is_fresh = self.plan.asks_app || !self.expired.contains(url);
        ensure(is_fresh, Promise::ExpiredIsReplaced, || format!("{facts:?}: {url}"))?;
        let again = self.servers.uploads.iter().find(|upload| {
            upload.facts.key == facts.key && upload.can_go_on() && upload.acked & bits(range) != 0
        });
        ensure(again.is_none(), Promise::StoredIsNotResent, || {
            format!("{range:?} of {facts:?}, and there is {again:?}")
        })
    }

    fn check_limit(&self) -> Checked {
        let pieces = self.running.values().filter(|task| task.is_piece()).count();
        let limit = self.plan.parallel_parts;
        ensure(pieces <= limit, Promise::PieceLimit, || format!("{pieces} of {limit}"))
    }

    /// Returns the active pieces, if they can be observed.
    pub fn pieces_under_way(&self) -> Vec<(Ticket, Running)> {
        if self.is_working || !self.is_strict() {
            return Vec::new();
        }
        let pieces = self.running.iter().filter(|(_, running)| running.is_piece());
        pieces.map(|(ticket, running)| (*ticket, running.clone())).collect()
    }

    /// Checks that each active piece is still active, unless it or its whole file was stopped.
    pub fn check_pieces_live_on(&mut self, before: &[(Ticket, Running)]) -> Checked {
        if self.is_working {
            return Ok(());
        }
        self.check_limit()?;
        let stopped = std::mem::take(&mut self.stopped);
        for (ticket, Running { id, upload, .. }) in before {
            let Some(known) = self.files.get(id) else { continue };
            let goes_on = known.life == Life::Active && known.upload == *upload;
            let lives = self.running.contains_key(ticket) || stopped.contains(ticket);
            ensure(lives || !goes_on, Promise::EachPieceAlone, || {
                format!("file {id}: a piece has ended with another, {ticket}")
            })?;
        }
        Ok(())
    }
}
