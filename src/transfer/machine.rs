//! The state machine of a transfer: events in, actions out.

use std::rc::Rc;

use super::answer::{Reply, read_media};
use super::endpoint::{Target, read_reply, read_target};
use super::progress::Meter;
use super::retry::{Next, Retries};
use super::watch::Watch;
use super::{ErrorCode, FileInfo, Json, Phase, Progress, Settings, UploadError, max_file_size};

/// What happened.
#[derive(Clone, Debug)]
pub enum Event<J> {
    /// The app's backend answered over HTTP.
    EndpointAnswered(Reply),
    /// The app's own function answered with an upload target.
    EndpointReturned(J),
    /// The app's own function failed.
    EndpointThrew {
        /// Its words.
        words: String,
        /// The HTTP status that it says it failed with.
        status: Option<u16>,
        /// Whether it is the failure of a request that nobody answered.
        unreachable: bool,
    },
    /// The app's backend did not answer.
    EndpointUnreachable,
    /// What [`Action::CheckFile`] found.
    FileChecked {
        /// Whether the file can be read as it was picked.
        readable: bool,
    },
    /// The request has sent `sent` of its `total` bytes, the form's included.
    BytesSent {
        /// Bytes sent so far.
        sent: u64,
        /// Bytes of the whole request body.
        total: u64,
    },
    /// The last byte of the request was handed to the network.
    BodySent,
    /// The host answered the upload.
    Answered(Reply),
    /// The request ended without an answer.
    ConnectionLost,
    /// What the app says to [`Action::AskApp`].
    AppSaid {
        /// Whether to try again.
        retry: bool,
        /// The failure that it was asked about.
        error: UploadError,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Action<J> {
    /// Tell the page how far the upload is.
    Report(Progress),
    /// Tell the page that another attempt follows.
    Announce {
        /// The number of that attempt.
        attempt: u32,
        /// How long it is waited for, in ms; 0 also where it is waited for the connection.
        delay: f64,
        /// Why.
        error: UploadError,
    },
    /// Tell the page that no byte has moved for too long.
    AnnounceStall,
    /// Ask the app's backend for an upload target; answered by an `Endpoint…` event.
    AskEndpoint {
        /// The attempt it is for.
        attempt: u32,
    },
    /// Find out whether the file can still be read as it was picked; answered by
    /// [`Event::FileChecked`].
    CheckFile {
        /// The attempt it is for.
        attempt: u32,
    },
    /// Send the file to this upload URL, as a form; answered by `BytesSent`, `BodySent` and then
    /// `Answered` or `ConnectionLost`.
    Send {
        /// The attempt it is for.
        attempt: u32,
        /// The upload URL. It works once.
        url: String,
    },
    /// Ask the app whether to try again after this; answered by [`Event::AppSaid`].
    AskApp {
        /// The attempt that failed.
        attempt: u32,
        /// How it failed.
        error: UploadError,
    },
    /// Stop what is under way: nothing of it is wanted any more.
    Stop,
    /// The upload has ended. Nothing follows.
    Finish(Result<J, UploadError>),
}

#[derive(Debug)]
enum State {
    New,
    AskingEndpoint,
    /// Before anything is sent: a browser may send a changed file as it finds it.
    CheckingFile {
        url: String,
    },
    Sending {
        url: String,
    },
    /// After the connection was lost: a browser does not tell a network that failed from a file
    /// that it could not read.
    LookingForReason,
    AskingApp,
    Waiting {
        until: f64,
    },
    WaitingForConnection,
    Paused,
    Ended,
}

/// One file on its way. See the [module](super) for the flow.
#[derive(Debug)]
pub struct Transfer<J> {
    file: Rc<FileInfo>,
    settings: Rc<Settings>,
    state: State,
    attempt: u32,
    meter: Meter,
    retries: Retries,
    /// Runs while an answer is waited for.
    watch: Option<Watch>,
    online: bool,
    /// A few at most.
    actions: Vec<Action<J>>,
}

impl<J: Json> Transfer<J> {
    /// A transfer of `file`. `seed` is chance for the waits.
    #[must_use]
    pub fn new(file: Rc<FileInfo>, settings: Rc<Settings>, seed: u64) -> Self {
        Self {
            meter: Meter::new(file.size, 1, Phase::Preparing),
            file,
            settings,
            state: State::New,
            attempt: 1,
            retries: Retries::new(seed),
            watch: None,
            online: true,
            actions: Vec::new(),
        }
    }

    /// Starts the first attempt. A second call does nothing.
    pub fn start(&mut self, now: f64) {
        if matches!(self.state, State::New) {
            self.ask_endpoint(now);
        }
    }

    /// Ends the transfer without a result: whoever aborts knows why. Nothing follows.
    pub fn abort(&mut self) {
        self.state = State::Ended;
        self.watch = None;
        self.actions.clear();
    }

    /// Stops what is under way, until [`Self::resume`]. What was sent of a simple upload is lost
    /// with it.
    pub fn pause(&mut self) {
        if !matches!(self.state, State::New | State::Paused | State::Ended) {
            self.actions.clear();
            self.actions.push(Action::Stop);
            self.next_attempt(State::Paused, Phase::Paused);
        }
    }

    /// Goes on after [`Self::pause`], with an attempt that is charged to nobody.
    pub fn resume(&mut self, now: f64) {
        if matches!(self.state, State::Paused) {
            self.ask_endpoint(now);
        }
    }

    /// Takes in whether the page is online, at `now`.
    ///
    /// Coming back starts the attempt that waits for it, and nothing else: a request under way
    /// may well live on.
    pub fn set_online(&mut self, online: bool, now: f64) {
        self.online = online;
        if online && matches!(self.state, State::WaitingForConnection) {
            self.ask_endpoint(now);
        }
    }

    /// Takes in what happened in `attempt` at `now` (ms on a clock that never goes back).
    ///
    /// An event that the state does not wait for changes nothing: browsers do send progress after
    /// an answer, and answers to what was given up.
    pub fn handle(&mut self, attempt: u32, event: Event<J>, now: f64) {
        if attempt != self.attempt {
            return;
        }
        match (&self.state, event) {
            (State::AskingEndpoint, Event::EndpointAnswered(reply)) => {
                self.go_to(read_reply(&reply, self.settings.http_loopback), now);
            }
            (State::AskingEndpoint, Event::EndpointReturned(answer)) => {
                self.go_to(read_target(&answer, self.settings.http_loopback), now);
            }
            (State::AskingEndpoint, Event::EndpointThrew { words, status, unreachable }) => {
                self.fail(UploadError::thrown(&words, status, unreachable), now);
            }
            (State::AskingEndpoint, Event::EndpointUnreachable) => self.fail_with(
                ErrorCode::Network,
                "The app's backend did not answer. Is the connection gone?",
                now,
            ),
            (State::CheckingFile { url }, Event::FileChecked { readable: true }) => {
                let url = url.clone();
                self.send(url, now);
            }
            (State::LookingForReason, Event::FileChecked { readable: true }) => self.fail_with(
                ErrorCode::Network,
                "The connection was lost before the host answered.",
                now,
            ),
            (
                State::CheckingFile { .. } | State::LookingForReason,
                Event::FileChecked { readable: false },
            ) => self.fail_with(
                ErrorCode::FileUnreadable,
                "The file has changed or was removed since it was picked. Pick it again.",
                now,
            ),
            (State::Sending { .. }, Event::BytesSent { sent, total }) => {
                if let Some(progress) = self.meter.sent(sent, total, now) {
                    self.actions.push(Action::Report(progress));
                    if let Some(watch) = &mut self.watch {
                        watch.reset(now);
                    }
                }
            }
            (State::Sending { .. }, Event::BodySent) => {
                self.enter(Phase::Processing, now);
                self.watch = Some(Watch::start(self.settings.response_timeout, now));
            }
            (State::Sending { url }, Event::Answered(reply)) => match read_media(&reply, url) {
                Ok(media) => self.succeed(media, now),
                Err(error) => self.fail(error, now),
            },
            (State::Sending { .. }, Event::ConnectionLost) => {
                self.check_file(State::LookingForReason);
            }
            (State::AskingApp, Event::AppSaid { retry, error }) => {
                let delays = &self.settings.retry_delays;
                let next = if retry { self.retries.spend(&error, delays) } else { Next::Give };
                self.follow(next, error, now);
            }
            _ => {}
        }
    }

    /// When [`Self::handle_timeout`] wants to be called, in ms on the clock of `now`.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        match self.state {
            State::Waiting { until } => Some(until),
            _ => self.watch.and_then(|watch| watch.deadline()),
        }
    }

    /// Takes in that it is `now`. Does nothing before the deadline.
    pub fn handle_timeout(&mut self, now: f64) {
        let is_over = match &mut self.watch {
            Some(watch) => watch.is_over(now),
            None => false,
        };
        if is_over {
            self.give_up_waiting(now);
        } else if matches!(self.state, State::Waiting { until } if now >= until) {
            self.ask_endpoint(now);
        }
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

    fn ask_endpoint(&mut self, now: f64) {
        self.state = State::AskingEndpoint;
        self.watch =
            (self.settings.times_endpoint).then(|| Watch::start(self.settings.stall_timeout, now));
        self.enter(Phase::Preparing, now);
        self.actions.push(Action::AskEndpoint { attempt: self.attempt });
    }

    fn go_to(&mut self, target: Result<Target<J>, UploadError>, now: f64) {
        match target {
            Ok(Target::Simple { url }) => match self.check_size() {
                Ok(()) => self.check_file(State::CheckingFile { url }),
                Err(error) => self.fail(error, now),
            },
            Ok(Target::Stored { media }) => self.succeed(media, now),
            Err(error) => self.fail(error, now),
        }
    }

    fn check_size(&self) -> Result<(), UploadError> {
        let limit = max_file_size(&self.settings.field_name, &self.file);
        if self.file.size > limit {
            Err(UploadError::too_large(self.file.size, limit))
        } else {
            Ok(())
        }
    }

    fn check_file(&mut self, state: State) {
        self.state = state;
        self.watch = None;
        self.actions.push(Action::CheckFile { attempt: self.attempt });
    }

    fn send(&mut self, url: String, now: f64) {
        self.state = State::Sending { url: url.clone() };
        // From now on, not from the first byte: a connection may never carry one.
        self.watch = Some(Watch::start(self.settings.stall_timeout, now));
        self.enter(Phase::Uploading, now);
        self.actions.push(Action::Send { attempt: self.attempt, url });
    }

    fn give_up_waiting(&mut self, now: f64) {
        let (code, message) = if self.meter.phase() == Phase::Processing {
            (ErrorCode::Timeout, "The host has the file but did not answer in time.")
        } else if matches!(self.state, State::AskingEndpoint) {
            (ErrorCode::Stalled, "The app's backend did not answer in time.")
        } else {
            self.actions.push(Action::AnnounceStall);
            (ErrorCode::Stalled, "The connection has stalled: nothing moves any more.")
        };
        self.actions.push(Action::Stop);
        self.fail_with(code, message, now);
    }

    fn succeed(&mut self, media: J, now: f64) {
        self.enter(Phase::Done, now);
        self.finish(Ok(media));
    }

    fn fail_with(&mut self, code: ErrorCode, message: &str, now: f64) {
        self.fail(UploadError::new(code, message), now);
    }

    fn fail(&mut self, error: UploadError, now: f64) {
        let error = UploadError { attempt: self.attempt, ..error };
        let Settings { retry_delays, asks_app, .. } = &*self.settings;
        let next = self.retries.next(&error, retry_delays, *asks_app, self.online);
        self.follow(next, error, now);
    }

    fn follow(&mut self, next: Next, error: UploadError, now: f64) {
        let attempt = self.attempt;
        let (state, delay) = match next {
            Next::Give => return self.finish(Err(error)),
            Next::Ask => {
                self.watch = None;
                self.state = State::AskingApp;
                return self.actions.push(Action::AskApp { attempt, error });
            }
            Next::WhenOnline => (State::WaitingForConnection, 0.0),
            Next::Retry { delay } => (State::Waiting { until: now + delay }, delay),
        };
        self.actions.push(Action::Announce { attempt: attempt + 1, delay, error });
        self.next_attempt(state, Phase::Waiting);
    }

    /// Begins another attempt, which is first to wait. Nothing that was sent counts for it.
    fn next_attempt(&mut self, state: State, phase: Phase) {
        self.state = state;
        self.watch = None;
        self.attempt += 1;
        self.meter = Meter::new(self.file.size, self.attempt, phase);
        self.report();
    }

    fn finish(&mut self, result: Result<J, UploadError>) {
        self.state = State::Ended;
        self.watch = None;
        self.actions.push(Action::Finish(result));
    }

    fn enter(&mut self, phase: Phase, now: f64) {
        self.meter.enter(phase, now);
        self.report();
    }

    fn report(&mut self) {
        self.actions.push(Action::Report(self.meter.progress()));
    }
}
