//! The progress of a whole queue.

use super::entry::{Entry, State};
use crate::transfer::{Json, Phase, Progress};

/// The largest percentage before the last media object has arrived.
const NOT_YET_DONE: f64 = 99.0;

/// Adds up the progress of all files except cancelled ones. A failed file counts as not sent, so that
/// the percentage is 100 only if every file is stored.
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
        // An empty file also counts.
        let size = progress.total.max(1) as f64;
        weight += size;
        weighted += progress.percentage * size;
        is_unfinished |= entry.state.is_open();
        // A queued file has no phase of its own.
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
