//! The state machine of a queue.

use std::collections::VecDeque;
use std::mem;
use std::rc::Rc;

use super::entry::{Ended, Entry, FileId, State};
use super::total::total;
use super::{Restrictions, Slots};
use crate::transfer::{
    self, Abort, Action, Event, FileInfo, Json, Phase, Progress, Session, Ticket, Transfer,
    UploadError,
};

/// The default of [`Settings::limit`].
pub const LIMIT: usize = 3;

/// The default of [`Settings::parallel_parts`].
pub const PARALLEL_PARTS: usize = 4;

/// The options of a queue.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The options of each transfer.
    pub transfer: Rc<transfer::Settings>,
    /// How many files are active at once. 0 counts as 1.
    pub limit: usize,
    /// How many pieces are sent at once, over all files. 0 counts as 1.
    pub parallel_parts: usize,
    /// Whether a file is queued as soon as it is added.
    pub auto_proceed: bool,
    /// Which files can be added.
    pub restrictions: Restrictions,
    /// The seed that randomises the retry delays.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            transfer: Rc::default(),
            limit: LIMIT,
            parallel_parts: PARALLEL_PARTS,
            auto_proceed: false,
            restrictions: Restrictions::default(),
            seed: 0,
        }
    }
}

/// What the shell must do next.
#[derive(Debug)]
pub enum Output<J, S> {
    /// Perform an action of one file's transfer.
    Action {
        /// The file.
        id: FileId,
        /// The action.
        action: Action<J>,
    },
    /// Report to the page that a file's transfer has begun.
    Started(FileId),
    /// Report to the page that a file is paused.
    Paused(FileId),
    /// Report to the page that a file was cancelled.
    Cancelled(FileId),
    /// Report to the page that a file was removed from the queue.
    Removed {
        /// The file.
        id: FileId,
        /// The shell's data of the file. The shell must cancel all actions of the file, and delete what is saved
        /// of its upload.
        source: S,
    },
    /// Abort an upload at the backend. Stays valid if its file is cancelled or removed.
    Abort(Box<Abort>),
    /// Report to the page that a run is over: each of its files has ended.
    Complete,
}

impl<J, S> Output<J, S> {
    /// Returns whether the output is about one of `files`, which must be sorted.
    fn concerns(&self, files: &[FileId]) -> bool {
        match self {
            Self::Action { id, .. }
            | Self::Started(id)
            | Self::Paused(id)
            | Self::Cancelled(id)
            | Self::Removed { id, .. } => files.binary_search(id).is_ok(),
            Self::Abort(_) | Self::Complete => false,
        }
    }
}

/// A queue of files. See the [module](super) for the states of a file. `S` is the shell's data of a file. The
/// queue returns it when a file is removed, so that the shell decides when it is dropped.
#[derive(Debug)]
pub struct Queue<J, S> {
    settings: Settings,
    entries: Slots<Entry<J, S>>,
    last_id: FileId,
    active: Vec<FileId>,
    /// No queued file has a number below these: the first for files that have not begun, the second for files
    /// that have.
    queued_from: [FileId; 2],
    /// The number of files for which the run waits. A run lasts while it is not 0.
    pending: usize,
    /// Whether a run has just ended and [`Output::Complete`] must still follow.
    over: bool,
    /// The number and the size of the files that are not cancelled.
    count: u64,
    size: u64,
    /// Whether the whole queue is paused, so that no file may begin.
    held: bool,
    online: bool,
    /// The number of transfers that were begun. Each gets tickets of its own from it.
    begun: u32,
    /// A few for each active file, and a few for each file when all are cancelled.
    outputs: VecDeque<Output<J, S>>,
}

impl<J: Json, S: Clone> Queue<J, S> {
    /// Creates an empty queue.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Settings {
                limit: settings.limit.max(1),
                parallel_parts: settings.parallel_parts.max(1),
                ..settings
            },
            entries: Slots::default(),
            last_id: 0,
            active: Vec::new(),
            queued_from: [0; 2],
            pending: 0,
            over: false,
            count: 0,
            size: 0,
            held: false,
            online: true,
            begun: 0,
            outputs: VecDeque::new(),
        }
    }

    /// Adds a file. Queues it at once if [`Settings::auto_proceed`] is set.
    ///
    /// # Errors
    ///
    /// `restriction` if the restrictions do not allow the file.
    pub fn add(
        &mut self,
        file: Rc<FileInfo>,
        source: S,
        now: f64,
    ) -> Result<FileId, Box<UploadError>> {
        self.settings.restrictions.check(&file, self.count, self.size)?;
        let id = self.push(file, source, State::Added);
        if self.settings.auto_proceed {
            self.enqueue(id);
            self.fill(now);
        }
        Ok(id)
    }

    /// Adds a file that has already ended in an earlier queue. It counts for the restrictions as it did
    /// there.
    pub fn restore(&mut self, file: Rc<FileInfo>, source: S, ended: Ended) -> FileId {
        self.push(file, source, ended.into())
    }

    fn push(&mut self, file: Rc<FileInfo>, source: S, state: State<J>) -> FileId {
        if !matches!(state, State::Cancelled) {
            self.admit(file.size);
        }
        self.last_id += 1;
        self.entries.push(self.last_id, Entry { file, source, state, session: None });
        self.last_id
    }

    /// Queues every added file. If no file is queued, active or paused then, the run is over at once.
    ///
    /// # Errors
    ///
    /// `restriction` if there are too few files. Then none is queued.
    pub fn start(&mut self, now: f64) -> Result<(), Box<UploadError>> {
        self.settings.restrictions.check_start(self.count)?;
        self.enqueue_all(now, |state| matches!(state, State::Added));
        Ok(())
    }

    /// Queues a failed or cancelled file again. Without `id`, queues every failed file again.
    ///
    /// # Errors
    ///
    /// `restriction` if a cancelled file could not be added now, because other files have taken its place.
    /// Then it stays cancelled.
    pub fn retry(&mut self, id: Option<FileId>, now: f64) -> Result<(), Box<UploadError>> {
        let Some(id) = id else {
            self.enqueue_all(now, |state| matches!(state, State::Failed));
            return Ok(());
        };
        let Some(entry) = self.entries.get(id) else { return Ok(()) };
        match entry.state {
            State::Cancelled => {
                self.settings.restrictions.check(&entry.file, self.count, self.size)?;
                let size = entry.file.size;
                self.admit(size);
            }
            State::Failed => {}
            _ => return Ok(()),
        }
        self.enqueue(id);
        self.fill(now);
        Ok(())
    }

    /// Pauses a file. Without `id`, pauses the whole queue: also no other file begins.
    pub fn pause(&mut self, id: Option<FileId>, now: f64) {
        match id {
            Some(id) => self.pause_one(id),
            None => {
                self.held = true;
                for id in self.active.clone() {
                    self.pause_one(id);
                }
            }
        }
        self.fill(now);
    }

    /// Resumes a paused file, ahead of files that have not begun. Without `id`, resumes all of them.
    pub fn resume(&mut self, id: Option<FileId>, now: f64) {
        self.held = false;
        match id {
            Some(id) => self.resume_one(id),
            None => {
                for id in self.ids(|state| matches!(state, State::Paused(_))) {
                    self.resume_one(id);
                }
            }
        }
        self.fill(now);
    }

    /// Cancels a file. Without `id`, cancels all files that have not ended, and emits no
    /// [`Output::Cancelled`] for them.
    pub fn cancel(&mut self, id: Option<FileId>, now: f64) {
        let ids = match id {
            Some(id) if self.state(id).is_some_and(State::is_open) => vec![id],
            Some(_) => vec![],
            None => self.ids(State::is_open),
        };
        self.take_back(&ids, false);
        for ended in ids {
            if self.end(ended) {
                let action = Action::Stop(None);
                self.outputs.push_back(Output::Action { id: ended, action });
            }
            if let Some(abort) = self.abort_session(ended) {
                self.outputs.push_back(Output::Action { id: ended, action: Action::Forget });
                self.outputs.push_back(Output::Abort(abort));
            }
            if id.is_some() {
                self.outputs.push_back(Output::Cancelled(ended));
            }
        }
        self.complete_if_over();
        self.fill(now);
    }

    /// Cancels a file and removes it from the queue.
    pub fn remove(&mut self, id: FileId, now: f64) {
        self.end(id);
        let aborted = self.abort_session(id);
        let Some(Entry { source, .. }) = self.entries.remove(id) else { return };
        self.take_back(&[id], true);
        if let Some(abort) = aborted {
            self.outputs.push_back(Output::Abort(abort));
        }
        self.outputs.push_back(Output::Removed { id, source });
        self.complete_if_over();
        self.fill(now);
    }

    /// Ends all files and returns what aborts each upload. Must be followed by [`Self::destroy`].
    pub fn abort_all(&mut self) -> Vec<Box<Abort>> {
        let mut aborts = Vec::new();
        for id in self.ids(|_| true) {
            self.end(id);
            aborts.extend(self.abort_session(id));
        }
        aborts
    }

    /// Removes all files at once. No output follows. Returns the shell's data of each file.
    pub fn destroy(&mut self) -> Vec<S> {
        self.outputs.clear();
        self.active.clear();
        (self.pending, self.count, self.size) = (0, 0, 0);
        (self.over, self.held) = (false, false);
        self.entries.drain().map(|entry| entry.source).collect()
    }

    /// Returns a file's session. Returns `None` if its upload was never begun.
    #[must_use]
    pub fn session(&self, id: FileId) -> Option<&Session> {
        self.entries.get(id)?.session()
    }

    /// Returns the shell's data of a file.
    #[must_use]
    pub fn source(&self, id: FileId) -> Option<S> {
        self.entries.get(id).map(|entry| entry.source.clone())
    }

    /// Handles an event of a file and one of its tickets, at `now` (ms on a clock that never goes back).
    pub fn handle(&mut self, id: FileId, ticket: Ticket, event: Event<J>, now: f64) {
        self.with_transfer(id, |transfer| transfer.handle(ticket, event, now));
        self.fill(now);
    }

    /// Must be called when the page goes online or offline.
    pub fn set_online(&mut self, online: bool, now: f64) {
        if mem::replace(&mut self.online, online) == online {
            return;
        }
        for id in self.active.clone() {
            self.with_transfer(id, |transfer| transfer.set_online(online, now));
        }
    }

    /// Returns when to call [`Self::handle_timeout`], in ms on the clock of `now`. Returns `None` if no file
    /// waits for a time.
    #[must_use]
    pub fn deadline(&self) -> Option<f64> {
        let deadline = |id: &FileId| match self.state(*id)? {
            State::Active(transfer) => transfer.deadline(),
            _ => None,
        };
        self.active.iter().filter_map(deadline).reduce(f64::min)
    }

    /// Handles timeouts and delays that are over at `now`. Does nothing before the deadline.
    pub fn handle_timeout(&mut self, now: f64) {
        for id in self.active.clone() {
            self.with_transfer(id, |transfer| transfer.handle_timeout(now));
        }
        self.fill(now);
    }

    /// Returns the next output. Returns `None` until the next event. Returns one output at a time, because a
    /// page may cancel or remove a file from within any of its handlers.
    pub fn poll(&mut self) -> Option<Output<J, S>> {
        self.outputs.pop_front()
    }

    /// Returns the progress of one file.
    #[must_use]
    pub fn progress(&self, id: FileId) -> Option<Progress> {
        self.entries.get(id).map(Entry::progress)
    }

    /// Returns the progress of all files together.
    #[must_use]
    pub fn total(&self) -> Progress {
        let total = total(self.entries.iter().map(|(_, entry)| entry));
        // In a paused queue, queued files wait for `resume`.
        let is_paused = self.held && self.active.is_empty() && self.pending > 0;
        if is_paused { Progress { phase: Phase::Paused, ..total } } else { total }
    }

    /// Returns whether no file is active, so that nothing happens without a call.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.active.is_empty()
    }

    fn state(&self, id: FileId) -> Option<&State<J>> {
        self.entries.get(id).map(|entry| &entry.state)
    }

    /// Returns the files whose state matches, in order.
    fn ids(&self, which: fn(&State<J>) -> bool) -> Vec<FileId> {
        let chosen = |(_, entry): &(FileId, &Entry<J, S>)| which(&entry.state);
        self.entries.iter().filter(chosen).map(|(id, _)| id).collect()
    }

    fn enqueue_all(&mut self, now: f64, which: fn(&State<J>) -> bool) {
        for id in self.ids(which) {
            self.enqueue(id);
        }
        self.over = self.pending == 0;
        self.complete_if_over();
        self.fill(now);
    }

    fn enqueue(&mut self, id: FileId) {
        self.queue(id, None);
        self.pending += 1;
    }

    fn queue(&mut self, id: FileId, transfer: Option<Box<Transfer<J>>>) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let from = &mut self.queued_from[usize::from(transfer.is_some())];
        *from = id.min(*from);
        entry.state = State::Queued(transfer);
    }

    /// Whether the counters are what the entries say.
    fn is_consistent(&self) -> bool {
        let entries = || self.entries.iter().map(|(_, entry)| entry);
        let admitted = || entries().filter(|entry| !matches!(entry.state, State::Cancelled));
        let is_active = |id: &FileId| matches!(self.state(*id), Some(State::Active(_)));
        self.pending == entries().filter(|entry| entry.state.is_pending()).count()
            && self.count == admitted().count() as u64
            && self.size
                == admitted().fold(0, |sum: u64, entry| sum.saturating_add(entry.file.size))
            && self.active.iter().all(is_active)
            && self.active.len() == self.ids(|state| matches!(state, State::Active(_))).len()
    }

    /// Begins queued files and pieces up to the limits.
    fn fill(&mut self, now: f64) {
        debug_assert!(self.is_consistent(), "the counters differ from the entries");
        while !self.held && self.active.len() < self.settings.limit {
            let Some(id) = self.next_queued() else { break };
            self.begin(id, now);
        }
        let pieces = |id: &FileId| match self.state(*id) {
            Some(State::Active(transfer)) => transfer.pieces(),
            _ => 0,
        };
        let mut under_way: usize = self.active.iter().map(pieces).sum();
        for id in self.active.clone() {
            while under_way < self.settings.parallel_parts
                && self.transfer(id).is_some_and(|transfer| transfer.begin_piece(now))
            {
                under_way += 1;
                self.collect(id);
            }
        }
    }

    fn begin(&mut self, id: FileId, now: f64) {
        let shared = Rc::clone(&self.settings.transfer);
        let seed = self.settings.seed ^ (u64::from(id) << 32);
        let (online, tickets) = (self.online, u64::from(self.begun + 1) << 32);
        let Some(entry) = self.entries.get_mut(id) else { return };
        let State::Queued(paused) = &mut entry.state else { return };
        let paused = paused.take();
        let is_new = paused.is_none();
        let transfer = paused.unwrap_or_else(|| {
            let file = Rc::clone(&entry.file);
            Box::new(match entry.session.take() {
                Some(session) => Transfer::with_session(session, file, shared, seed, tickets),
                None => Transfer::new(file, shared, seed, tickets),
            })
        });
        entry.state = State::Active(transfer);
        self.active.push(id);
        if is_new {
            self.begun += 1;
            self.outputs.push_back(Output::Started(id));
        }
        self.with_transfer(id, |transfer| {
            transfer.set_online(online, now);
            transfer.start(now);
            transfer.resume(now);
        });
    }

    /// Returns the first queued file that was paused, or else the first that has not begun. Starts where the
    /// last search ended. Otherwise each search would pass all files that have ended.
    fn next_queued(&mut self) -> Option<FileId> {
        [true, false].into_iter().find_map(|was_begun| {
            let is_next = |(_, entry): &(FileId, &Entry<J, S>)| match &entry.state {
                State::Queued(transfer) => transfer.is_some() == was_begun,
                _ => false,
            };
            let from = &mut self.queued_from[usize::from(was_begun)];
            let next = self.entries.from(*from).find(is_next).map(|(id, _)| id);
            *from = next.unwrap_or(FileId::MAX);
            next
        })
    }

    fn pause_one(&mut self, id: FileId) {
        self.with_transfer(id, Transfer::pause);
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.state = match mem::replace(&mut entry.state, State::Added) {
            State::Active(transfer) => State::Paused(Some(transfer)),
            State::Queued(transfer) => State::Paused(transfer),
            other => {
                entry.state = other;
                return;
            }
        };
        self.active.retain(|other| *other != id);
        self.outputs.push_back(Output::Paused(id));
    }

    fn resume_one(&mut self, id: FileId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        if let State::Paused(transfer) = &mut entry.state {
            let transfer = transfer.take();
            self.queue(id, transfer);
        }
    }

    /// Makes a file cancelled, so that it no longer counts for the restrictions. Returns whether it was
    /// active.
    fn end(&mut self, id: FileId) -> bool {
        let Some(entry) = self.entries.get_mut(id) else { return false };
        let last = entry.end(State::Cancelled);
        if !last.is_cancelled {
            self.count -= 1;
            self.size = self.size.saturating_sub(entry.file.size);
        }
        if last.is_pending {
            self.settle();
        }
        let was_active = last.is_active;
        if was_active {
            self.active.retain(|other| *other != id);
        }
        was_active
    }

    /// Discards the pending outputs of `files`, which must be sorted. Keeps `Stop` and `Forget` for cancelled
    /// files; for removed files the shell does both by itself.
    fn take_back(&mut self, files: &[FileId], is_removed: bool) {
        self.outputs.retain(|output| {
            let stops =
                matches!(output, Output::Action { action: Action::Stop(_) | Action::Forget, .. });
            !output.concerns(files) || (stops && !is_removed)
        });
    }

    /// Forgets a file's upload, and returns what aborts it. Returns `None` if it was never begun.
    fn abort_session(&mut self, id: FileId) -> Option<Box<Abort>> {
        Some(self.entries.get_mut(id)?.session.as_mut()?.abort())
    }

    /// Counts one more file for the restrictions.
    fn admit(&mut self, size: u64) {
        self.count += 1;
        self.size = self.size.saturating_add(size);
    }

    /// Calls `tell` with the file's active transfer, and collects its actions.
    fn with_transfer(&mut self, id: FileId, tell: impl FnOnce(&mut Transfer<J>)) {
        if let Some(transfer) = self.transfer(id) {
            tell(transfer);
            self.collect(id);
        }
    }

    fn transfer(&mut self, id: FileId) -> Option<&mut Transfer<J>> {
        self.entries.get_mut(id).and_then(Entry::transfer)
    }

    // Not inlined, because a copy for each caller would make the wasm larger.
    #[inline(never)]
    fn collect(&mut self, id: FileId) {
        while let Some(action) = self.transfer(id).and_then(Transfer::poll) {
            let ended = match &action {
                Action::Finish(result) => Some(result.is_ok()),
                _ => None,
            };
            self.outputs.push_back(match action {
                Action::Abort(abort) => Output::Abort(abort),
                action => Output::Action { id, action },
            });
            if let Some(is_success) = ended {
                self.finish(id, is_success);
            }
        }
    }

    fn finish(&mut self, id: FileId, is_success: bool) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.end(if is_success { State::Done } else { State::Failed });
        }
        self.active.retain(|other| *other != id);
        self.settle();
        self.complete_if_over();
    }

    /// Reduces the number of files for which the run waits.
    fn settle(&mut self) {
        self.pending -= 1;
        self.over = self.pending == 0;
    }

    fn complete_if_over(&mut self) {
        if mem::take(&mut self.over) {
            self.outputs.push_back(Output::Complete);
        }
    }
}
