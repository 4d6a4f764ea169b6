//! The page's side: performs the queue's actions, and checks what the queue reports.

use ittybit_uploader::queue::{FileId, Output};
use ittybit_uploader::transfer::{
    Action, ErrorCode, Event, Method, Phase, Progress, Question, Request, Saved, Ticket,
    UploadError,
};
use serde_json::Value;

use crate::checks::{Checked, Job, Life, Promise, active, ensure, pending};
use crate::files::{Key, Way};
use crate::pieces::Upload;
use crate::sabotage::Sabotage;
use crate::world::World;

impl World {
    pub fn act(&mut self, output: Output<Value, Key>) -> Checked {
        let is_over = self.is_destroyed;
        ensure(!is_over, Promise::NothingAfterTheEnd, || format!("destroyed, then {output:?}"))?;
        match output {
            Output::Started(id) => self.begins(id, true),
            Output::Paused(id) => self.becomes(id, Life::Paused),
            Output::Cancelled(id) => self.becomes(id, Life::Cancelled),
            Output::Removed { id, .. } => {
                self.files.remove(&id);
                self.running.retain(|_, task| task.id != id);
                self.forget(id);
                Ok(())
            }
            Output::Abort(abort) => self.abort(&abort),
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
            known.not_before.clear();
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
            let request = Box::new(Request {
                question: Question::Target,
                method: Method::Post,
                url: None,
                key: "k0".into(),
                body: None,
            });
            return self.act_for(id, Action::Ask { ticket: 0, attempt, request });
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

    pub fn gone<T>(&self, id: FileId, what: &str) -> Checked<T> {
        ensure(false, Promise::NothingAfterTheEnd, || format!("file {id} {what}, and is gone"))?;
        unreachable!("it was just refused")
    }

    fn act_for(&mut self, id: FileId, action: Action<Value>) -> Checked {
        let (is_strict, is_over) = (self.is_strict(), matches!(action, Action::Forget));
        match action {
            Action::Stop(ticket) => return self.stops(id, ticket),
            Action::AnnounceStall => return Ok(()),
            Action::Resumed { from } => return self.resumes(id, from),
            _ => {}
        }
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "is acted for") };
        let (life, key) = (known.life, known.facts.key);
        let may = life == Life::Active || is_over || !is_strict;
        ensure(may, Promise::NothingAfterTheEnd, || {
            format!("file {id} is {life:?}, and {action:?}")
        })?;
        match action {
            Action::Report(progress) => self.reports(id, progress),
            Action::Announce { attempt, delay, error } => {
                self.announces(id, attempt, delay, &error)
            }
            Action::AskApp { ticket, error, .. } => {
                let retry = !self.is_calm && self.choices.chance(50);
                let job = self.blamed.take();
                self.pardoned.extend(job.filter(|_| retry));
                let event = Event::AppSaid { retry, error };
                self.change(|queue, now| queue.handle(id, ticket, event, now))
            }
            Action::Remember { saved, is_new, loaded } => {
                self.remembers(id, &saved)?;
                self.remember(id, key, *saved, is_new);
                self.is_stored(id, loaded)
            }
            Action::Forget => {
                let is_done = known.last.is_some_and(|last| last.phase == Phase::Done);
                self.running.retain(|_, task| task.id != id);
                self.forget(id);
                if life == Life::Active && is_strict && !is_done {
                    self.begins_afresh(id)
                } else {
                    Ok(())
                }
            }
            Action::Finish(result) => self.finishes(id, result),
            action => self.begin_task(id, action),
        }
    }

    fn stops(&mut self, id: FileId, ticket: Option<Ticket>) -> Checked {
        self.blamed = ticket.and_then(|ticket| self.running.get(&ticket)).map(|task| task.job);
        self.stopped.extend(ticket);
        if let (None, Some(known)) = (ticket, self.files.get_mut(&id)) {
            known.rest();
        }
        let all = ticket.is_none() || self.is(Sabotage::StopStopsAll);
        if !self.is(Sabotage::StopIsIgnored) {
            self.running.retain(|other, task| task.id != id || !(all || ticket == Some(*other)));
        }
        Ok(())
    }

    /// Handles that a file is resumed, after a pause or with bytes that the host already has.
    fn resumes(&mut self, id: FileId, from: u64) -> Checked {
        if self.files.get(&id).is_some_and(|known| known.life == Life::Pending) {
            self.begins(id, false)?;
        }
        if from > 0
            && let Some((Some(offered), None)) =
                self.files.get(&id).map(|known| (known.offered, known.upload))
        {
            self.goes_on_with(id, offered)?;
        }
        self.is_stored(id, if self.is(Sabotage::ResumedTellsLess) { from / 2 } else { from })
    }

    /// Checks how many bytes the queue says the host has.
    fn is_stored(&self, id: FileId, bytes: u64) -> Checked {
        let Some(known) = self.files.get(&id) else { return self.gone(id, "is told of") };
        let is_yet_to_be_known = bytes == 0 && !known.is_counted;
        let stored = known.upload.map_or(0, |upload| self.servers.uploads[upload].acked_bytes());
        let is_true = bytes == stored || is_yet_to_be_known || !self.is_strict();
        ensure(is_true, Promise::ResumedIsTrue, || {
            format!("file {id}: told of {bytes}, and the host has {stored}")
        })
    }

    /// Saves how far an upload in pieces is.
    fn remembers(&mut self, id: FileId, saved: &Saved) -> Checked {
        let upload = saved.upload_id.as_deref().map(|id| self.upload_of(id)).transpose()?;
        let Some(known) = self.files.get(&id) else { return self.gone(id, "is remembered") };
        let (current, offered) = (known.upload, known.offered);
        match upload.or(offered).or(current) {
            Some(upload) => self.goes_on_with(id, upload)?,
            None => return self.gone(id, "was offered nothing"),
        }
        if let Some(known) = self.files.get_mut(&id) {
            known.is_counted = true;
        }
        Ok(())
    }

    /// Records that the page continues this upload from now on.
    pub fn goes_on_with(&mut self, id: FileId, upload: usize) -> Checked {
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "goes on") };
        if known.upload.replace(upload) == Some(upload) {
            return Ok(());
        }
        known.is_counted = false;
        let is_multipart = matches!(known.facts.way, Way::Multipart { .. });
        let known_upload = &mut self.servers.uploads[upload];
        let is_fresh = !is_multipart || !known_upload.is_given_up;
        known_upload.is_known = true;
        known_upload.is_given_up = false;
        ensure(is_fresh, Promise::BeginsAfresh, || format!("file {id}: u{upload} again"))
    }

    fn begins_afresh(&mut self, id: FileId) -> Checked {
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "begins afresh") };
        known.rest();
        known.charged.clear();
        known.given_up = known.stored(&self.servers);
        known.upload = None;
        let may = known.may_begin_afresh(known.given_up);
        ensure(may, Promise::BeginsAfresh, || format!("file {id} begins afresh again"))
    }

    fn reports(&mut self, id: FileId, mut progress: Progress) -> Checked {
        if self.is(Sabotage::ProgressGoesBack) && progress.phase == Phase::Processing {
            progress.loaded /= 2;
        }
        if self.is(Sabotage::EarlyHundred) && progress.phase == Phase::Processing {
            progress.percentage = 100.0;
        }
        if self.is(Sabotage::ProgressRunsAhead) && progress.phase == Phase::Uploading {
            progress.loaded = progress.total;
        }
        let total = self.queue.total();
        let is_sane = (0.0..=100.0).contains(&total.percentage) && total.loaded <= total.total;
        ensure(is_sane, Promise::ProgressIsTrue, || format!("the whole: {total:?}"))?;
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "reports") };
        // A pause ends the attempt. The next attempt uses up no retry, and waits for the resume.
        if progress.phase == Phase::Paused && progress.attempt == known.announced + 1 {
            known.announced += 1;
        }
        known.progress(id, progress)?;
        if progress.phase == Phase::Done || self.plan.nested != 0 {
            return Ok(());
        }
        let upload = known.upload.map(|upload| &self.servers.uploads[upload]);
        let stored = upload.map_or(0, Upload::acked_bytes);
        let left = stored + known.sent.values().sum::<u64>();
        ensure(progress.loaded <= left, Promise::ProgressIsTrue, || {
            format!("file {id}: {left} bytes have left, and {progress:?}")
        })
    }

    fn announces(&mut self, id: FileId, attempt: u32, delay: f64, error: &UploadError) -> Checked {
        if self.is(Sabotage::AnnouncementIsLost) {
            return Ok(());
        }
        // A handler may have changed the connection after the queue decided.
        let is_known = self.is_strict();
        let (now, online) = (self.now, self.seems_online());
        let delays = self.plan.retry_delays.len();
        let job = self.blamed.take().or_else(|| self.pardoned.pop_front());
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "announces") };
        // While the app is asked, other pieces may fail in the same attempt.
        let is_latest = error.attempt + 1 == attempt || self.plan.asks_app;
        let follows = attempt == known.announced + 1 && is_latest && error.attempt < attempt;
        known.announced = attempt;
        ensure(follows, Promise::Announced, || format!("file {id}: attempt {attempt}"))?;
        // An upload that is begun afresh is another job than the one that has failed.
        let job = if known.upload.is_none() { Some(Job::Whole) } else { job };
        let Some(job) = job.filter(|_| is_known) else { return Ok(()) };
        known.not_before.insert(job, now + delay);
        known.sent.remove(&job);
        let is_part = matches!((job, known.facts.way), (Job::Piece(_), Way::Multipart { .. }));
        let is_expired = error.code == ErrorCode::UrlExpired;
        let is_renewed = is_expired && is_part && known.renewed.insert(job);
        let is_afresh = is_expired && !is_renewed && known.may_begin_afresh(known.given_up);
        if is_afresh {
            known.afresh_at = Some(known.given_up);
        }
        // A chunk that was too large is cut smaller, unless the app was asked.
        let is_cut = error.code == ErrorCode::TooLarge && delay == 0.0;
        if is_cut {
            // The job of a file check is found by the piece's last byte, which belongs to another piece after a cut.
            known.charged.retain(|job, _| !matches!(job, Job::Piece(_)));
        }
        let is_free = is_renewed || is_afresh || is_cut;
        let waits_for_connection = !online && error.retryable && error.status.is_none();
        if !is_free && !waits_for_connection {
            *known.charged.entry(job).or_default() += 1;
        }
        let charged = known.charged.get(&job).copied().unwrap_or(0);
        ensure(charged <= delays, Promise::BoundedRetries, || format!("{charged} of {delays}"))?;
        ensure(!is_free || delay == 0.0, Promise::BoundedRetries, || "what is free waits".into())
    }

    fn finishes(&mut self, id: FileId, result: Result<Value, Box<UploadError>>) -> Checked {
        self.running.retain(|_, task| task.id != id);
        let Some(known) = self.files.get_mut(&id) else { return self.gone(id, "finishes") };
        let is_done = known.last.is_some_and(|last| last.percentage == 100.0);
        known.life = if result.is_ok() { Life::Done } else { Life::Failed };
        ensure(is_done == result.is_ok(), Promise::ProgressIsTrue, || {
            format!("file {id} ends with {result:?}")
        })?;
        let key = known.facts.key;
        match result {
            Ok(media) => {
                let is_stored = self.servers.has(key, &media);
                ensure(is_stored, Promise::SuccessIsStored, || format!("file {id}: {media}"))
            }
            Err(error) => {
                let may_go_on = known.may_begin_afresh(known.stored(&self.servers));
                let is_watched = self.is_strict() && !self.plan.asks_app;
                let has_expired = error.code == ErrorCode::UrlExpired && is_watched;
                ensure(!(has_expired && may_go_on), Promise::BeginsAfresh, || {
                    format!("file {id} is given up, and more was stored since: {error:?}")
                })
            }
        }
    }
}
