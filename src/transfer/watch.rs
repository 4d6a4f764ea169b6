//! A timeout that ignores the time in which the page sleeps. Times are in milliseconds.
//!
//! While a laptop is closed or a tab is frozen, no timer fires and no progress event arrives, though
//! the connection has not stalled. So the time without progress is counted in short steps. A step that
//! took far longer than it should counts as two, because the page slept during the rest.

/// The number of steps in a timeout.
const STEPS: f64 = 6.0;

/// A timeout that counts only the time in which the page was awake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    timeout: f64,
    silence: f64,
    last: f64,
}

impl Watch {
    /// Starts at `now`. A timeout that is 0, negative or not finite never expires.
    pub(super) const fn start(timeout: f64, now: f64) -> Self {
        Self { timeout, silence: 0.0, last: now }
    }

    /// Returns a watch that never expires.
    pub(super) const fn never() -> Self {
        Self::start(0.0, 0.0)
    }

    /// Starts anew at `now`, because there was progress.
    pub(super) const fn reset(&mut self, now: f64) {
        *self = Self::start(self.timeout, now);
    }

    /// Returns when to call [`Self::is_over`] next. Returns `None` if the watch never expires.
    pub(super) fn deadline(&self) -> Option<f64> {
        (self.timeout > 0.0 && self.timeout.is_finite()).then(|| self.last + self.step())
    }

    /// Counts the time up to `now`, and returns whether the timeout has expired.
    pub(super) fn is_over(&mut self, now: f64) -> bool {
        let Some(deadline) = self.deadline().filter(|deadline| now >= *deadline) else {
            return false;
        };
        self.silence += (now - deadline).min(self.step()) + self.step();
        self.last = now;
        // Allows half a step for rounding errors.
        self.silence + self.step() / 2.0 >= self.timeout
    }

    fn step(&self) -> f64 {
        self.timeout / STEPS
    }
}
