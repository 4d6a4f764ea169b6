//! One timer, set to whatever comes next.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;

use super::objects;

/// The longest that a browser's timer waits, in ms; a longer one would fire at once.
const LONGEST: f64 = 2_147_483_647.0;

/// Fires once. Dropping it stops it.
#[derive(Default)]
pub(super) struct Timer {
    running: RefCell<Option<(f64, Timeout)>>,
}

impl Timer {
    /// Fires at `deadline` (ms, on the clock of [`objects::now`]) or earlier: a timer that is
    /// sooner is left alone, because progress puts the deadline off many times a second.
    pub(super) fn set(&self, deadline: Option<f64>, callback: impl FnOnce() + 'static) {
        let Some(deadline) = deadline else { return self.stop() };
        if self.running.borrow().as_ref().is_some_and(|(due, _)| *due <= deadline) {
            return;
        }
        let wait = (deadline - objects::now()).ceil().clamp(0.0, LONGEST);
        let timeout = Timeout::new(wait as u32, callback);
        let last = self.running.borrow_mut().replace((deadline, timeout));
        drop(last);
    }

    /// To be called by what it fires: from now on it can be set anew.
    pub(super) fn fired(&self) {
        self.stop();
    }

    pub(super) fn stop(&self) {
        let last = self.running.borrow_mut().take();
        drop(last);
    }
}
