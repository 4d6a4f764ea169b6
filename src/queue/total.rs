//! How far a whole queue is.

use super::entry::{Entry, State};
use crate::transfer::{Json, Phase, Progress};

/// Where the percentage waits for the last media object.
const NOT_YET_DONE: f64 = 99.0;

/// Adds up all files but the cancelled ones. One that failed counts as not sent, so that the whole
/// is at 100 only when each of them is.
pub(super) fn total<'a, J: Json + 'a, S: 'a>(
    entries: impl Iterator<Item = &'a Entry<J, S>>,
) -> Progress {
    let mut sum = Progress {
        phase: Phase::Done,
        loaded: 0,
        total: 0,
        percentage: 0.0,
        speed: 0.0,
        eta: None,
        attempt: 1,
    };
    let (mut is_done, mut is_unfinished) = (true, false);
    let (mut weight, mut weighted) = (0.0, 0.0);
    let mut liveliest = None;
    for entry in entries.filter(|entry| !matches!(entry.state, State::Cancelled)) {
        let progress = entry.progress();
        sum.loaded += progress.loaded;
        sum.total += progress.total;
        sum.speed += progress.speed;
        is_done &= matches!(entry.state, State::Done);
        // An empty file is work too.
        let size = progress.total.max(1) as f64;
        weight += size;
        weighted += progress.percentage * size;
        is_unfinished |= entry.state.is_open();
        // A file that waits for its turn does nothing.
        if matches!(entry.state, State::Active(_) | State::Paused(_)) {
            liveliest =
                Some(liveliest.map_or(progress.phase, |phase: Phase| phase.min(progress.phase)));
        }
    }
    let is_empty = weight == 0.0;
    sum.phase = match liveliest {
        Some(phase) => phase,
        None if is_empty || is_unfinished => Phase::Preparing,
        None => Phase::Done,
    };
    sum.percentage = match (is_empty, is_done) {
        (true, _) => 0.0,
        (false, true) => 100.0,
        (false, false) => (weighted / weight).min(NOT_YET_DONE),
    };
    if sum.speed > 0.0 {
        sum.eta = Some((sum.total - sum.loaded) as f64 / sum.speed);
    }
    sum
}
