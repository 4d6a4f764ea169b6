//! The steps of an upload as long as nothing goes wrong: it asks the backend, handles the answer, sends
//! the bytes, and continues with the next piece.

use std::ops::Range;

use super::super::answer::{
    Reply, check_redirect, no_media, read_chunk, read_media, read_part, redact, stored_media, words,
};
use super::super::checksums::Checksums;
use super::super::endpoint::{
    Asked, Target, bad_target, read_listed_checksums, read_parts, read_reply, read_signed,
    read_target,
};
use super::super::error::digits;
use super::super::event::{Action, Body, Ticket};
use super::super::parts::Parts;
use super::super::requests::{Question, Request, StoredPart};
use super::super::retry::Next;
use super::super::session::Need;
use super::super::task::{Job, State, Task};
use super::super::watch::Watch;
use super::super::{ErrorCode, Json, Phase, Settings, UploadError, max_file_size};
use super::{Life, Transfer, Upload, range_of};

/// The timeout for finding and locking an upload, in ms. The shell has shorter timeouts for both; this one is
/// for a browser whose storage never answers.
const RECALL_TIMEOUT: f64 = 60_000.0;

impl<J: Json> Transfer<J> {
    /// Begins a try of a task.
    pub(super) fn begin(&mut self, mut task: Box<Task>, now: f64) {
        let is_paused = self.life == Life::Paused;
        task.phase = if is_paused { Phase::Paused } else { Phase::Preparing };
        // A search of the storage went on during a pause.
        if is_paused || task.is_recalling() {
            return self.tasks.push(task);
        }
        match &task.job {
            Job::Whole => self.begin_whole(task, now),
            Job::List => self.ask(task, Question::Parts, self.settings.stall_timeout, now),
            Job::Completion => {
                task.phase = Phase::Processing;
                self.ask(task, Question::Complete, self.settings.response_timeout, now);
            }
            Job::Piece(range) => {
                task.phase = Phase::Uploading;
                match self.resumable() {
                    Some(resumable) => {
                        task.url = resumable.url.clone();
                        self.check_file(task, State::Checking, now);
                    }
                    None => match self.checksums() {
                        Checksums::None => self.ask_for_part(task, now),
                        checksums => {
                            let range = range.clone();
                            let watch = Watch::start(self.settings.reading_timeout(), now);
                            let ticket = self.await_answer(task, State::Hashing, watch);
                            self.actions.push(Action::Hash { ticket, range, checksums });
                        }
                    },
                }
            }
        }
    }

    /// Gives the task a new ticket and parks it in `state` until the answer arrives. Returns the ticket.
    pub(super) fn await_answer(
        &mut self,
        mut task: Box<Task>,
        state: State,
        watch: Watch,
    ) -> Ticket {
        self.last_ticket += 1;
        task.ticket = self.last_ticket;
        task.state = state;
        task.watch = watch;
        task.has_left = false;
        task.has_moved = false;
        self.tasks.push(task);
        self.last_ticket
    }

    /// Asks where the file goes, or continues an upload that was begun. Before that, finds and locks the
    /// upload if the file is remembered.
    fn begin_whole(&mut self, task: Box<Task>, now: f64) {
        if self.settings.remembers(self.file.size) {
            let watch = Watch::start(RECALL_TIMEOUT, now);
            match self.session.need() {
                Need::Find => {
                    let ticket = self.await_answer(task, State::Finding, watch);
                    return self.actions.push(Action::Find { ticket });
                }
                Need::Lock(key) => {
                    let ticket = self.await_answer(task, State::Locking, watch);
                    return self.actions.push(Action::Lock { ticket, key });
                }
                Need::Nothing => {}
            }
        }
        let saved = self.session.saved();
        if saved.upload_id.is_some() {
            let part_size = saved.part_size;
            return self.begin_parts(task, part_size, Checksums::default(), true, now);
        }
        let Settings { endpoint, props, .. } = &*self.settings;
        let request = self.session.ask_target(endpoint.clone(), self.file.size, props.as_deref());
        self.ask_with(task, request, self.settings.endpoint_timeout(), now);
    }

    fn ask(&mut self, task: Box<Task>, question: Question, timeout: f64, now: f64) {
        match self.session.ask(question) {
            Some(request) => self.ask_with(task, request, timeout, now),
            None => debug_assert!(false, "only an upload that was begun has parts"),
        }
    }

    fn ask_with(&mut self, task: Box<Task>, request: Box<Request>, timeout: f64, now: f64) {
        let ticket = self.await_answer(task, State::Asking, Watch::start(timeout, now));
        let attempt = self.meter.attempt();
        self.actions.push(Action::Ask { ticket, attempt, request });
    }

    pub(super) fn ask_for_part(&mut self, task: Box<Task>, now: f64) {
        let (number, checksum) = (self.number_of(&task), task.checksum.clone());
        let question = Question::Part { number, checksum };
        self.ask(task, question, self.settings.stall_timeout, now);
    }

    /// Handles the backend's answer over HTTP.
    pub(super) fn on_endpoint_reply(&mut self, mut task: Box<Task>, reply: &Reply, now: f64) {
        let answer = match read_reply(reply, &task.job, self.upload.is_some()) {
            Ok(answer) => answer,
            Err(error) => return self.fail(task, error, now),
        };
        match task.job {
            Job::Whole => {
                let target = read_target(&answer, self.asked(false));
                self.go_to(task, target, now);
            }
            Job::List => match read_listed_checksums(&answer).and_then(|checksums| {
                // A remembered session does not contain the kind of checksum.
                if let Some((upload, checksums)) = self.upload.as_mut().zip(checksums) {
                    upload.checksums = checksums;
                }
                read_parts(&answer)
            }) {
                Ok(parts) => self.skip_stored(&parts, now),
                Err(error) => self.fail(task, error, now),
            },
            Job::Piece(_) => {
                let number = self.number_of(&task);
                match read_signed(&answer, number, self.settings.http_loopback) {
                    Ok((url, headers)) => {
                        task.url = url;
                        self.send(task, headers, now);
                    }
                    Err(error) => self.fail(task, error, now),
                }
            }
            Job::Completion => match stored_media(&answer) {
                Some(media) => self.succeed(media, now),
                None => {
                    let words = words(&answer).map(|words| redact(&words, ""));
                    self.fail(task, no_media("The app's backend", reply, words), now);
                }
            },
        }
    }

    fn checksums(&self) -> Checksums {
        self.upload.as_ref().map_or(Checksums::None, |upload| upload.checksums)
    }

    /// Returns what an upload target is checked against. `returned` says whether the app's own function
    /// answered.
    pub(super) fn asked(&self, returned: bool) -> Asked<'_> {
        let settings = &self.settings;
        Asked {
            http_loopback: settings.http_loopback,
            origins: returned.then_some(&*settings.origins),
        }
    }

    pub(super) fn go_to(
        &mut self,
        mut task: Box<Task>,
        target: Result<Target<J>, Box<UploadError>>,
        now: f64,
    ) {
        match target {
            Ok(Target::Simple { url }) => match self.check_size() {
                Ok(()) => {
                    task.url = url;
                    self.check_file(task, State::Checking, now);
                }
                Err(error) => self.fail(task, error, now),
            },
            Ok(Target::Stored { media }) => self.succeed(media, now),
            Ok(Target::Resumable(resumable)) => {
                let mut parts =
                    Parts::adaptive(self.file.size, resumable.chunk_size, &self.settings);
                for (first, last) in &resumable.received {
                    parts.skip(*first..last.saturating_add(1));
                }
                let checksums = Checksums::None;
                self.upload = Some(Upload { parts, resumable: Some(resumable), checksums });
                self.go_on_from_stored(now);
            }
            Ok(Target::Multipart { id, part_size, checksums, endpoint }) => {
                let endpoint = endpoint.or_else(|| self.settings.endpoint.clone());
                self.session.begin(endpoint, id, part_size);
                self.begin_parts(task, part_size, checksums, false, now);
            }
            Err(error) => self.fail(task, error, now),
        }
    }

    /// Begins to send parts. If an earlier attempt has begun the upload, first lists the parts that the store
    /// has.
    fn begin_parts(
        &mut self,
        task: Box<Task>,
        part_size: u64,
        checksums: Checksums,
        was_begun: bool,
        now: f64,
    ) {
        let Some(parts) = Parts::fixed(self.file.size, part_size) else {
            let problem = "its `part_size` makes too many parts of the file";
            return self.fail(task, bad_target(problem), now);
        };
        self.upload = Some(Upload { parts, resumable: None, checksums });
        if was_begun {
            self.begin(Task::new(Job::List), now);
        } else {
            self.go_on_from_stored(now);
        }
    }

    /// Skips the listed parts whose number and size are as planned.
    fn skip_stored(&mut self, listed: &[J], now: f64) {
        let Some(upload) = &mut self.upload else { return };
        for part in listed {
            let (number, size) = (part.count_in("part_number"), part.count_in("size"));
            let (Some(number), Some(size), Some(etag)) = (number, size, part.text_in("etag"))
            else {
                continue;
            };
            if upload.parts.numbered(number, size).is_some_and(|piece| upload.parts.skip(piece)) {
                let checksum = part.text_in("checksum");
                self.session.keep(StoredPart { number: number as u32, etag: Some(etag), checksum });
            }
        }
        self.go_on_from_stored(now);
    }

    /// Counts the bytes that the host already has, then continues.
    fn go_on_from_stored(&mut self, now: f64) {
        let from = self.stored();
        if from > 0 {
            self.meter.start_from(from);
            self.actions.push(Action::Resumed { from });
        }
        self.remember(now);
    }

    fn remember(&mut self, now: f64) {
        if self.settings.remembers(self.file.size) {
            let (saved, is_new) = self.session.save();
            self.actions.push(Action::Remember { saved, is_new, loaded: self.stored() });
        }
        self.complete_if_stored(now);
    }

    fn check_size(&self) -> Result<(), Box<UploadError>> {
        let limit = max_file_size(&self.settings.field_name, &self.file);
        if self.file.size > limit {
            Err(UploadError::too_large(self.file.size, limit))
        } else {
            Ok(())
        }
    }

    pub(super) fn check_file(&mut self, task: Box<Task>, state: State, now: f64) {
        let at = range_of(&task).map_or(self.file.size, |range| range.end).saturating_sub(1);
        let watch = Watch::start(self.settings.reading_timeout(), now);
        let ticket = self.await_answer(task, state, watch);
        self.actions.push(Action::Check { ticket, at });
    }

    pub(super) fn send(&mut self, mut task: Box<Task>, headers: Option<J>, now: f64) {
        let body = match (range_of(&task), self.resumable()) {
            (Some(range), Some(resumable)) => {
                let content_range = content_range(&range, self.file.size, resumable.equals_form);
                Body::Chunk { range, content_range }
            }
            (Some(range), None) => Body::Part { range, headers },
            (None, _) => Body::Form,
        };
        task.phase = Phase::Uploading;
        task.sending_since = now;
        // The watch starts now, not with the first byte, because a connection may never carry one.
        let watch = Watch::start(self.settings.silent_timeout(), now);
        let url = task.url.clone();
        let ticket = self.await_answer(task, State::Sending, watch);
        self.actions.push(Action::Send { ticket, url, body });
    }

    /// Handles the host's answer to the file or a piece of it.
    pub(super) fn take_answer(&mut self, mut task: Box<Task>, reply: &Reply, now: f64) {
        if let Err(error) = check_redirect(reply, self.settings.http_loopback) {
            return self.fail(task, error, now);
        }
        let stored = match (&task.job, self.resumable()) {
            (Job::Piece(_), Some(_)) => read_chunk(reply, &task.url),
            (Job::Piece(_), None) => self.take_part(&task, reply).map(|()| None),
            _ => read_media(reply, &task.url).map(Some),
        };
        match stored {
            Ok(Some(media)) => self.succeed(media, now),
            Ok(None) => {
                if let Some((upload, range)) = self.upload.as_mut().zip(range_of(&task)) {
                    upload.parts.store(&range, now - task.sending_since);
                }
                self.remember(now);
            }
            Err(mut error) => {
                // Only chunks can be cut smaller: a part's number depends on the size of all parts.
                let is_chunk = error.code == ErrorCode::TooLarge && self.resumable().is_some();
                let upload = self.upload.as_mut().filter(|_| is_chunk);
                let smaller = upload
                    .zip(range_of(&task))
                    .and_then(|(upload, range)| upload.parts.cut_smaller(&range));
                let Some(smaller) = smaller else { return self.fail(task, error, now) };
                task.job = Job::Piece(smaller);
                error.attempt = self.meter.attempt();
                self.follow(task, Next::Retry { delay: 0.0 }, error, now);
            }
        }
    }

    fn take_part(&mut self, task: &Task, reply: &Reply) -> Result<(), Box<UploadError>> {
        let etag = read_part(reply)?;
        let checksum = task.checksum.clone();
        let number = self.number_of(task);
        self.session.keep(StoredPart { number, etag: Some(etag), checksum });
        Ok(())
    }

    /// Asks the backend to complete the upload once all parts are stored. For chunks, fails instead: the
    /// answer to the last chunk should have contained the media object.
    fn complete_if_stored(&mut self, now: f64) {
        let Some(upload) = &self.upload else { return };
        if upload.parts.has_next() || !self.tasks.is_empty() {
            return;
        }
        if self.resumable().is_none() {
            return self.begin(Task::new(Job::Completion), now);
        }
        let message = "The host has the whole file and answered no media object.";
        let mut error = UploadError::boxed(ErrorCode::BadResponse, message.into());
        error.attempt = self.meter.attempt();
        self.finish(Err(error));
    }
}

/// Returns the header's value: `bytes 0-5/10` (RFC 9110, section 14.4), or `bytes=0-5/10` for hosts that
/// require the equals sign. An empty file has no byte range: `bytes */0`.
fn content_range(range: &Range<u64>, total: u64, equals_form: bool) -> String {
    let unit = if equals_form { "bytes=" } else { "bytes " };
    let bytes = match range.end.checked_sub(1) {
        Some(last) => [&*digits(range.start), "-", &digits(last)].concat(),
        None => "*".into(),
    };
    [unit, &bytes, "/", &digits(total)].concat()
}
