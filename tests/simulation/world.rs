//! A world: one page with its queue, a backend, a host, a network and a clock, and what happens to them, one
//! event after the other.
//!
//! At first, the world is as bad as its plan says. Then the faults end, people do nothing any more, and all runs
//! must come to an end.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use ittybit_uploader::queue::{FileId, Queue};
use ittybit_uploader::transfer::Ticket;
use serde_json::Value;

use crate::checks::{Checked, Files, Job, Promise, active, ensure, pending};
use crate::files::{Facts, Key};
use crate::happening::{Happening, Message, Scheduled};
use crate::memory::{Memory, reset_keys};
use crate::plan::Plan;
use crate::sabotage::Sabotage;
use crate::schedule::Choices;
use crate::servers::Servers;
use crate::tasks::Running;

/// Enough for the busiest world. A world with more steps is taken for one that never ends.
const MOST_STEPS: u32 = 5_000;

pub struct World {
    pub choices: Choices,
    pub sabotage: Option<Sabotage>,
    pub plan: Plan,
    /// The time since the page was opened, in ms.
    pub now: f64,
    pub online: bool,
    pub is_calm: bool,
    pub is_destroyed: bool,
    /// Whether the whole queue is paused, and all earlier reports have reached the page.
    pub is_held: bool,
    /// Whether a run has begun that `Complete` must end.
    pub run_is_open: bool,
    pub queue: Queue<Value, Key>,
    pub servers: Servers,
    /// The files of all visits.
    pub facts: Vec<Facts>,
    pub unreadable: BTreeSet<Key>,
    pub memory: Memory,
    /// The key under which each file of this visit was last saved.
    pub remembered: BTreeMap<FileId, String>,
    /// The number of earlier visits.
    pub page: u32,
    /// The number of files that were added in this visit.
    pub added: FileId,
    pub files: Files,
    pub running: BTreeMap<Ticket, Running>,
    /// The actions that the queue has stopped one by one.
    pub stopped: BTreeSet<Ticket>,
    /// The job that has just failed, and the jobs that the app has decided to retry.
    pub blamed: Option<Job>,
    pub pardoned: VecDeque<Job>,
    pub sent_to: BTreeSet<String>,
    /// The URLs that the page knows to have expired.
    pub expired: BTreeSet<String>,
    pub is_working: bool,
    pub actions_left: u32,
    timers: u64,
    heap: BinaryHeap<Scheduled>,
    scheduled: u64,
    /// What happened, in words. Only recorded if somebody will read it.
    pub story: Option<Vec<String>>,
}

impl World {
    pub fn new(mut choices: Choices, sabotage: Option<Sabotage>) -> Self {
        reset_keys();
        let plan = Plan::choose(&mut choices);
        let actions_left = choices.below(9);
        Self {
            choices,
            sabotage,
            now: 1_000.0,
            online: true,
            is_calm: false,
            is_destroyed: false,
            is_held: false,
            run_is_open: false,
            queue: Queue::new(plan.settings(sabotage)),
            servers: Servers::new(plan.idempotent, sabotage),
            facts: Vec::new(),
            unreadable: BTreeSet::new(),
            memory: Memory::new(),
            remembered: BTreeMap::new(),
            page: 0,
            added: 0,
            files: Files::new(),
            running: BTreeMap::new(),
            stopped: BTreeSet::new(),
            blamed: None,
            pardoned: VecDeque::new(),
            sent_to: BTreeSet::new(),
            expired: BTreeSet::new(),
            is_working: false,
            actions_left,
            timers: 0,
            plan,
            heap: BinaryHeap::new(),
            scheduled: 0,
            story: None,
        }
    }

    /// Runs the world from the first file to the end.
    pub fn run(&mut self) -> Checked {
        self.add_files()?;
        self.command("start", None)?;
        let mut at = 0.0;
        for _ in 0..self.actions_left {
            at += self.choices.wait(7);
            self.after(at, Happening::User);
        }
        let calm = at + self.choices.wait(8);
        self.after(calm, Happening::Calm);
        for _ in 0..MOST_STEPS {
            let Some(next) = self.heap.pop() else { return self.end() };
            self.now = next.at.max(self.now);
            self.happen(next.what)?;
        }
        ensure(false, Promise::EveryRunEnds, || "it goes on and on".into())
    }

    fn end(&self) -> Checked {
        if self.is_destroyed {
            return Ok(());
        }
        let left = pending(&self.files);
        ensure(left == 0, Promise::EveryRunEnds, || format!("{left} files wait for ever"))?;
        ensure(!self.run_is_open || !self.is_strict(), Promise::EveryRunEnds, || {
            "nobody was told of the end".into()
        })?;
        for idem in self.servers.idempotency_keys().filter(|_| self.plan.idempotent) {
            let copies = self.servers.copies(idem);
            ensure(copies == 1, Promise::OneMediaPerKey, || format!("key {idem}: {copies}"))?;
        }
        self.check_open_uploads()?;
        ensure(self.servers.most_stores < 2, Promise::UrlWorksOnce, || {
            "two files of one URL".into()
        })
    }

    fn happen(&mut self, what: Happening) -> Checked {
        self.say(|| format!("{what:?}"));
        match what {
            Happening::Timer(number) if number == self.timers => self.change(|queue, now| {
                queue.handle_timeout(now);
            }),
            Happening::Timer(_) => Ok(()),
            Happening::Tell(message) => self.tell(*message),
            Happening::BodyOut(parcel) => self.body_out(parcel),
            Happening::Arrive(parcel) => self.arrive(&parcel),
            Happening::GiveUp { upload, tries } => {
                self.delete(upload, tries);
                Ok(())
            }
            Happening::User if self.is_calm => Ok(()),
            Happening::User => self.user_acts(),
            Happening::Calm => {
                self.is_calm = true;
                self.online = self.sabotage != Some(Sabotage::OfflineForEver);
                self.command("resume", None)
            }
        }
    }

    /// Returns the time that the queue gets.
    pub fn clock(&self) -> f64 {
        if self.is(Sabotage::FastClock) { self.now * 2.0 } else { self.now }
    }

    /// Calls the queue as the shell does, and performs its actions.
    pub fn change(&mut self, tell: impl FnOnce(&mut Queue<Value, Key>, f64)) -> Checked {
        let now = self.clock();
        let pieces = self.pieces_under_way();
        if !self.is_working {
            self.pardoned.clear();
        }
        self.queue.set_online(self.seems_online(), now);
        tell(&mut self.queue, now);
        self.work()?;
        self.check_pieces_live_on(&pieces)
    }

    pub fn work(&mut self) -> Checked {
        if std::mem::replace(&mut self.is_working, true) {
            return Ok(());
        }
        while let Some(output) = self.queue.poll() {
            self.say(|| format!("  → {output:?}"));
            self.act(output)?;
            if !self.is_calm && self.choices.chance(self.plan.nested) {
                self.user_acts()?;
            }
        }
        self.is_working = false;
        self.arm();
        // Anything may be lost, so the queue must never wait for an event without a deadline.
        let is_watched = self.queue.deadline().is_some() || self.is_destroyed || !self.is_strict();
        ensure(is_watched || active(&self.files) == 0, Promise::EveryRunEnds, || {
            format!("{} files are under way, and nobody looks after them", active(&self.files))
        })
    }

    /// Sets the only timer. A browser's timer may be late by any time.
    fn arm(&mut self) {
        let Some(deadline) = self.queue.deadline() else { return };
        let scale = if self.is(Sabotage::FastClock) { 0.5 } else { 1.0 };
        let late = !self.is_calm && self.choices.chance(self.plan.late_timers);
        let late = if late { self.choices.pick(&[3.0, 900.0, 60_000.0, 3_600_000.0]) } else { 0.0 };
        self.timers += 1;
        let wait = ((deadline - self.clock()) * scale).max(0.0) + late;
        self.after(wait, Happening::Timer(self.timers));
    }

    pub fn tell_after(&mut self, wait: f64, message: Message) {
        self.after(wait, Happening::Tell(Box::new(message)));
    }

    /// Schedules something in `wait` ms.
    pub fn after(&mut self, wait: f64, what: Happening) {
        self.scheduled += 1;
        self.heap.push(Scheduled { at: self.now + wait, number: self.scheduled, what });
    }

    /// Returns whether the browser says that it is online.
    pub const fn seems_online(&self) -> bool {
        self.online && !self.plan.misled
    }

    /// Returns whether something goes wrong here.
    pub fn fault(&mut self) -> bool {
        !self.is_calm && self.choices.chance(self.plan.faults)
    }

    pub fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }

    /// Returns whether the page never calls back from within its handlers, so that every report reaches it at
    /// once.
    pub const fn is_strict(&self) -> bool {
        self.plan.nested == 0
    }

    pub fn say(&mut self, words: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(format!("{:>10.1}  {}", self.now, words()));
        }
    }
}
