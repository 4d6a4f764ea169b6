//! Decides what a screen reader says about all files together: that uploads start, each quarter of the
//! progress, and that all have ended. Never announces anything twice.

use super::counts::{Counts, State};

/// Remembers what was announced already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Announcer {
    /// Whether the start was announced, and the end was not yet.
    is_running: bool,
    quarter: u32,
}

/// What a screen reader says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// This many files are being uploaded.
    Start(u32),
    /// The progress of all files together.
    Progress,
    /// All uploads have ended.
    End,
}

impl Announcer {
    /// Returns what to announce, if anything, given the files' states and progress (0 to 100).
    pub fn next(&mut self, counts: &Counts, percentage: f64) -> Option<Announcement> {
        // The percentage drops when files are added. Keeps the quarter, so that it is not announced twice.
        let quarter = (percentage / 25.0) as u32;
        let is_further = quarter > self.quarter && quarter < 4;
        self.quarter = quarter.max(if self.is_running { self.quarter } else { 0 });
        let was_running = self.is_running;
        self.is_running =
            if was_running { counts.open() > 0 } else { counts.count(State::Active) > 0 };
        match (was_running, self.is_running) {
            (false, true) => Some(Announcement::Start(counts.open())),
            (true, false) => (counts.wanted() > 0).then_some(Announcement::End),
            (true, true) => is_further.then_some(Announcement::Progress),
            (false, false) => None,
        }
    }
}
