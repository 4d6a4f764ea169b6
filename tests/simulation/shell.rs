//! The page's side: does what the queue wants done, and checks what it is told.

use ittybit_uploader::queue::{FileId, Output};
use ittybit_uploader::transfer::{
    Action, ErrorCode, Event, Phase, Progress, Question, Ticket, UploadError,
};
use serde_json::Value;

use crate::checks::{Checked, Life, Promise, active, ensure, pending};
use crate::sabotage::Sabotage;
use crate::world::{Happening, Task, World};

impl World {
    pub fn act(&mut self, output: Output<Value, ()>) -> Checked {
        let is_over = self.is_destroyed;
        ensure(!is_over, Promise::NothingAfterTheEnd, || format!("destroyed, then {output:?}"))?;
        match output {
            Output::Started(id) => self.begins(id, true),
            Output::Action { id, action: Action::Resumed { .. } } => self.begins(id, false),
            Output::Paused(id) => self.becomes(id, Life::Paused),
            Output::Cancelled(id) => self.becomes(id, Life::Cancelled),
            Output::Removed { id, .. } => {
                self.files.remove(&id);
                self.running.remove(&id);
                Ok(())
            }
            Output::Complete => self.completes(),
            Output::Action { id, action } => self.act_for(id, action),
        }
    }

    fn begins(&mut self, id: FileId, is_new: bool) -> Checked {
        let is_strict = self.is_strict();
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "begins") };
        let may = known.life == Life::Pending || !is_strict;
        let life = known.life;
        if is_new {
            known.begin();
        } else {
            known.life = Life::Active;
            known.not_before = 0.0;
        }
        ensure(may, Promise::EndsOnce, || format!("file {id} begins, and was {life:?}"))?;
        let count = active(&self.files);
        let limit = self.plan.limit;
        ensure(count <= limit || !is_strict, Promise::Limit, || format!("{count} of {limit}"))?;
        ensure(!self.is_held, Promise::Limit, || format!("file {id} begins while all is paused"))
    }

    fn becomes(&mut self, id: FileId, life: Life) -> Checked {
        match self.files.get_mut(&id) {
            Some(known) => known.life = life,
            None => return self.gone(id, "is told of"),
        }
        if life == Life::Cancelled && self.is(Sabotage::CancelIsIgnored) {
            let attempt = self.files[&id].announced;
            let question = Question::Target;
            return self.act_for(id, Action::Ask { ticket: 0, attempt, question });
        }
        Ok(())
    }

    fn completes(&mut self) -> Checked {
        if self.is(Sabotage::CompleteIsLost) {
            return Ok(());
        }
        let (left, was_open) = (pending(&self.files), self.run_is_open);
        self.run_is_open = !self.is_strict() && left > 0;
        if self.is_strict() {
            ensure(left == 0, Promise::CompleteOnce, || format!("complete, and {left} are left"))?;
            ensure(was_open, Promise::CompleteOnce, || "complete, and no run was open".into())?;
            if self.is(Sabotage::CompleteTwice) {
                return ensure(self.run_is_open, Promise::CompleteOnce, || "again".into());
            }
        }
        Ok(())
    }

    fn gone<T>(&self, id: FileId, what: &str) -> Checked<T> {
        ensure(false, Promise::NothingAfterTheEnd, || format!("file {id} {what}, and is gone"))?;
        unreachable!("it was just refused")
    }

    fn act_for(&mut self, id: FileId, action: Action<Value>) -> Checked {
        if matches!(action, Action::Abandon) {
            return Ok(());
        }
        if matches!(action, Action::Stop(_)) {
            if !self.is(Sabotage::StopIsIgnored) {
                self.running.remove(&id);
            }
            return Ok(());
        }
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "is acted for") };
        let (life, is_strict) = (known.life, self.plan.nested == 0);
        ensure(life == Life::Active || !is_strict, Promise::NothingAfterTheEnd, || {
            format!("file {id} is {life:?}, and {action:?}")
        })?;
        match action {
            Action::Report(progress) => self.reports(id, progress),
            Action::Announce { attempt, delay, error } => {
                self.announces(id, attempt, delay, &error)
            }
            Action::AnnounceStall => Ok(()),
            Action::Ask { ticket, .. } => {
                let (now, not_before) = (self.now, known.not_before);
                known.not_before = 0.0;
                ensure(now + 0.5 >= not_before, Promise::WaitsAsAnnounced, || {
                    format!("file {id}: at {now}, announced for {not_before}")
                })?;
                let task = self.task(id, ticket)?;
                self.ask(id, task);
                Ok(())
            }
            Action::Check { ticket, .. } => {
                let task = self.task(id, ticket)?;
                let readable = !self.unreadable.contains(&id);
                let event = Box::new(Event::FileChecked { readable });
                let wait = self.choices.wait(3);
                self.after(wait, Happening::Tell { id, task, event, ends: true });
                Ok(())
            }
            Action::Send { ticket, url, .. } => {
                let is_new = self.sent_to.insert(url.clone());
                ensure(is_new, Promise::UrlWorksOnce, || format!("file {id} goes to {url} again"))?;
                let task = self.task(id, ticket)?;
                self.send(id, task, url);
                Ok(())
            }
            Action::AskApp { ticket, error, .. } => {
                let retry = !self.is_calm && self.choices.chance(50);
                let event = Event::AppSaid { retry, error };
                self.change(|queue, now| queue.handle(id, ticket, event, now))
            }
            Action::Finish(result) => self.finishes(id, result),
            action => panic!("a file in one piece needs no {action:?}"),
        }
    }

    /// Something new is under way for a file.
    fn task(&mut self, id: FileId, ticket: Ticket) -> Checked<Task> {
        let task = Task { ticket };
        match self.running.insert(id, task) {
            None => Ok(task),
            Some(before) => {
                ensure(false, Promise::OneThingAtATime, || format!("file {id}: {before:?}"))?;
                Ok(task)
            }
        }
    }

    fn reports(&mut self, id: FileId, mut progress: Progress) -> Checked {
        if self.is(Sabotage::ProgressGoesBack) && progress.phase == Phase::Processing {
            progress.loaded /= 2;
        }
        if self.is(Sabotage::EarlyHundred) && progress.phase == Phase::Processing {
            progress.percentage = 100.0;
        }
        let total = self.queue.total();
        let is_sane = (0.0..=100.0).contains(&total.percentage) && total.loaded <= total.total;
        ensure(is_sane, Promise::ProgressIsTrue, || format!("the whole: {total:?}"))?;
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "reports") };
        // A pause ends the attempt; the next one is free, and waits for the resume.
        if progress.phase == Phase::Paused && progress.attempt == known.announced + 1 {
            known.announced += 1;
        }
        known.progress(id, progress)
    }

    fn announces(&mut self, id: FileId, attempt: u32, delay: f64, error: &UploadError) -> Checked {
        if self.is(Sabotage::AnnouncementIsLost) {
            return Ok(());
        }
        // A handler may have changed the connection since this was decided.
        let is_known = self.is_strict();
        let (now, online, delays) = (self.now, self.online, self.plan.retry_delays.len());
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "announces") };
        let follows = attempt == known.announced + 1;
        known.announced = attempt;
        known.not_before = now + delay;
        if error.code == ErrorCode::UrlExpired && known.renewals == 0 {
            known.renewals = 1;
        } else if is_known && (online || !error.retryable) {
            known.charged += 1;
        }
        let charged = known.charged;
        ensure(follows, Promise::Announced, || format!("file {id}: attempt {attempt}"))?;
        ensure(charged <= delays, Promise::BoundedRetries, || format!("{charged} of {delays}"))
    }

    fn finishes(&mut self, id: FileId, result: Result<Value, UploadError>) -> Checked {
        self.running.remove(&id);
        let size = self.sizes[&id];
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "finishes") };
        let is_done = known.last.is_some_and(|last| last.percentage == 100.0);
        known.life = if result.is_ok() { Life::Done } else { Life::Failed };
        ensure(is_done == result.is_ok(), Promise::ProgressIsTrue, || {
            format!("file {id} ends with {result:?}")
        })?;
        match result {
            Ok(media) => {
                let is_stored = self.servers.has(id, &media, size);
                ensure(is_stored, Promise::SuccessIsStored, || format!("file {id}: {media}"))
            }
            Err(_) => Ok(()),
        }
    }
}
