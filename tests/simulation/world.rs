//! A world: one page with its queue, a backend, a host, a network and a clock, and what happens to
//! them, one thing after the other.
//!
//! First it is as bad as its plan says; then it is calm, everybody keeps their hands off, and all
//! must come to an end.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use ittybit_uploader::queue::{FileId, Queue};
use ittybit_uploader::transfer::{Event, Ticket};
use serde_json::Value;

use crate::checks::{Checked, Files, Promise, ensure, pending};
use crate::plan::Plan;
use crate::sabotage::Sabotage;
use crate::schedule::Choices;
use crate::servers::Servers;

/// What comes to pass by itself.
#[derive(Debug)]
pub enum Happening {
    /// The shell's timer, as it was set for the n-th time.
    Timer(u64),
    /// The browser tells of a task.
    Tell { id: FileId, task: Task, event: Box<Event<Value>>, ends: bool },
    /// The last byte of a body leaves the page.
    BodyOut { id: FileId, task: Task, url: String, fate: Fate },
    /// A whole body arrives at the host, whoever still waits for the answer.
    Arrive { id: FileId, task: Task, url: String, fate: Fate },
    /// A person, or the page, does something.
    User,
    /// From now on the world is calm.
    Calm,
}

/// What becomes of a body that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// It is stored, and the answer is lost.
    AnswerLost,
    /// It is thrown away, and this is answered; 0 is nothing at all, for ever.
    Refused(u16),
    /// It is thrown away with its connection.
    Reset,
    /// A web page is answered.
    WebPage,
}

/// Something that the shell has under way. Tickets are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub ticket: Ticket,
}

/// Enough for the busiest world; one that goes on for longer goes on for ever.
const MOST_STEPS: u32 = 5_000;

pub struct World {
    pub choices: Choices,
    pub sabotage: Option<Sabotage>,
    pub plan: Plan,
    /// ms since the page was opened.
    pub now: f64,
    pub online: bool,
    pub is_calm: bool,
    pub is_destroyed: bool,
    /// Whether all is paused, and the page was told of all that was before.
    pub is_held: bool,
    /// Whether a run is to be completed.
    pub run_is_open: bool,
    pub queue: Queue<Value, ()>,
    pub servers: Servers,
    pub files: Files,
    pub sizes: BTreeMap<FileId, u64>,
    pub unreadable: BTreeSet<FileId>,
    pub running: BTreeMap<FileId, Task>,
    pub sent_to: BTreeSet<String>,
    pub is_working: bool,
    pub actions_left: u32,
    timers: u64,
    heap: BinaryHeap<Scheduled>,
    scheduled: u64,
    /// In words; kept only where somebody will read it.
    pub story: Option<Vec<String>>,
}

impl World {
    pub fn new(mut choices: Choices, sabotage: Option<Sabotage>) -> Self {
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
            servers: Servers::new(sabotage),
            files: Files::new(),
            sizes: BTreeMap::new(),
            unreadable: BTreeSet::new(),
            running: BTreeMap::new(),
            sent_to: BTreeSet::new(),
            is_working: false,
            actions_left,
            timers: 0,
            plan,
            heap: BinaryHeap::new(),
            scheduled: 0,
            story: None,
        }
    }

    /// From the first file to the end.
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
        for key in self.servers.keys().filter(|_| self.plan.idempotent) {
            let copies = self.servers.copies(key);
            ensure(copies == 1, Promise::OneMediaPerKey, || format!("file {key}: {copies}"))?;
        }
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
            Happening::Tell { id, task, event, ends } => self.tell(id, task, *event, ends),
            Happening::BodyOut { id, task, url, fate } => self.body_out(id, task, url, fate),
            Happening::Arrive { id, task, url, fate } => self.arrive(id, task, &url, fate),
            Happening::User if self.is_calm => Ok(()),
            Happening::User => self.user_acts(),
            Happening::Calm => {
                self.is_calm = true;
                self.online = self.sabotage != Some(Sabotage::OfflineForEver);
                self.command("resume", None)
            }
        }
    }

    /// The clock that the queue is told.
    fn clock(&self) -> f64 {
        if self.is(Sabotage::FastClock) { self.now * 2.0 } else { self.now }
    }

    /// Tells the queue something, as the shell does, and does what it wants done.
    pub fn change(&mut self, tell: impl FnOnce(&mut Queue<Value, ()>, f64)) -> Checked {
        let now = self.clock();
        self.queue.set_online(self.online, now);
        tell(&mut self.queue, now);
        self.work()
    }

    fn work(&mut self) -> Checked {
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
        Ok(())
    }

    /// Sets the one timer. A browser's may be late by any time.
    fn arm(&mut self) {
        let Some(deadline) = self.queue.deadline() else { return };
        let scale = if self.is(Sabotage::FastClock) { 0.5 } else { 1.0 };
        let late = !self.is_calm && self.choices.chance(self.plan.late_timers);
        let late = if late { self.choices.pick(&[3.0, 900.0, 60_000.0, 3_600_000.0]) } else { 0.0 };
        self.timers += 1;
        let wait = ((deadline - self.clock()) * scale).max(0.0) + late;
        self.after(wait, Happening::Timer(self.timers));
    }

    /// What the shell lets through: events of the task that runs. Now and then, as browsers do,
    /// another one, which must change nothing.
    fn tell(&mut self, id: FileId, task: Task, event: Event<Value>, ends: bool) -> Checked {
        if self.running.get(&id) == Some(&task) {
            if ends {
                self.running.remove(&id);
            }
            return self.change(|queue, now| queue.handle(id, task.ticket, event, now));
        }
        if self.is_calm || !self.choices.chance(self.plan.echoes) {
            return Ok(());
        }
        let now = self.clock();
        self.queue.set_online(self.online, now);
        self.work()?;
        let told = format!("{event:?}");
        self.queue.handle(id, task.ticket, event, now);
        let output = self.queue.poll();
        ensure(output.is_none(), Promise::LateIsIgnored, || {
            format!("file {id}, {task:?}: {told} led to {output:?}")
        })
    }

    /// Puts something off by `wait` ms.
    pub fn after(&mut self, wait: f64, what: Happening) {
        self.scheduled += 1;
        self.heap.push(Scheduled { at: self.now + wait, number: self.scheduled, what });
    }

    /// Whether something goes wrong here.
    pub fn fault(&mut self) -> bool {
        !self.is_calm && self.choices.chance(self.plan.faults)
    }

    pub fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }

    /// Whether the page does nothing from within its handlers, so that it knows at once what it is
    /// told.
    pub const fn is_strict(&self) -> bool {
        self.plan.nested == 0
    }

    pub fn say(&mut self, words: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(format!("{:>10.1}  {}", self.now, words()));
        }
    }
}

/// Something in the heap: the earliest first and, of the same time, in the order it was put there.
struct Scheduled {
    at: f64,
    number: u64,
    what: Happening,
}

impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scheduled {}
