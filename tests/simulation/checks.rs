//! The promises that must hold in every world, and what the page knows about its files, to check them.

use std::collections::{BTreeMap, BTreeSet};

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Phase, Progress};

use crate::files::Facts;
use crate::servers::Servers;

/// A promise that is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// No upload URL is used, or stores a file, twice.
    UrlWorksOnce,
    /// After a success the host has exactly this file, and the media object is the host's answer.
    SuccessIsStored,
    /// An idempotent backend ends up with one media object for each file, whatever is lost or late.
    OneMediaPerKey,
    /// Progress never goes back within an attempt. 100 % comes with success, and only then.
    ProgressIsTrue,
    /// A retry is announced before its progress is reported.
    Announced,
    /// No more files are active than the limit allows, and no file begins while the queue is paused.
    Limit,
    /// No action follows for a file that was cancelled or removed, or after the queue was destroyed.
    NothingAfterTheEnd,
    /// A file that was started ends once.
    EndsOnce,
    /// `Complete` comes once for each run, when no file is left.
    CompleteOnce,
    /// Once the faults are over, every run ends.
    EveryRunEnds,
    /// There are no more retries than delays, and one URL is replaced without a retry.
    BoundedRetries,
    /// No retry begins before its announced time.
    WaitsAsAnnounced,
    /// A file has one active task, or several pieces, each of them once.
    OneThingAtATime,
    /// A late event of a cancelled action changes nothing.
    LateIsIgnored,
    /// No more pieces are active, over all files, than the page has set.
    PieceLimit,
    /// A piece has the bytes, the number and the headers that it should.
    PiecesAreTrue,
    /// Bytes that the page knows to be stored are not sent again, unless their upload is gone.
    StoredIsNotResent,
    /// The outcome of a piece affects that piece only.
    EachPieceAlone,
    /// The request to complete an upload lists exactly the parts that the store has.
    CompletionNamesAll,
    /// An upload is resumed after exactly the bytes that the host has.
    ResumedIsTrue,
    /// Nothing is sent to a URL that the page knows to have expired.
    ExpiredIsReplaced,
    /// If an upload is gone, another is begun: once, and again only after more was stored.
    BeginsAfresh,
    /// No upload is left open for a file that was cancelled, removed or begun afresh.
    NothingIsLeftOpen,
}

/// A task that is retried by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    Whole,
    List,
    /// The piece that starts at this byte.
    Piece(u64),
    Completion,
}

/// A broken promise, and how it was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    pub promise: Promise,
    pub words: String,
}

pub type Checked<T = ()> = Result<T, Broken>;

/// Returns an error unless `holds`.
pub fn ensure(holds: bool, promise: Promise, words: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Broken { promise, words: words() }) }
}

/// The state of a file, as the page knows it.
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

/// What the page knows about a file.
#[derive(Debug)]
pub struct Known {
    pub life: Life,
    pub last: Option<Progress>,
    /// The number of attempts of this transfer that were announced or use up no retry, with the first.
    pub announced: u32,
    /// How many retries each job has used up.
    pub charged: BTreeMap<Job, usize>,
    /// The pieces whose URL was replaced.
    pub renewed: BTreeSet<Job>,
    /// How many bytes were stored when a new target was last asked for without using up a retry.
    pub afresh_at: Option<u64>,
    /// How many bytes were stored of the upload that was last aborted.
    pub given_up: u64,
    /// How many bytes of the file each job has handed to the network.
    pub sent: BTreeMap<Job, u64>,
    /// The earliest time for the next attempt of each job.
    pub not_before: BTreeMap<Job, f64>,
    pub facts: Facts,
    /// The upload in pieces that the page last heard of, and the one that it continues.
    pub offered: Option<usize>,
    pub upload: Option<usize>,
    /// Whether the page has heard how much of it the host has.
    pub is_counted: bool,
}

impl Known {
    pub const fn new(facts: Facts) -> Self {
        Self {
            life: Life::Added,
            last: None,
            announced: 1,
            charged: BTreeMap::new(),
            renewed: BTreeSet::new(),
            afresh_at: None,
            given_up: 0,
            sent: BTreeMap::new(),
            not_before: BTreeMap::new(),
            facts,
            offered: None,
            upload: None,
            is_counted: false,
        }
    }

    /// Begins a transfer with its first attempt.
    pub fn begin(&mut self) {
        *self = Self { life: Life::Active, ..Self::new(self.facts) };
    }

    /// Returns how many bytes the host has, as far as the page has heard.
    pub fn stored(&self, servers: &Servers) -> u64 {
        let upload = self.upload.filter(|_| self.is_counted);
        upload.map_or(0, |upload| servers.uploads[upload].acked_bytes())
    }

    /// Returns whether a new target may be asked for without using up a retry, with so many bytes stored.
    pub fn may_begin_afresh(&self, stored: u64) -> bool {
        self.afresh_at.is_none_or(|before| stored > before)
    }

    /// Forgets all active jobs.
    pub fn rest(&mut self) {
        let is_piece = |job: &Job| matches!(job, Job::Piece(_));
        self.charged.retain(|job, _| !is_piece(job));
        self.renewed.clear();
        self.not_before.clear();
        self.sent.clear();
    }

    /// Checks a report of the file's progress.
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

/// Returns how many files the run waits for.
pub fn pending(files: &Files) -> usize {
    let is_pending =
        |known: &&Known| matches!(known.life, Life::Pending | Life::Active | Life::Paused);
    files.values().filter(is_pending).count()
}

/// Returns how many files are active.
pub fn active(files: &Files) -> usize {
    files.values().filter(|known| known.life == Life::Active).count()
}
