//! Decides whether and when to retry after an error. Times are in milliseconds.

use super::error::is_transient;
use super::{ErrorCode, Settings, UploadError};

/// The longest `Retry-After` that is honoured, in ms. A page is rarely open for longer, and a server
/// that is unavailable for longer will send the header again.
pub const LONGEST_RETRY_AFTER: f64 = 3_600_000.0;

/// The first wait for a connection before trying anyway, in ms. Behind some VPNs and virtual networks
/// the browser says that it is offline when it is not.
const FIRST_OFFLINE: f64 = 30_000.0;

/// The longest wait for a connection before trying anyway, in ms.
const LONGEST_OFFLINE: f64 = 300_000.0;

/// The waits before an upload is aborted once more, in ms.
const ABORT_DELAYS: [f64; 3] = [1_000.0, 5_000.0, 20_000.0];

/// Returns how long to wait, in ms, before asking the backend again to abort an upload. `tries` is the
/// number of tries so far, and `status` the last answer, 0 if none came. Returns `None` after the last try
/// or a permanent refusal. Then the store's own lifecycle rules must remove the parts.
#[must_use]
pub fn abort_retry(tries: usize, status: u16) -> Option<f64> {
    let is_open = status == 0 || is_transient(status);
    ABORT_DELAYS.get(tries - 1).copied().filter(|_| is_open)
}

/// What to do after an error.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Fail the upload.
    Fail,
    /// Try again after `delay`.
    Retry { delay: f64 },
    /// Try again as soon as the page is online, and after `longest` at the latest.
    WhenOnline { longest: f64 },
    /// Ask the app's `shouldRetry`.
    Ask,
}

/// The retries that a task has used.
#[derive(Debug, Default)]
pub(super) struct Retries {
    spent: usize,
    /// How many times the task has waited for a connection since it last had one.
    offline: u8,
    /// Whether an expired or used URL was replaced already. The first replacement is immediate and does not
    /// count as a retry.
    pub(super) renewed: bool,
}

impl Retries {
    /// Decides what to do after `error`. Only [`Self::spend`] uses up a retry.
    pub(super) fn next(
        &mut self,
        error: &UploadError,
        settings: &Settings,
        online: bool,
        random: &mut Random,
    ) -> Next {
        // An error with a status proves that there is a connection, whatever the browser says.
        if !online && error.retryable && error.status.is_none() {
            let longest = (FIRST_OFFLINE * f64::from(1_u8 << self.offline)).min(LONGEST_OFFLINE);
            self.offline = (self.offline + 1).min(4);
            return Next::WhenOnline { longest };
        }
        self.offline = 0;
        if self.spent >= settings.retry_delays.len() || error.code == ErrorCode::FileUnreadable {
            return Next::Fail;
        }
        if settings.asks_app {
            return Next::Ask;
        }
        if error.retryable { self.spend(error, settings, random) } else { Next::Fail }
    }

    /// Must be called when the browser reports that it is online again.
    pub(super) const fn came_back(&mut self) {
        self.offline = 0;
    }

    /// Uses up one retry. Its delay is what the server asked for, or else the next one of the list times a
    /// random factor from 0.5 to 1, so that pages which failed together don't retry together.
    pub(super) fn spend(
        &mut self,
        error: &UploadError,
        settings: &Settings,
        random: &mut Random,
    ) -> Next {
        let Some(delay) = settings.retry_delays.get(self.spent) else { return Next::Fail };
        self.spent += 1;
        let jittered = delay * (0.5 + random.next() / 2.0);
        let delay = error.retry_after.map_or(jittered, |asked| asked.min(LONGEST_RETRY_AFTER));
        Next::Retry { delay }
    }
}

/// A random number generator with a seed: xorshift (Marsaglia, 2003), which is good enough for jitter.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        // Xorshift never leaves the state zero.
        Self(seed | 1)
    }

    /// Returns a number from 0 up to, but not including, 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as f64 / 4_294_967_296.0
    }
}
