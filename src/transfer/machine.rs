//! The state machine of a transfer: events in, actions out.

use std::mem;
use std::ops::Range;
use std::rc::Rc;

use super::answer::{Reply, bad_response, read_chunk, read_media, read_part, stored_media};
use super::endpoint::{
    Asked, Resumable, Target, bad_target, read_parts, read_reply, read_signed, read_target,
};
use super::error::digits;
use super::event::{Action, Body, Event, Question, Ticket};
use super::parts::Parts;
use super::progress::Meter;
use super::retry::{Next, Random};
use super::task::{Job, State, Task};
use super::watch::Watch;
use super::{
    ErrorCode, FileInfo, Json, Phase, Progress, Settings, UploadError, crc32c, max_file_size,
};

/// Where in its life a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    New,
    Active,
    Paused,
    Ended,
}

/// An upload in pieces that the backend has begun.
#[derive(Debug)]
struct Upload {
    parts: Parts,
    /// Where all chunks go; parts are each signed for.
    resumable: Option<Resumable>,
}

/// One file on its way. See the [module](super) for the flow.
#[derive(Debug)]
pub struct Transfer<J> {
    file: Rc<FileInfo>,
    settings: Rc<Settings>,
    life: Life,
    /// What is tried at present: one thing, or some pieces.
    #[expect(clippy::vec_box, reason = "they go in and out, one by one")]
    tasks: Vec<Box<Task>>,
    upload: Option<Upload>,
    /// Whether an expired URL was replaced by beginning afresh, which is done once.
    renewed: bool,
    meter: Meter,
    random: Random,
    last_ticket: Ticket,
    online: bool,
    /// A few at most.
    actions: Vec<Action<J>>,
}

impl<J: Json> Transfer<J> {
    /// A transfer of `file`. `seed` is chance for the waits; the tickets that it gives out come
    /// after `tickets`.
    #[must_use]
    pub fn new(file: Rc<FileInfo>, settings: Rc<Settings>, seed: u64, tickets: Ticket) -> Self {
        Self {
            meter: Meter::new(file.size),
            file,
            settings,
            life: Life::New,
            tasks: vec![Task::new(Job::Whole)],
            upload: None,
            renewed: false,
            random: Random::new(seed),
            last_ticket: tickets,
            online: true,
            actions: Vec::new(),
        }
    }

    /// Starts the first attempt. A second call does nothing.
    pub fn start(&mut self, now: f64) {
        if self.life == Life::New {
            self.go_on(now);
        }
    }

    /// Ends the transfer without a result: whoever aborts knows why. Nothing follows.
    pub fn abort(&mut self) {
        self.end();
        self.actions.clear();
    }

    /// Stops what is under way, until [`Self::resume`]. Of what was sent, only what is stored in
    /// pieces counts afterwards.
    pub fn pause(&mut self) {
        if self.life != Life::Active {
            return;
        }
        self.life = Life::Paused;
        self.actions.push(Action::Stop(None));
        for mut task in mem::take(&mut self.tasks) {
            match (task.job, &mut self.upload) {
                (Job::Piece(range), Some(upload)) => upload.parts.give_back(range),
                (job, _) => {
                    task.job = job;
                    task.rest(State::Idle, Phase::Paused);
                    self.tasks.push(task);
                }
            }
        }
        self.begin_attempt();
        self.meter.enter(Phase::Paused, 0.0);
        self.report();
    }

    /// Goes on after [`Self::pause`], with an attempt that is charged to nobody.
    pub fn resume(&mut self, now: f64) {
        if self.life == Life::Paused {
            self.actions.push(Action::Resumed { from: self.stored() });
            self.go_on(now);
        }
    }

    /// Takes in whether the page is online, at `now`.
    ///
    /// Coming back starts the attempt that waits for it, and nothing else: a request under way
    /// may well live on.
    pub fn set_online(&mut self, online: bool, now: f64) {
        self.online = online;
        self.each_task(now, |transfer, task| {
            if online && task.state == State::WaitingForConnection {
                transfer.begin(task, now);
            } else {
                transfer.tasks.push(task);
            }
        });
    }

    /// Begins to send another piece, where there is one to send. Answers whether there was: of how
    /// many are under way at once, somebody else decides.
    pub fn begin_piece(&mut self, now: f64) -> bool {
        if !self.is_sending_pieces() {
            return false;
        }
        let piece = self.upload.as_mut().and_then(|upload| upload.parts.next());
        let Some(piece) = piece else { return false };
        self.begin(Task::new(Job::Piece(piece)), now);
        self.look_back(now);
        true
    }

    /// Pieces that are under way, or wait to be tried again.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.tasks.iter().filter(|task| task.is_piece()).count()
    }

    /// Takes in what happened under `ticket` at `now` (ms on a clock that never goes back).
    ///
    /// An event that nothing waits for changes nothing: browsers do send progress after an answer,
    /// and answers to what was given up.
    pub fn handle(&mut self, ticket: Ticket, event: Event<J>, now: f64) {
        let Some(index) = self.tasks.iter().position(|task| task.ticket == ticket) else { return };
        let mut task = self.tasks.swap_remove(index);
        match (task.state, event) {
            (State::Asking, Event::EndpointAnswered(reply)) => self.hear(task, &reply, now),
            (State::Asking, Event::EndpointReturned(answer)) => {
                let target = read_target(&answer, self.asked(!self.settings.times_endpoint));
                self.go_to(task, target, now);
            }
            (State::Asking, Event::EndpointThrew { words, status, unreachable }) => {
                self.fail(task, UploadError::thrown(&words, status, unreachable), now);
            }
            (State::Asking, Event::EndpointUnreachable) => {
                let message = "The app's backend did not answer. Is the connection gone?";
                self.fail_with(task, ErrorCode::Network, message, now);
            }
            (State::Checking, Event::FileChecked { readable: true }) => {
                self.send(task, None, now);
            }
            (State::Hashing, Event::Hashed(crc)) => {
                task.crc = crc;
                self.ask_for_part(task, now);
            }
            (State::LookingForReason, Event::FileChecked { readable: true }) => {
                let message = "The connection was lost before the host answered.";
                self.fail_with(task, ErrorCode::Network, message, now);
            }
            (
                State::Checking | State::Hashing | State::LookingForReason,
                Event::FileChecked { readable: false },
            ) => {
                let message =
                    "The file has changed or was removed since it was picked. Pick it again.";
                self.fail_with(task, ErrorCode::FileUnreadable, message, now);
            }
            (State::Sending, Event::BytesSent { sent, total }) => {
                // What the request has beyond the file is the form, most of which goes first.
                let form = total.saturating_sub(self.size_of(&task));
                let sent = sent.saturating_sub(form);
                if sent > task.sent {
                    task.sent = sent;
                    task.watch.reset(now);
                }
                self.tasks.push(task);
            }
            (State::Sending, Event::BodySent) => {
                task.sent = self.size_of(&task);
                task.phase = Phase::Processing;
                task.watch = Watch::start(self.settings.response_timeout, now);
                self.tasks.push(task);
            }
            (State::Sending, Event::Answered(reply)) => self.take_answer(task, &reply, now),
            (State::Sending, Event::ConnectionLost) => {
                self.check_file(task, State::LookingForReason);
            }
            (State::AskingApp, Event::AppSaid { retry, error }) => {
                let next = if retry {
                    task.retries.spend(&error, &self.settings, &mut self.random)
                } else {
                    Next::Give
                };
                self.follow(task, next, error, now);
            }
            _ => self.tasks.push(task),
        }
        self.look_back(now);
    }

    /// When [`Self::handle_timeout`] wants to be called, in ms on the clock of `now`.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        self.tasks.iter().filter_map(|task| task.deadline()).reduce(f64::min)
    }

    /// Takes in that it is `now`. Does nothing before the deadline.
    pub fn handle_timeout(&mut self, now: f64) {
        self.each_task(now, |transfer, mut task| {
            if task.watch.is_over(now) {
                transfer.give_up_waiting(task, now);
            } else if matches!(task.state, State::Waiting { until } if now >= until) {
                transfer.begin(task, now);
            } else {
                transfer.tasks.push(task);
            }
        });
    }

    /// The next thing to do, or nothing until the next event.
    ///
    /// Asked one at a time, because doing one thing can change what comes next: a page may abort
    /// from within its own progress callback.
    pub fn poll(&mut self) -> Option<Action<J>> {
        (!self.actions.is_empty()).then(|| self.actions.remove(0))
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.meter.progress()
    }

    /// Shows each task to `look`, which puts it back, or not.
    fn each_task(&mut self, now: f64, mut look: impl FnMut(&mut Self, Box<Task>)) {
        // Backwards: what is put back comes after what was not seen yet.
        for index in (0..self.tasks.len()).rev() {
            if index < self.tasks.len() {
                let task = self.tasks.swap_remove(index);
                look(self, task);
            }
        }
        self.look_back(now);
    }

    /// Lets what rests go on.
    fn go_on(&mut self, now: f64) {
        self.life = Life::Active;
        self.meter.enter(Phase::Preparing, now);
        self.report();
        for task in mem::take(&mut self.tasks) {
            self.begin(task, now);
        }
        self.look_back(now);
    }

    /// Begins a try of a task.
    fn begin(&mut self, mut task: Box<Task>, now: f64) {
        task.phase = Phase::Preparing;
        match &task.job {
            Job::Whole => self.ask(task, Question::Target, self.endpoint_timeout(), now),
            Job::Stock => self.ask(task, Question::Parts, self.settings.stall_timeout, now),
            Job::Completion => {
                task.phase = Phase::Processing;
                self.ask(task, Question::Complete, self.settings.response_timeout, now);
            }
            Job::Piece(range) => {
                task.phase = Phase::Uploading;
                match self.resumable() {
                    Some(resumable) => {
                        task.url = resumable.url.clone();
                        self.check_file(task, State::Checking);
                    }
                    None => {
                        let range = range.clone();
                        let ticket = self.await_answer(task, State::Hashing, Watch::never());
                        self.actions.push(Action::Hash { ticket, range });
                    }
                }
            }
        }
    }

    /// A task waits for the answer to what is done next for it, under the ticket that it gets here.
    fn await_answer(&mut self, mut task: Box<Task>, state: State, watch: Watch) -> Ticket {
        self.last_ticket += 1;
        task.ticket = self.last_ticket;
        task.state = state;
        task.watch = watch;
        self.tasks.push(task);
        self.last_ticket
    }

    fn ask(&mut self, task: Box<Task>, question: Question, timeout: f64, now: f64) {
        let ticket = self.await_answer(task, State::Asking, Watch::start(timeout, now));
        let attempt = self.meter.attempt();
        self.actions.push(Action::Ask { ticket, attempt, question });
    }

    /// How long an answer of the endpoint is waited for. An app's own function may take its time.
    fn endpoint_timeout(&self) -> f64 {
        if self.settings.times_endpoint { self.settings.stall_timeout } else { 0.0 }
    }

    fn ask_for_part(&mut self, task: Box<Task>, now: f64) {
        let question =
            Question::Part { number: self.number_of(&task), checksum: crc32c::to_base64(task.crc) };
        self.ask(task, question, self.settings.stall_timeout, now);
    }

    /// The backend has answered a question over HTTP.
    fn hear(&mut self, mut task: Box<Task>, reply: &Reply, now: f64) {
        let answer = match read_reply(reply, self.upload.is_some()) {
            Ok(answer) => answer,
            Err(error) => return self.fail(task, error, now),
        };
        match task.job {
            Job::Whole => {
                let target = read_target(&answer, self.asked(false));
                self.go_to(task, target, now);
            }
            Job::Stock => match read_parts(&answer) {
                Ok(parts) => self.take_stock(&parts, now),
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
                None => self.fail(task, bad_response(reply, None), now),
            },
        }
    }

    fn asked(&self, function: bool) -> Asked {
        Asked { http_loopback: self.settings.http_loopback, function }
    }

    fn go_to(
        &mut self,
        mut task: Box<Task>,
        target: Result<Target<J>, Box<UploadError>>,
        now: f64,
    ) {
        match target {
            Ok(Target::Simple { url }) => match self.check_size() {
                Ok(()) => {
                    task.url = url;
                    self.check_file(task, State::Checking);
                }
                Err(error) => self.fail(task, error, now),
            },
            Ok(Target::Stored { media }) => self.succeed(media, now),
            Ok(Target::Resumable(resumable)) => {
                let mut parts =
                    Parts::growing(self.file.size, resumable.chunk_size, &self.settings);
                for (first, last) in &resumable.received {
                    parts.skip(*first..last.saturating_add(1));
                }
                self.upload = Some(Upload { parts, resumable: Some(resumable) });
                self.actions.push(Action::KeepUpload { id: None, part_size: 0 });
                self.go_on_from_stored(now);
            }
            Ok(Target::Multipart { id, part_size, is_begun }) => {
                let Some(parts) = Parts::alike(self.file.size, part_size) else {
                    let problem = "its `part_size` makes too many parts of the file";
                    return self.fail(task, bad_target(problem), now);
                };
                self.upload = Some(Upload { parts, resumable: None });
                self.actions.push(Action::KeepUpload { id: Some(id), part_size });
                if is_begun {
                    self.begin(Task::new(Job::Stock), now);
                } else {
                    self.go_on_from_stored(now);
                }
            }
            Err(error) => self.fail(task, error, now),
        }
    }

    /// The store has these parts; those that are as they were planned need not be sent.
    fn take_stock(&mut self, listed: &[J], now: f64) {
        let Some(upload) = &mut self.upload else { return };
        for part in listed {
            let (number, size) = (part.count_in("part_number"), part.count_in("size"));
            let (Some(number), Some(size), Some(etag)) = (number, size, part.text_in("etag"))
            else {
                continue;
            };
            if upload.parts.numbered(number, size).is_some_and(|piece| upload.parts.skip(piece)) {
                let checksum = part.text_in("checksum");
                self.actions.push(Action::KeepPart { number: number as u32, etag, checksum });
            }
        }
        self.go_on_from_stored(now);
    }

    /// What the host has already counts from the start.
    fn go_on_from_stored(&mut self, now: f64) {
        let from = self.stored();
        if from > 0 {
            self.meter.start_from(from);
            self.actions.push(Action::Resumed { from });
        }
        self.keep_loaded(now);
    }

    fn keep_loaded(&mut self, now: f64) {
        self.actions.push(Action::KeepLoaded(self.stored()));
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

    fn check_file(&mut self, task: Box<Task>, state: State) {
        let at = range_of(&task).map_or(0, |range| range.start);
        let ticket = self.await_answer(task, state, Watch::never());
        self.actions.push(Action::Check { ticket, at });
    }

    fn send(&mut self, mut task: Box<Task>, headers: Option<J>, now: f64) {
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
        // From now on, not from the first byte: a connection may never carry one.
        let watch = Watch::start(self.settings.stall_timeout, now);
        let url = task.url.clone();
        let ticket = self.await_answer(task, State::Sending, watch);
        self.actions.push(Action::Send { ticket, url, body });
    }

    /// The host has answered what was sent to it.
    fn take_answer(&mut self, task: Box<Task>, reply: &Reply, now: f64) {
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
                self.keep_loaded(now);
            }
            Err(error) => self.fail(task, error, now),
        }
    }

    fn take_part(&mut self, task: &Task, reply: &Reply) -> Result<(), Box<UploadError>> {
        let etag = read_part::<J>(reply, &task.url)?;
        let checksum = Some(crc32c::to_base64(task.crc));
        self.actions.push(Action::KeepPart { number: self.number_of(task), etag, checksum });
        Ok(())
    }

    /// All parts are there: they can be put together. A host that has all chunks has said so.
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

    fn give_up_waiting(&mut self, task: Box<Task>, now: f64) {
        let (code, message) = if task.state == State::Asking {
            (ErrorCode::Stalled, "The app's backend did not answer in time.")
        } else if task.phase == Phase::Processing {
            (ErrorCode::Timeout, "The host has the file but did not answer in time.")
        } else {
            self.actions.push(Action::AnnounceStall);
            (ErrorCode::Stalled, "The connection has stalled: nothing moves any more.")
        };
        self.actions.push(Action::Stop(Some(task.ticket)));
        self.fail_with(task, code, message, now);
    }

    fn succeed(&mut self, media: J, now: f64) {
        self.meter.enter(Phase::Done, now);
        self.report();
        self.finish(Ok(media));
    }

    fn fail_with(&mut self, task: Box<Task>, code: ErrorCode, message: &str, now: f64) {
        self.fail(task, UploadError::boxed(code, message.into()), now);
    }

    fn fail(&mut self, mut task: Box<Task>, mut error: Box<UploadError>, now: f64) {
        error.attempt = self.meter.attempt();
        if error.code == ErrorCode::UrlExpired {
            let is_signed = task.is_piece() && self.resumable().is_none();
            if is_signed && !mem::replace(&mut task.retries.renewed, true) {
                return self.follow(task, Next::Retry { delay: 0.0 }, error, now);
            }
            if !mem::replace(&mut self.renewed, true) {
                return self.begin_afresh(task, error, now);
            }
        }
        let next = task.retries.next(&error, &self.settings, self.online, &mut self.random);
        self.follow(task, next, error, now);
    }

    /// What was begun is gone: asks for another target, at once.
    fn begin_afresh(&mut self, task: Box<Task>, error: Box<UploadError>, now: f64) {
        let task = if self.upload.take().is_some() {
            self.tasks.clear();
            self.actions.push(Action::Stop(None));
            // An expired URL does not say that its upload is gone.
            self.actions.push(Action::Abandon);
            Task::new(Job::Whole)
        } else {
            task
        };
        self.follow(task, Next::Retry { delay: 0.0 }, error, now);
    }

    fn follow(&mut self, mut task: Box<Task>, next: Next, error: Box<UploadError>, now: f64) {
        let (state, delay) = match next {
            Next::Give => return self.finish(Err(error)),
            Next::Ask => {
                let attempt = task.tries;
                let ticket = self.await_answer(task, State::AskingApp, Watch::never());
                return self.actions.push(Action::AskApp { ticket, attempt, error });
            }
            Next::WhenOnline => (State::WaitingForConnection, 0.0),
            Next::Retry { delay } => (State::Waiting { until: now + delay }, delay),
        };
        let attempt = self.meter.attempt() + 1;
        self.actions.push(Action::Announce { attempt, delay, error });
        task.rest(state, Phase::Waiting);
        self.tasks.push(task);
        self.begin_attempt();
        self.meter.enter(self.phase(), now);
        self.report();
    }

    fn begin_attempt(&mut self) {
        let loaded = self.loaded();
        self.meter.begin_attempt(loaded);
    }

    fn finish(&mut self, result: Result<J, Box<UploadError>>) {
        self.end();
        self.actions.push(Action::Finish(result));
    }

    fn end(&mut self) {
        self.life = Life::Ended;
        self.tasks.clear();
    }

    /// Tells the page where that is news.
    fn look_back(&mut self, now: f64) {
        if self.life != Life::Active {
            return;
        }
        let phase = self.phase();
        let is_new = phase != self.meter.phase();
        if is_new {
            self.meter.enter(phase, now);
        }
        let loaded = self.loaded();
        if self.meter.advance(loaded, now) || is_new {
            self.report();
        }
    }

    /// What it looks like from outside.
    fn phase(&self) -> Phase {
        match self.tasks.iter().map(|task| task.phase).min() {
            // What is tried again, or was never sent, is still to go.
            Some(Phase::Processing) if self.loaded() < self.file.size => Phase::Uploading,
            None if self.is_sending_pieces() => Phase::Uploading,
            Some(phase) => phase,
            None => self.meter.phase(),
        }
    }

    /// Whether there are pieces that wait for their turn.
    fn is_sending_pieces(&self) -> bool {
        self.life == Life::Active
            && self.upload.as_ref().is_some_and(|upload| upload.parts.has_next())
            && self.tasks.iter().all(|task| task.is_piece())
    }

    fn resumable(&self) -> Option<&Resumable> {
        self.upload.as_ref()?.resumable.as_ref()
    }

    fn stored(&self) -> u64 {
        self.upload.as_ref().map_or(0, |upload| upload.parts.stored())
    }

    fn loaded(&self) -> u64 {
        self.stored() + self.tasks.iter().map(|task| task.sent).sum::<u64>()
    }

    fn size_of(&self, task: &Task) -> u64 {
        range_of(task).map_or(self.file.size, |range| range.end - range.start)
    }

    fn number_of(&self, task: &Task) -> u32 {
        self.upload
            .as_ref()
            .zip(range_of(task))
            .map_or(0, |(upload, range)| upload.parts.number(&range))
    }

    fn report(&mut self) {
        self.actions.push(Action::Report(self.meter.progress()));
    }
}

/// The bytes of a piece.
fn range_of(task: &Task) -> Option<Range<u64>> {
    match &task.job {
        Job::Piece(range) => Some(range.clone()),
        _ => None,
    }
}

/// `bytes 0-5/10` (RFC 9110, section 14.4), or as some hosts want it. Of an empty file there is no
/// byte to name.
fn content_range(range: &Range<u64>, total: u64, equals_form: bool) -> String {
    let unit = if equals_form { "bytes=" } else { "bytes " };
    let bytes = match range.end.checked_sub(1) {
        Some(last) => [&*digits(range.start), "-", &digits(last)].concat(),
        None => "*".into(),
    };
    [unit, &bytes, "/", &digits(total)].concat()
}
