//! The state machine of a transfer: events in, actions out. `flow` has the steps of an upload that goes
//! well, `end` those that end a try.

mod end;
mod flow;

use std::mem;
use std::ops::Range;
use std::rc::Rc;

use super::checksums::Checksums;
use super::endpoint::{Resumable, asked_for, bad_target, read_target};
use super::event::{Action, Event, Ticket};
use super::parts::Parts;
use super::progress::Meter;
use super::retry::{Next, Random};
use super::session::Session;
use super::task::{Job, State, Task};
use super::watch::Watch;
use super::{ErrorCode, FileInfo, Json, Phase, Progress, Settings, UploadError};

/// The stage of a transfer's life.
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
    /// Where all chunks go. `None` for parts: each has a signed URL of its own.
    resumable: Option<Resumable>,
    /// How the store verifies each part.
    checksums: Checksums,
}

/// The upload of one file. See the [module](super) for the flow.
#[derive(Debug)]
pub struct Transfer<J> {
    file: Rc<FileInfo>,
    settings: Rc<Settings>,
    life: Life,
    /// The current tasks: one, or several pieces.
    #[expect(clippy::vec_box, reason = "they go in and out, one by one")]
    tasks: Vec<Box<Task>>,
    upload: Option<Upload>,
    session: Session,
    /// How many bytes were stored when the upload was last begun afresh because its URL had expired. It
    /// is begun afresh again only if more bytes are stored then, so that an upload without progress ends.
    renewed_at: Option<u64>,
    meter: Meter,
    random: Random,
    last_ticket: Ticket,
    online: bool,
    /// Never more than a few.
    actions: Vec<Action<J>>,
}

impl<J: Json> Transfer<J> {
    /// Creates a transfer of `file`. `seed` randomises the retry delays. The transfer numbers its tickets
    /// from `tickets` + 1 on.
    #[must_use]
    pub fn new(file: Rc<FileInfo>, settings: Rc<Settings>, seed: u64, tickets: Ticket) -> Self {
        let session = Session::new((settings.new_key)(), &file);
        Self::with_session(session, file, settings, seed, tickets)
    }

    /// Like [`Self::new`], for a file that already has a session.
    #[must_use]
    pub fn with_session(
        session: Session,
        file: Rc<FileInfo>,
        settings: Rc<Settings>,
        seed: u64,
        tickets: Ticket,
    ) -> Self {
        Self {
            meter: Meter::new(file.size),
            session,
            file,
            settings,
            life: Life::New,
            tasks: vec![Task::new(Job::Whole)],
            upload: None,
            renewed_at: None,
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

    /// Ends the transfer. No action follows, not even [`Action::Finish`], because the caller knows why.
    pub fn abort(&mut self) {
        self.end();
        self.actions.clear();
    }

    /// Returns the file's session.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Ends the transfer and returns the file's session, which outlives it.
    #[must_use]
    pub fn into_session(mut self) -> Session {
        self.session.release();
        self.session
    }

    /// Stops all requests until [`Self::resume`]. Afterwards only stored pieces count as sent.
    pub fn pause(&mut self) {
        if self.life != Life::Active {
            return;
        }
        self.life = Life::Paused;
        // A search of the storage goes on: a lock that is asked for twice would seem to be another window's.
        if !self.tasks.iter().any(|task| task.is_recalling()) {
            self.actions.push(Action::Stop(None));
        }
        for mut task in mem::take(&mut self.tasks) {
            if task.is_recalling() {
                task.phase = Phase::Paused;
                self.tasks.push(task);
                continue;
            }
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

    /// Continues after [`Self::pause`] with a new attempt, which uses up no retry.
    pub fn resume(&mut self, now: f64) {
        if self.life == Life::Paused {
            self.actions.push(Action::Resumed { from: self.stored() });
            self.go_on(now);
        }
    }

    /// Must be called when the page goes online or offline.
    ///
    /// Going online starts the tasks that wait for a connection. It restarts no request, because one that
    /// is active may have survived.
    pub fn set_online(&mut self, online: bool, now: f64) {
        self.online = online;
        self.each_task(now, |transfer, mut task| {
            if online && matches!(task.state, State::WaitingForConnection { .. }) {
                task.retries.came_back();
                transfer.begin(task, now);
            } else {
                transfer.tasks.push(task);
            }
        });
    }

    /// Begins to send another piece. Returns false if there is none to send. The caller decides how many
    /// pieces are sent at once.
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

    /// Returns how many pieces are being sent or wait for a retry.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.tasks.iter().filter(|task| task.is_piece()).count()
    }

    /// Handles an event of `ticket` at `now` (ms on a clock that never goes back).
    ///
    /// Ignores an event that no task waits for. Browsers do report progress after an answer, and deliver
    /// answers to cancelled requests.
    pub fn handle(&mut self, ticket: Ticket, event: Event<J>, now: f64) {
        let Some(index) = self.tasks.iter().position(|task| task.ticket == ticket) else { return };
        let mut task = self.tasks.swap_remove(index);
        match (task.state, event) {
            (State::Finding, Event::Found { earlier, replaced }) => {
                self.session.found(earlier, replaced, &self.settings.origins);
                task.state = State::Idle;
                self.begin(task, now);
            }
            (State::Locking, Event::Locked(is_locked)) => {
                self.session.locked(is_locked, self.settings.new_key);
                task.state = State::Idle;
                self.begin(task, now);
            }
            (State::Asking, Event::EndpointAnswered(reply)) => {
                self.on_endpoint_reply(task, &reply, now);
            }
            (State::Asking, Event::EndpointReturned(answer)) => {
                let target = read_target(&answer, self.asked(true));
                self.go_to(task, target, now);
            }
            (State::Asking, Event::EndpointThrew { words, status, unreachable }) => {
                let doing = asked_for(&task.job);
                let error = UploadError::thrown(ticket, doing, &words, status, unreachable);
                self.fail(task, error, now);
            }
            (State::Asking, Event::EndpointUnreachable) => {
                let message = "The app's backend did not answer. Is the connection gone?";
                self.fail_with(task, ErrorCode::Network, message, now);
            }
            (State::Asking | State::Sending, Event::RequestLeft) => {
                task.has_left = true;
                task.watch.reset(now);
                self.tasks.push(task);
            }
            (State::Hashing, Event::BytesRead) => {
                task.watch.reset(now);
                self.tasks.push(task);
            }
            (State::Checking, Event::FileChecked { readable: true }) => {
                self.send(task, None, now);
            }
            (State::Hashing, Event::Hashed(checksum)) => {
                task.checksum = Some(checksum);
                self.ask_for_part(task, now);
            }
            (State::Hashing, Event::NotLoaded { words, retryable }) => {
                let mut error = UploadError::boxed(ErrorCode::NotLoaded, words);
                error.retryable = retryable;
                self.fail(task, error, now);
            }
            (State::LookingForReason, Event::FileChecked { readable: true }) => {
                let message = "The connection was lost before the host answered.";
                self.fail_with(task, ErrorCode::Network, message, now);
            }
            (
                State::Checking | State::Hashing | State::LookingForReason,
                Event::FileChecked { readable: false },
            ) => {
                let message = "This file was changed or moved. Choose it again.";
                self.fail_with(task, ErrorCode::FileUnreadable, message, now);
            }
            (
                State::Checking | State::Hashing | State::LookingForReason,
                Event::FileRefused { forbidden },
            ) => {
                let message = if forbidden {
                    "The browser may not read this file. Check its permissions."
                } else {
                    "This file can't be read: it was changed, or the browser may not. Choose it again."
                };
                self.fail_with(task, ErrorCode::FileUnreadable, message, now);
            }
            (State::Sending, Event::BytesSent { sent, total }) => {
                // The bytes beyond the file are the form's, and most of them precede the file.
                let form = total.saturating_sub(self.size_of(&task));
                let sent_of_file = sent.saturating_sub(form);
                let is_first = sent > 0 && !mem::replace(&mut task.has_moved, true);
                if is_first || sent_of_file > task.sent {
                    task.has_left = true;
                    task.sent = sent_of_file;
                    // The stall timeout needs progress to compare with, and a body that is completely
                    // sent makes no more progress.
                    let is_all = sent >= total;
                    let Settings { stall_timeout, response_timeout, .. } = *self.settings;
                    let timeout = if is_all { response_timeout } else { stall_timeout };
                    task.watch = Watch::start(timeout, now);
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
                self.check_file(task, State::LookingForReason, now);
            }
            (State::Sending, Event::SendRefused) => {
                let problem = "a browser takes no request with its `url` and its `headers`";
                self.fail(task, bad_target(problem), now);
            }
            (State::AskingApp, Event::AppSaid { retry, error }) => {
                let next = if retry {
                    task.retries.spend(&error, &self.settings, &mut self.random)
                } else {
                    Next::Fail
                };
                self.follow(task, next, error, now);
            }
            _ => self.tasks.push(task),
        }
        self.look_back(now);
    }

    /// Returns when to call [`Self::handle_timeout`], in ms on the clock of `now`. Returns `None` if no task
    /// waits for a time.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        self.tasks.iter().filter_map(|task| task.deadline()).reduce(f64::min)
    }

    /// Handles timeouts and delays that are over at `now`. Does nothing before the deadline.
    pub fn handle_timeout(&mut self, now: f64) {
        self.each_task(now, |transfer, mut task| {
            if task.watch.is_over(now) {
                transfer.give_up_waiting(task, now);
            } else if matches!(
                task.state,
                State::Waiting { until } | State::WaitingForConnection { until } if now >= until
            ) {
                transfer.begin(task, now);
            } else {
                transfer.tasks.push(task);
            }
        });
    }

    /// Returns the next action. Returns `None` until the next event.
    ///
    /// Returns one action at a time, because performing it can change the ones after it: a page may abort
    /// from within its own progress callback.
    pub fn poll(&mut self) -> Option<Action<J>> {
        (!self.actions.is_empty()).then(|| self.actions.remove(0))
    }

    /// Returns the progress of the upload.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.meter.progress()
    }

    /// Takes out each task and passes it to `look`, which may put it back.
    fn each_task(&mut self, now: f64, mut look: impl FnMut(&mut Self, Box<Task>)) {
        // Goes backwards, because a task that is put back goes to the end.
        for index in (0..self.tasks.len()).rev() {
            if index < self.tasks.len() {
                let task = self.tasks.swap_remove(index);
                look(self, task);
            }
        }
        self.look_back(now);
    }

    /// Begins all tasks, at the start or after a pause.
    fn go_on(&mut self, now: f64) {
        self.life = Life::Active;
        self.meter.enter(Phase::Preparing, now);
        self.report();
        for task in mem::take(&mut self.tasks) {
            self.begin(task, now);
        }
        self.look_back(now);
    }

    /// Emits `Report` if the phase or the bytes changed.
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

    /// Returns the phase of the whole upload, from those of its tasks.
    fn phase(&self) -> Phase {
        match self.tasks.iter().map(|task| task.phase).min() {
            // Some pieces are still unsent, or wait for a retry.
            Some(Phase::Processing) if self.loaded() < self.file.size => Phase::Uploading,
            None if self.is_sending_pieces() => Phase::Uploading,
            Some(phase) => phase,
            None => self.meter.phase(),
        }
    }

    /// Returns whether there are pieces that can be sent now.
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

/// Returns the byte range of a task that sends a piece. Returns `None` for other tasks.
fn range_of(task: &Task) -> Option<Range<u64>> {
    match &task.job {
        Job::Piece(range) => Some(range.clone()),
        _ => None,
    }
}
