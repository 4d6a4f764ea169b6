//! How far an upload is, told truthfully.
//!
//! Bytes are the file's, not the form's. They count as sent when the browser has handed them to
//! the network, which is not yet stored: so the percentage stays below 100 until the media object
//! is there. Within an attempt nothing moves backwards; what an attempt loses, the next one begins
//! without.

/// What an upload is doing. From the liveliest down: the phase of many is the first of these that
/// one of them is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Sending bytes.
    Uploading,
    /// All bytes are on their way; the host has not answered yet.
    Processing,
    /// Waiting for the time, or for the connection, to try again.
    Waiting,
    /// Asking the app's backend where to send the file.
    Preparing,
    /// Stopped until the page goes on.
    Paused,
    /// The media object is here.
    Done,
}

impl Phase {
    /// The word that the page is told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Uploading => "uploading",
            Self::Processing => "processing",
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
        }
    }
}

/// A snapshot of an upload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What the upload is doing.
    pub phase: Phase,
    /// Bytes of the file that are stored in parts, or were handed to the network in this attempt.
    pub loaded: u64,
    /// Bytes of the file.
    pub total: u64,
    /// 0 to 100; 100 only in [`Phase::Done`].
    pub percentage: f64,
    /// Bytes per second, smoothed; 0 until there is something to measure.
    pub speed: f64,
    /// Seconds left at this speed; unknown before there is one, and while the host processes.
    pub eta: Option<f64>,
    /// Counts from 1.
    pub attempt: u32,
}

/// Where the percentage waits for the media object.
const NOT_YET_DONE: f64 = 99.0;

/// Measures an upload.
#[derive(Debug)]
pub(super) struct Meter {
    total: u64,
    loaded: u64,
    phase: Phase,
    attempt: u32,
    speed: Speed,
}

impl Meter {
    pub(super) fn new(total: u64) -> Self {
        Self { total, loaded: 0, phase: Phase::Preparing, attempt: 1, speed: Speed::default() }
    }

    pub(super) const fn attempt(&self) -> u32 {
        self.attempt
    }

    pub(super) const fn phase(&self) -> Phase {
        self.phase
    }

    /// Another attempt begins: what the last one had under way counts no more. Where nothing is
    /// left of it, the speed is measured anew.
    pub(super) fn begin_attempt(&mut self, loaded: u64) {
        self.attempt += 1;
        self.loaded = loaded;
        if loaded == 0 {
            self.speed = Speed::default();
        }
    }

    /// So much was stored before this upload began, and says nothing of its speed.
    pub(super) fn start_from(&mut self, stored: u64) {
        self.loaded = stored;
    }

    /// The upload goes on to `phase` at `now` (ms).
    pub(super) fn enter(&mut self, phase: Phase, now: f64) {
        self.phase = phase;
        match phase {
            Phase::Preparing | Phase::Waiting | Phase::Paused => {}
            Phase::Uploading => self.speed.start(now),
            Phase::Processing | Phase::Done => self.loaded = self.total,
        }
    }

    /// `loaded` bytes of the file are handed to the network, or stored, at `now` (ms). Answers
    /// whether that is news.
    pub(super) fn advance(&mut self, loaded: u64, now: f64) -> bool {
        let loaded = loaded.min(self.total);
        if self.phase != Phase::Uploading || loaded <= self.loaded {
            return false;
        }
        self.speed.advance((loaded - self.loaded) as f64, now);
        self.loaded = loaded;
        true
    }

    pub(super) fn progress(&self) -> Progress {
        let speed = self.speed.per_second();
        Progress {
            phase: self.phase,
            loaded: self.loaded,
            total: self.total,
            percentage: self.percentage(),
            speed,
            eta: match self.phase {
                Phase::Done => Some(0.0),
                Phase::Uploading if speed > 0.0 => Some((self.total - self.loaded) as f64 / speed),
                _ => None,
            },
            attempt: self.attempt,
        }
    }

    fn percentage(&self) -> f64 {
        match self.phase {
            Phase::Processing => NOT_YET_DONE,
            Phase::Done => 100.0,
            _ if self.total == 0 => 0.0,
            _ => (self.loaded as f64 / self.total as f64 * 100.0).min(NOT_YET_DONE),
        }
    }
}

/// The time constant, in ms, with which old measurements fade.
const MEMORY: f64 = 3_000.0;

/// How long, in ms, to measure before there is a speed to tell: the first bytes only fill the
/// buffers between the page and the network.
const WARM_UP: f64 = 500.0;

/// An exponentially weighted mean that does not start out biased towards zero: bytes and time
/// fade alike, and the speed is their quotient.
#[derive(Debug, Default)]
struct Speed {
    started: f64,
    last: f64,
    bytes: f64,
    time: f64,
}

impl Speed {
    fn start(&mut self, now: f64) {
        self.started = now;
        self.last = now;
    }

    fn advance(&mut self, bytes: f64, now: f64) {
        let elapsed = (now - self.last).max(0.0);
        // For short steps this is exp(-elapsed / MEMORY), without the weight of an `exp`.
        let kept = MEMORY / (MEMORY + elapsed);
        self.bytes = self.bytes * kept + bytes;
        self.time = self.time * kept + elapsed;
        self.last = now;
    }

    fn per_second(&self) -> f64 {
        if self.last - self.started < WARM_UP { 0.0 } else { self.bytes / self.time * 1_000.0 }
    }
}
