//! What must hold in every world, and what the page knows of its files to check it by.

use std::collections::{BTreeMap, BTreeSet};

use ittybit_uploader::queue::FileId;
use ittybit_uploader::transfer::{Phase, Progress};

use crate::files::Facts;
use crate::servers::Servers;

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
    /// Of one file, one thing runs at a time, or some pieces, each of them once.
    OneThingAtATime,
    /// What is told of something given up changes nothing.
    LateIsIgnored,
    /// No more pieces are under way, over all files, than the page set.
    PieceLimit,
    /// A piece is what it is said to be: its bytes, its number, its headers.
    PiecesAreTrue,
    /// What the page knows to be stored is never sent again, unless its upload is gone.
    StoredIsNotResent,
    /// What becomes of a piece concerns that piece alone.
    EachPieceAlone,
    /// The parts that are put together are those that the store has.
    CompletionNamesAll,
    /// An upload goes on from what the host has.
    ResumedIsTrue,
    /// Nothing is sent to a URL that is known to have expired.
    ExpiredIsReplaced,
    /// Once an upload is gone another one is begun: once, and again where more was stored since.
    BeginsAfresh,
    /// What was cancelled or removed, or begun afresh, leaves no upload open.
    NothingIsLeftOpen,
}

/// What is tried again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    Whole,
    Stock,
    /// The piece from this byte on.
    Piece(u64),
    Completion,
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
    /// Attempts of each job that cost a delay.
    pub charged: BTreeMap<Job, usize>,
    /// Pieces whose URL was replaced.
    pub renewed: BTreeSet<Job>,
    /// Bytes that were stored when another target was last asked for, for free.
    pub afresh_at: Option<u64>,
    /// Bytes that were stored of the upload that was last given up.
    pub given_up: u64,
    /// Bytes of the file that each job has handed to the network.
    pub sent: BTreeMap<Job, u64>,
    /// When the next attempt of each job may begin.
    pub not_before: BTreeMap<Job, f64>,
    pub facts: Facts,
    /// The upload in pieces that the page was told of last, and the one that it goes on with.
    pub offered: Option<usize>,
    pub upload: Option<usize>,
    /// Whether the page has heard what the host has of it.
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

    /// A transfer begins, from the first attempt on.
    pub fn begin(&mut self) {
        *self = Self { life: Life::Active, ..Self::new(self.facts) };
    }

    /// Bytes of which the page has heard that the host has them.
    pub fn stored(&self, servers: &Servers) -> u64 {
        let upload = self.upload.filter(|_| self.is_counted);
        upload.map_or(0, |upload| servers.uploads[upload].acked_bytes())
    }

    /// Whether, with so many bytes stored, another target may be asked for, for free.
    pub fn may_begin_afresh(&self, stored: u64) -> bool {
        self.afresh_at.is_none_or(|before| stored > before)
    }

    /// Nothing of what was under way counts any more.
    pub fn rest(&mut self) {
        let is_piece = |job: &Job| matches!(job, Job::Piece(_));
        self.charged.retain(|job, _| !is_piece(job));
        self.renewed.clear();
        self.not_before.clear();
        self.sent.clear();
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
