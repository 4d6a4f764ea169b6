//! What must hold in every world, and what the page knows of its files to check it by.

use std::collections::BTreeMap;

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Phase, Progress};

/// The promises that are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// No upload URL is sent to, or stores, twice.
    UrlWorksOnce,
    /// Success means that the host has exactly this file, and the media object is its answer.
    SuccessIsStored,
    /// An idempotent backend ends up with one media object for a file, whatever is lost or late.
    OneMediaPerKey,
    /// Within an attempt nothing goes back; 100 % comes with success, and only then.
    ProgressIsTrue,
    /// A further attempt is announced before it is told of.
    Announced,
    /// No more files are under way than the limit says, and none begins while all is paused.
    Limit,
    /// Nothing is done for what was cancelled, removed or destroyed.
    NothingAfterTheEnd,
    /// A file that was started ends once.
    EndsOnce,
    /// `Complete` comes once a run, when nothing is left to do.
    CompleteOnce,
    /// Once the faults are over, so is every run.
    EveryRunEnds,
    /// As many charged attempts as delays; one free URL.
    BoundedRetries,
    /// No attempt begins before its announced time.
    WaitsAsAnnounced,
    /// Of one file, one thing runs at a time.
    OneThingAtATime,
    /// What is told of something given up changes nothing.
    LateIsIgnored,
}

/// A promise that was broken, and how.
#[derive(Clone, Debug)]
pub struct Broken {
    pub promise: Promise,
    pub words: String,
}

pub type Checked<T = ()> = Result<T, Broken>;

/// Goes on where `holds`.
pub fn ensure(holds: bool, promise: Promise, words: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Broken { promise, words: words() }) }
}

/// Where a file is, as the page was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Added,
    Pending,
    Active,
    Paused,
    Done,
    Failed,
    Cancelled,
}

/// What the page knows of a file.
#[derive(Debug)]
pub struct Known {
    pub life: Life,
    pub last: Option<Progress>,
    /// Attempts of this transfer that were announced or are free, the first included.
    pub announced: u32,
    /// Attempts that cost a delay.
    pub charged: usize,
    pub renewals: u32,
    /// When the next attempt may begin.
    pub not_before: f64,
}

impl Known {
    pub const fn new() -> Self {
        let (life, last) = (Life::Added, None);
        Self { life, last, announced: 1, charged: 0, renewals: 0, not_before: 0.0 }
    }

    /// A transfer begins, from the first attempt on.
    pub fn begin(&mut self) {
        *self = Self { life: Life::Active, ..Self::new() };
    }

    /// The page is told how far the file is.
    pub fn progress(&mut self, id: FileId, next: Progress) -> Checked {
        let is_new = self.last.is_none_or(|last| last.attempt < next.attempt);
        if let Some(last) = self.last {
            let goes_on = last.attempt < next.attempt
                || (last.attempt == next.attempt
                    && last.loaded <= next.loaded
                    && last.percentage <= next.percentage);
            ensure(goes_on, Promise::ProgressIsTrue, || format!("file {id}: {last:?}, {next:?}"))?;
        }
        ensure(!is_new || next.attempt <= self.announced, Promise::Announced, || {
            format!("file {id}: attempt {} of {}", next.attempt, self.announced)
        })?;
        let is_done = next.phase == Phase::Done;
        let is_true = (next.percentage >= 100.0) == is_done && next.loaded <= next.total;
        self.last = Some(next);
        ensure(is_true, Promise::ProgressIsTrue, || format!("file {id}: {next:?}"))
    }
}

/// All files of a page.
pub type Files = BTreeMap<FileId, Known>;

/// Those that a run waits for.
pub fn pending(files: &Files) -> usize {
    let is_pending =
        |known: &&Known| matches!(known.life, Life::Pending | Life::Active | Life::Paused);
    files.values().filter(is_pending).count()
}

/// Those that are under way.
pub fn active(files: &Files) -> usize {
    files.values().filter(|known| known.life == Life::Active).count()
}
