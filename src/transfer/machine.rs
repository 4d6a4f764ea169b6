//! The state machine of a transfer: events in, actions out. What follows which event is in `flow`,
//! and in `end` where it ends something.

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
    /// By what the store verifies each part.
    checksums: Checksums,
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
    session: Session,
    /// Bytes that were stored when an expired URL was last replaced by beginning afresh. That is done
    /// again only where more are: what gets nowhere has to end.
    renewed_at: Option<u64>,
    meter: Meter,
    random: Random,
    last_ticket: Ticket,
    online: bool,
    /// A few at most.
    actions: Vec<Action<J>>,
}

impl<J: Json> Transfer<J> {
    /// Creates a transfer of `file`. `seed` makes the waits random; the tickets that it gives out come
    /// after `tickets`.
    #[must_use]
    pub fn new(file: Rc<FileInfo>, settings: Rc<Settings>, seed: u64, tickets: Ticket) -> Self {
        let session = Session::new((settings.new_key)(), &file);
        Self::with_session(session, file, settings, seed, tickets)
    }

    /// Like [`Self::new`], for a file that was tried before.
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

    /// Ends the transfer without a result: whoever aborts knows why. Nothing follows.
    pub fn abort(&mut self) {
        self.end();
        self.actions.clear();
    }

    /// Returns what the file's upload is.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Ends the transfer, and returns what the file's upload is: it stays with the file.
    #[must_use]
    pub fn into_session(mut self) -> Session {
        self.session.release();
        self.session
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
        self.each_task(now, |transfer, mut task| {
            if online && matches!(task.state, State::WaitingForConnection { .. }) {
                task.retries.came_back();
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
            (State::Finding, Event::Found { earlier, replaced }) => {
                self.session.found(earlier, replaced, &self.settings.origins);
                self.begin(task, now);
            }
            (State::Locking, Event::Locked(is_locked)) => {
                self.session.locked(is_locked, self.settings.new_key);
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
                // What the request has beyond the file is the form, most of which goes first.
                let form = total.saturating_sub(self.size_of(&task));
                let sent_of_file = sent.saturating_sub(form);
                let is_first = sent > 0 && !mem::replace(&mut task.has_moved, true);
                if is_first || sent_of_file > task.sent {
                    task.has_left = true;
                    task.sent = sent_of_file;
                    // Only what was seen to move can be seen to stop, and what is all sent moves no
                    // more.
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
