//! Notices that nothing has happened for too long. Times are in milliseconds.
//!
//! A page that sleeps is not a connection that stalls: while a laptop is closed or a tab is frozen,
//! no timer fires and no byte can be seen to move. So silence is counted in short steps, and a step
//! that took far longer than it should counts as two: the page was away for the rest.

/// Steps in a timeout.
const STEPS: f64 = 6.0;

/// A timeout that counts only time in which the page was awake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    timeout: f64,
    silence: f64,
    last: f64,
}

impl Watch {
    /// Starts at `now`. A timeout that is not above 0 or not finite never ends.
    pub(super) const fn start(timeout: f64, now: f64) -> Self {
        Self { timeout, silence: 0.0, last: now }
    }

    /// Nothing is waited for.
    pub(super) const fn never() -> Self {
        Self::start(0.0, 0.0)
    }

    /// Something happened.
    pub(super) const fn reset(&mut self, now: f64) {
        *self = Self::start(self.timeout, now);
    }

    /// When to look again.
    pub(super) fn deadline(&self) -> Option<f64> {
        (self.timeout > 0.0 && self.timeout.is_finite()).then(|| self.last + self.step())
    }

    /// Looks, and says whether it has been silent for too long.
    pub(super) fn is_over(&mut self, now: f64) -> bool {
        let Some(deadline) = self.deadline().filter(|deadline| now >= *deadline) else {
            return false;
        };
        self.silence += (now - deadline).min(self.step()) + self.step();
        self.last = now;
        // Half a step is forgiven to rounding.
        self.silence + self.step() / 2.0 >= self.timeout
    }

    fn step(&self) -> f64 {
        self.timeout / STEPS
    }
}
