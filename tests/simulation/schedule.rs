//! A schedule: the list of all numbers that a world has drawn at random.
//!
//! The same list gives the same world again, so a failure can be replayed. It can also be shrunk: numbers are
//! removed or reduced as long as the same promise is still broken. So zero must always be the harmless
//! choice: no fault, no delay, no call.

/// Random choices that are recorded, or recorded choices that are replayed.
pub struct Choices {
    random: Option<Random>,
    made: Vec<u32>,
    next: usize,
}

impl Choices {
    /// Creates new choices. The same seed gives the same choices.
    pub fn from_seed(seed: u64) -> Self {
        Self { random: Some(Random(seed)), made: Vec::new(), next: 0 }
    }

    /// Replays recorded choices. After the last one, each choice is zero.
    pub fn replay(made: Vec<u32>) -> Self {
        Self { random: None, made, next: 0 }
    }

    /// Returns a number from 0 up to, but not including, `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        if let Some(random) = &mut self.random {
            self.made.push((random.next() % u64::from(end)) as u32);
        } else if self.next == self.made.len() {
            self.made.push(0);
        }
        let choice = &mut self.made[self.next];
        // In a shrunk list, a number may be larger than this choice allows.
        *choice = (*choice).min(end - 1);
        self.next += 1;
        *choice
    }

    /// Returns true in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        percent > 0 && self.below(100) >= 100 - percent.min(100)
    }

    /// Returns one of these. The first must be the harmless one.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    /// Returns one of the first `kinds` of a few very different delays, in ms.
    pub fn wait(&mut self, kinds: u32) -> f64 {
        const WAITS: [f64; 8] = [0.0, 0.3, 7.0, 61.5, 420.0, 2_600.0, 13_000.0, 80_000.0];
        WAITS[self.below(kinds.min(8)) as usize]
    }

    /// Returns the choices that were made.
    pub fn into_made(mut self) -> Vec<u32> {
        self.made.truncate(self.next);
        self.made
    }
}

/// splitmix64 (Steele, Lea, Flood, 2014). Any seeds are fine, even consecutive ones.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The most replays for one failure. They take a few seconds.
const MOST_REPLAYS: u32 = 6_000;

/// Shrinks a failing list. `fails` replays a list and returns the numbers that were drawn if it fails in the
/// same way.
///
/// Removes runs of numbers, then sets runs to zero, then reduces single numbers; long runs first. Repeats
/// this until nothing helps any more.
pub fn shrink(made: Vec<u32>, fails: impl Fn(Vec<u32>) -> Option<Vec<u32>>) -> Vec<u32> {
    let mut best = Smallest { made, replays: 0, fails };
    loop {
        let before = best.made.clone();
        let mut piece = best.made.len().div_ceil(2).max(1);
        loop {
            best.pass(piece, |made, at, end| {
                made.drain(at..end);
            });
            best.pass(piece, |made, at, end| made[at..end].fill(0));
            if piece == 1 {
                break;
            }
            piece = piece.div_ceil(2);
        }
        best.pass(1, |made, at, _| made[at] /= 2);
        best.pass(1, |made, at, _| made[at] = made[at].saturating_sub(1));
        if best.made == before || best.replays >= MOST_REPLAYS {
            return best.made;
        }
    }
}

struct Smallest<F> {
    made: Vec<u32>,
    replays: u32,
    fails: F,
}

impl<F: Fn(Vec<u32>) -> Option<Vec<u32>>> Smallest<F> {
    /// Tries a change on each run of numbers, from the end, where removing numbers shifts the fewest others.
    fn pass(&mut self, piece: usize, change: impl Fn(&mut Vec<u32>, usize, usize)) {
        let mut end = self.made.len();
        while end > 0 && self.replays < MOST_REPLAYS {
            let at = end.saturating_sub(piece);
            let mut changed = self.made.clone();
            change(&mut changed, at, end.min(self.made.len()));
            if changed != self.made {
                self.replays += 1;
                if let Some(made) = (self.fails)(changed).filter(|made| self.is_smaller(made)) {
                    self.made = made;
                }
            }
            end = at.min(self.made.len());
        }
    }

    fn is_smaller(&self, made: &[u32]) -> bool {
        (made.len(), made) < (self.made.len(), &self.made)
    }
}
