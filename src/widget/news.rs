//! What a screen reader says of the whole: that uploads start, each quarter of the way, and that all
//! are over. Not every step, and nothing twice.

use super::tally::{State, Tally};

/// What was said already.
#[derive(Clone, Copy, Debug, Default)]
pub struct News {
    /// Whether the start was told, and nothing since has ended the run.
    is_running: bool,
    quarter: u32,
}

/// What to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// So many are on their way.
    Start(u32),
    /// How far all are.
    Progress,
    /// Nothing is left to do.
    End,
}

impl News {
    /// What is new, now that files are in these states and so far (0 to 100).
    pub fn next(&mut self, tally: &Tally, percentage: f64) -> Option<Said> {
        // Files that join make it less, and then no quarter is told twice.
        let quarter = (percentage / 25.0) as u32;
        let is_further = quarter > self.quarter && quarter < 4;
        self.quarter = quarter.max(if self.is_running { self.quarter } else { 0 });
        let was_running = self.is_running;
        self.is_running =
            if was_running { tally.open() > 0 } else { tally.count(State::Active) > 0 };
        match (was_running, self.is_running) {
            (false, true) => Some(Said::Start(tally.open())),
            (true, false) => (tally.wanted() > 0).then_some(Said::End),
            (true, true) => is_further.then_some(Said::Progress),
            (false, false) => None,
        }
    }
}
