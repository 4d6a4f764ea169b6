//! Whether a failed attempt is followed by another, and when. Times are in milliseconds.

use super::{ErrorCode, Settings, UploadError};

/// The longest that a server's `Retry-After` is followed. A page is rarely open for longer, and a
/// server that is away for longer will say so again.
pub const LONGEST_RETRY_AFTER: f64 = 3_600_000.0;

/// In ms: how long to believe the browser at first that there is no connection. It is wrong behind some
/// VPNs and virtual networks.
const FIRST_OFFLINE: f64 = 30_000.0;

/// In ms: the longest time to believe it, before another try.
const LONGEST_OFFLINE: f64 = 300_000.0;

/// What follows a failure.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// The upload has failed.
    Give,
    /// Another attempt, after so long.
    Retry { delay: f64 },
    /// Another attempt as soon as the page is online again, or after so long.
    WhenOnline { longest: f64 },
    /// What the app says.
    Ask,
}

/// What a task has used up of its further attempts.
#[derive(Debug, Default)]
pub(super) struct Retries {
    spent: usize,
    /// How often the connection was waited for since one was last there.
    offline: u8,
    /// One URL that turned out to be expired or used is replaced at once, and free.
    pub(super) renewed: bool,
}

impl Retries {
    /// Decides about `error`. Only a retry is charged, and only by [`Self::spend`].
    pub(super) fn next(
        &mut self,
        error: &UploadError,
        settings: &Settings,
        online: bool,
        random: &mut Random,
    ) -> Next {
        // An answer proves that there is a connection, whatever the browser says.
        if !online && error.retryable && error.status.is_none() {
            let longest = (FIRST_OFFLINE * f64::from(1_u8 << self.offline)).min(LONGEST_OFFLINE);
            self.offline = (self.offline + 1).min(4);
            return Next::WhenOnline { longest };
        }
        self.offline = 0;
        if self.spent >= settings.retry_delays.len() || error.code == ErrorCode::FileUnreadable {
            return Next::Give;
        }
        if settings.asks_app {
            return Next::Ask;
        }
        if error.retryable { self.spend(error, settings, random) } else { Next::Give }
    }

    /// The connection is there again, as the browser tells.
    pub(super) const fn came_back(&mut self) {
        self.offline = 0;
    }

    /// Takes the next delay of the list, half to whole of it by chance so that pages which failed
    /// together do not come back together; or what the server asked for, to the millisecond.
    pub(super) fn spend(
        &mut self,
        error: &UploadError,
        settings: &Settings,
        random: &mut Random,
    ) -> Next {
        let Some(delay) = settings.retry_delays.get(self.spent) else { return Next::Give };
        self.spent += 1;
        let jittered = delay * (0.5 + random.next() / 2.0);
        let delay = error.retry_after.map_or(jittered, |asked| asked.min(LONGEST_RETRY_AFTER));
        Next::Retry { delay }
    }
}

/// Chance that can be replayed: xorshift (Marsaglia, 2003), which is as good as jitter needs.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        // Zero is the one state that it never leaves.
        Self(seed | 1)
    }

    /// 0 to 1, without 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as f64 / 4_294_967_296.0
    }
}
