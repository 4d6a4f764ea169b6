//! Measures the progress of an upload.
//!
//! It counts bytes of the file, not of the form. A byte counts as sent when the browser has handed it
//! to the network. The host may not have stored it yet, so the percentage stays below 100 until the
//! media object has arrived. Progress never moves backwards within an attempt; the next attempt starts
//! with the bytes that are stored.

/// What an upload is doing, in order of priority: the phase of several files is the first variant that
/// applies to any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Sending bytes.
    Uploading,
    /// All bytes are handed to the network, and the host has not answered yet.
    Processing,
    /// Waiting for a delay to pass, or for a connection, before the next attempt.
    Waiting,
    /// Asking the app's backend where to send the file.
    Preparing,
    /// Stopped until the page resumes it.
    Paused,
    /// The media object has arrived.
    Done,
}

impl Phase {
    /// Returns the phase as the page sees it.
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

/// The progress of an upload at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What the upload is doing.
    pub phase: Phase,
    /// Bytes of the file that are stored, or were handed to the network in this attempt.
    pub loaded: u64,
    /// The size of the file, in bytes.
    pub total: u64,
    /// 0 to 100; 100 only in [`Phase::Done`].
    pub percentage: f64,
    /// Bytes per second, smoothed. 0 until there are enough measurements.
    pub speed: f64,
    /// Seconds left at this speed. `None` while the speed is unknown, and in [`Phase::Processing`].
    pub eta: Option<f64>,
    /// The number of the attempt, counted from 1.
    pub attempt: u32,
}

/// The largest percentage before the media object has arrived.
const NOT_YET_DONE: f64 = 99.0;

/// Measures the progress of one upload.
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

    /// Begins the next attempt with `loaded` stored bytes. Bytes that the last attempt had only sent don't
    /// count any more. If none are stored, also measures the speed anew.
    pub(super) fn begin_attempt(&mut self, loaded: u64) {
        self.attempt += 1;
        self.loaded = loaded;
        if loaded == 0 {
            self.speed = Speed::default();
        }
    }

    /// Counts bytes that were stored before this upload began, which say nothing about its speed.
    pub(super) fn start_from(&mut self, stored: u64) {
        self.loaded = stored;
    }

    /// Enters `phase` at `now` (ms).
    pub(super) fn enter(&mut self, phase: Phase, now: f64) {
        self.phase = phase;
        match phase {
            Phase::Preparing | Phase::Waiting | Phase::Paused => {}
            Phase::Uploading => self.speed.start(now),
            Phase::Processing | Phase::Done => self.loaded = self.total,
        }
    }

    /// Records that `loaded` bytes of the file are handed to the network, or stored, at `now` (ms). Returns
    /// whether the progress has changed.
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

/// The time constant with which old measurements lose weight, in ms.
const MEMORY: f64 = 3_000.0;

/// How long to measure before reporting a speed, in ms. The first bytes only fill the buffers between
/// the page and the network.
const WARM_UP: f64 = 500.0;

/// An exponentially weighted mean without a bias towards zero at the start: bytes and time lose weight
/// at the same rate, and the speed is their quotient.
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
        // Approximates exp(-elapsed / MEMORY) for short steps. `exp` would add to the wasm's size.
        let kept = MEMORY / (MEMORY + elapsed);
        self.bytes = self.bytes * kept + bytes;
        self.time = self.time * kept + elapsed;
        self.last = now;
    }

    fn per_second(&self) -> f64 {
        if self.last - self.started < WARM_UP { 0.0 } else { self.bytes / self.time * 1_000.0 }
    }
}
