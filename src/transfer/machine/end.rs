//! The ends of a try: success, a retry, or a failure.

use std::mem;

use super::super::event::Action;
use super::super::retry::Next;
use super::super::task::{Job, State, Task};
use super::super::watch::Watch;
use super::super::{ErrorCode, Json, Phase, UploadError};
use super::{Life, Transfer};

impl<J: Json> Transfer<J> {
    pub(super) fn give_up_waiting(&mut self, task: Box<Task>, now: f64) {
        if task.is_recalling() {
            return self.skip_recall(task, now);
        }
        let (code, message) = if task.state == State::Asking {
            (
                ErrorCode::Stalled,
                if task.has_left {
                    "The app's backend did not answer in time."
                } else {
                    "The app's backend was not asked: `options.headers` did not answer in time."
                },
            )
        } else if task.phase == Phase::Processing {
            (ErrorCode::Timeout, "The host has the file but did not answer in time.")
        } else if task.state != State::Sending || !task.has_left {
            (
                ErrorCode::FileUnreadable,
                "This file can't be read: its device or page does not answer. Choose it again.",
            )
        } else {
            self.actions.push(Action::AnnounceStall);
            (ErrorCode::Stalled, "The connection has stalled: nothing moves any more.")
        };
        self.actions.push(Action::Stop(Some(task.ticket)));
        self.fail_with(task, code, message, now);
    }

    /// Continues without remembered uploads, because the browser's storage does not answer.
    fn skip_recall(&mut self, mut task: Box<Task>, now: f64) {
        self.actions.push(Action::Stop(Some(task.ticket)));
        if task.state == State::Finding {
            self.session.found(Vec::new(), None, "");
        } else {
            self.session.locked(true, self.settings.new_key);
        }
        task.state = State::Idle;
        self.begin(task, now);
    }

    pub(super) fn succeed(&mut self, media: J, now: f64) {
        self.meter.enter(Phase::Done, now);
        self.report();
        self.actions.push(Action::Forget);
        if let Some(abort) = self.session.abort_replaced() {
            self.actions.push(Action::Abort(abort));
        }
        self.finish(Ok(media));
    }

    pub(super) fn fail_with(&mut self, task: Box<Task>, code: ErrorCode, message: &str, now: f64) {
        self.fail(task, UploadError::boxed(code, message.into()), now);
    }

    pub(super) fn fail(&mut self, mut task: Box<Task>, mut error: Box<UploadError>, now: f64) {
        error.attempt = self.meter.attempt();
        if error.code == ErrorCode::UrlExpired {
            let is_signed = task.is_piece() && self.resumable().is_none();
            if is_signed && !mem::replace(&mut task.retries.renewed, true) {
                return self.follow(task, Next::Retry { delay: 0.0 }, error, now);
            }
            let stored = self.stored();
            if self.renewed_at.is_none_or(|before| stored > before) {
                self.renewed_at = Some(stored);
                return self.begin_afresh(task, error, now);
            }
        }
        let next = task.retries.next(&error, &self.settings, self.online, &mut self.random);
        self.follow(task, next, error, now);
    }

    /// Asks for a new target at once, because the URL has expired. If the file was sent in pieces, aborts that
    /// upload first.
    fn begin_afresh(&mut self, task: Box<Task>, error: Box<UploadError>, now: f64) {
        let task = if self.upload.take().is_some() {
            self.tasks.clear();
            self.actions.push(Action::Stop(None));
            // The upload may still exist although its URL has expired.
            self.actions.push(Action::Forget);
            self.actions.push(Action::Abort(self.session.abort()));
            Task::new(Job::Whole)
        } else {
            task
        };
        self.follow(task, Next::Retry { delay: 0.0 }, error, now);
    }

    pub(super) fn follow(
        &mut self,
        mut task: Box<Task>,
        next: Next,
        error: Box<UploadError>,
        now: f64,
    ) {
        let (state, delay) = match next {
            Next::Fail => return self.finish(Err(error)),
            Next::Ask => {
                let attempt = task.tries;
                let ticket = self.await_answer(task, State::AskingApp, Watch::never());
                return self.actions.push(Action::AskApp { ticket, attempt, error });
            }
            Next::WhenOnline { longest } => {
                (State::WaitingForConnection { until: now + longest }, 0.0)
            }
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

    pub(super) fn begin_attempt(&mut self) {
        let loaded = self.loaded();
        self.meter.begin_attempt(loaded);
    }

    pub(super) fn finish(&mut self, result: Result<J, Box<UploadError>>) {
        self.end();
        self.actions.push(Action::Finish(result));
    }

    pub(super) fn end(&mut self) {
        self.life = Life::Ended;
        self.tasks.clear();
    }
}
