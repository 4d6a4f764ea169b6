//! The state machine of a transfer: events in, actions out.

use super::answer::{Reply, read_media};
use super::endpoint::{Target, read_reply, read_target};
use super::progress::Meter;
use super::{ErrorCode, FileInfo, Json, Phase, Progress, UploadError, max_file_size};

/// What happened.
#[derive(Clone, Debug)]
pub enum Event<J> {
    /// The app's backend answered over HTTP.
    EndpointAnswered(Reply),
    /// The app's own function answered with an upload target.
    EndpointReturned(J),
    /// The app's own function failed, with these words.
    EndpointThrew(String),
    /// The app's backend did not answer.
    EndpointUnreachable,
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
    /// Whether the file can still be read, after [`Action::CheckFile`].
    FileChecked {
        /// Whether reading it worked.
        readable: bool,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Action<J> {
    /// Tell the page how far the upload is.
    Report(Progress),
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
    /// The upload has ended. Nothing follows.
    Finish(Result<J, UploadError>),
}

#[derive(Debug, PartialEq, Eq)]
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
    Ended,
}

/// One file on its way. See the [module](super) for the flow.
#[derive(Debug)]
pub struct Transfer<J> {
    file: FileInfo,
    field_name: String,
    http_loopback: bool,
    state: State,
    attempt: u32,
    meter: Meter,
    /// Two or three at most.
    actions: Vec<Action<J>>,
}

impl<J: Json> Transfer<J> {
    /// A transfer of `file` as the form's field `field_name`. `http_loopback` says whether the
    /// page is itself plain `http:`, and may therefore send to this machine over `http:`.
    #[must_use]
    pub fn new(file: FileInfo, field_name: String, http_loopback: bool) -> Self {
        Self {
            meter: Meter::new(file.size, 1),
            file,
            field_name,
            http_loopback,
            state: State::New,
            attempt: 1,
            actions: Vec::new(),
        }
    }

    /// Starts the first attempt. A second call does nothing.
    pub fn start(&mut self) {
        if self.state == State::New {
            self.state = State::AskingEndpoint;
            self.report();
            self.actions.push(Action::AskEndpoint { attempt: self.attempt });
        }
    }

    /// Ends the transfer without a result: whoever aborts knows why. Nothing follows.
    pub fn abort(&mut self) {
        self.state = State::Ended;
        self.actions.clear();
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
                self.go_to(read_reply(&reply, self.http_loopback), now);
            }
            (State::AskingEndpoint, Event::EndpointReturned(answer)) => {
                self.go_to(read_target(&answer, self.http_loopback), now);
            }
            (State::AskingEndpoint, Event::EndpointThrew(words)) => self.fail(UploadError::new(
                ErrorCode::Endpoint,
                ["The app could not prepare the upload: ", &words].concat(),
            )),
            (State::AskingEndpoint, Event::EndpointUnreachable) => self.fail(UploadError::new(
                ErrorCode::Network,
                "The app's backend did not answer. Is the connection gone?",
            )),
            (State::Sending { .. }, Event::BytesSent { sent, total }) => {
                let progress = self.meter.sent(sent, total, now);
                self.actions.extend(progress.map(Action::Report));
            }
            (State::Sending { .. }, Event::BodySent) => self.enter(Phase::Processing, now),
            (State::Sending { url }, Event::Answered(reply)) => match read_media(&reply, url) {
                Ok(media) => self.succeed(media, now),
                Err(error) => self.fail(error),
            },
            (State::Sending { .. }, Event::ConnectionLost) => {
                self.check_file(State::LookingForReason);
            }
            (State::CheckingFile { url }, Event::FileChecked { readable: true }) => {
                let url = url.clone();
                self.send(url, now);
            }
            (State::LookingForReason, Event::FileChecked { readable: true }) => {
                self.fail(UploadError::new(
                    ErrorCode::Network,
                    "The connection was lost before the host answered.",
                ));
            }
            (
                State::CheckingFile { .. } | State::LookingForReason,
                Event::FileChecked { readable: false },
            ) => {
                self.fail(UploadError::new(
                    ErrorCode::FileUnreadable,
                    "The file has changed or was removed since it was picked. Pick it again.",
                ));
            }
            _ => {}
        }
    }

    /// The next thing to do, or nothing until the next event.
    ///
    /// Asked one at a time, because doing one thing can change what comes next: a page may abort
    /// from within its own progress callback.
    pub fn poll(&mut self) -> Option<Action<J>> {
        (!self.actions.is_empty()).then(|| self.actions.remove(0))
    }

    fn go_to(&mut self, target: Result<Target<J>, UploadError>, now: f64) {
        match target {
            Ok(Target::Simple { url }) => match self.check_size() {
                Ok(()) => self.check_file(State::CheckingFile { url }),
                Err(error) => self.fail(error),
            },
            Ok(Target::Stored { media }) => self.succeed(media, now),
            Err(error) => self.fail(error),
        }
    }

    fn check_size(&self) -> Result<(), UploadError> {
        let limit = max_file_size(&self.field_name, &self.file);
        if self.file.size > limit { Err(too_large(self.file.size, limit)) } else { Ok(()) }
    }

    fn check_file(&mut self, state: State) {
        self.state = state;
        self.actions.push(Action::CheckFile { attempt: self.attempt });
    }

    fn send(&mut self, url: String, now: f64) {
        self.state = State::Sending { url: url.clone() };
        self.enter(Phase::Uploading, now);
        self.actions.push(Action::Send { attempt: self.attempt, url });
    }

    fn succeed(&mut self, media: J, now: f64) {
        self.enter(Phase::Done, now);
        self.finish(Ok(media));
    }

    fn fail(&mut self, error: UploadError) {
        self.finish(Err(UploadError { attempt: self.attempt, ..error }));
    }

    fn finish(&mut self, result: Result<J, UploadError>) {
        self.state = State::Ended;
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

fn too_large(size: u64, limit: u64) -> UploadError {
    let (mut size_digits, mut limit_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
    UploadError::new(
        ErrorCode::TooLarge,
        [
            "The file has ",
            size_digits.format(size),
            " bytes; this way of uploading takes at most ",
            limit_digits.format(limit),
            " (64 MB less the form around the file).",
        ]
        .concat(),
    )
}
