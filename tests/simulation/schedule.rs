//! A schedule: everything that a world leaves to chance, as the list of numbers it drew.
//!
//! The list is the whole of it. The same list gives the same world again, so a failure can be
//! replayed, and made smaller: numbers are left out or made less for as long as the same invariant
//! still breaks. Zero is therefore always the tame choice: no fault, no wait, nothing done.

/// Chance, recorded; or what was recorded, again.
pub struct Choices {
    random: Option<Random>,
    made: Vec<u32>,
    next: usize,
}

impl Choices {
    /// New choices, the same for the same seed.
    pub fn from_seed(seed: u64) -> Self {
        Self { random: Some(Random(seed)), made: Vec::new(), next: 0 }
    }

    /// Choices that were made before. Where there are none left, each is zero.
    pub fn replay(made: Vec<u32>) -> Self {
        Self { random: None, made, next: 0 }
    }

    /// 0 to `end`, without `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        if let Some(random) = &mut self.random {
            self.made.push((random.next() % u64::from(end)) as u32);
        } else if self.next == self.made.len() {
            self.made.push(0);
        }
        let choice = &mut self.made[self.next];
        // A shrunk list may have come out of step with what it is asked for.
        *choice = (*choice).min(end - 1);
        self.next += 1;
        *choice
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        percent > 0 && self.below(100) >= 100 - percent.min(100)
    }

    /// One of these; the first is the tame one.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    /// One of the first `kinds` of a few very different waits, in ms.
    pub fn wait(&mut self, kinds: u32) -> f64 {
        const WAITS: [f64; 8] = [0.0, 0.3, 7.0, 61.5, 420.0, 2_600.0, 13_000.0, 80_000.0];
        WAITS[self.below(kinds.min(8)) as usize]
    }

    /// Those that were made.
    pub fn into_made(mut self) -> Vec<u32> {
        self.made.truncate(self.next);
        self.made
    }
}

/// splitmix64 (Steele, Lea, Flood, 2014): any seed will do, neighbouring ones too.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Replays at most, for one failure: a few seconds.
const MOST_REPLAYS: u32 = 6_000;

/// Makes a failing list smaller. `fails` replays one, and answers what was drawn where it fails as
/// before.
///
/// Pieces are left out, then set to zero, then single numbers are lowered; large pieces first, and
/// all over again until nothing helps any more.
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
    /// Tries a change on each piece, from the end, where what is left out moves least.
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
