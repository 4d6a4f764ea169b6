//! Which rows of a long list are worth drawing. The others are padding before and after those.

use std::ops::Range;

/// Drawn beyond what is seen, at each end, so that a keyboard and a quick finger find rows there.
const MORE: usize = 4;

/// What a list looks like around the rows that are drawn. Lengths are CSS pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The rows that are drawn.
    pub rows: Range<usize>,
    /// The height of the rows before them.
    pub before: u32,
    /// The height of the rows after them.
    pub after: u32,
}

/// The window of a list whose rows have `heights`, `view` pixels high and scrolled by `top`.
pub fn window(heights: impl Iterator<Item = u32>, top: u32, view: u32) -> Window {
    let mut all: Vec<u32> = vec![0];
    let mut end = 0;
    for height in heights {
        end += height;
        all.push(end);
    }
    let count = all.len() - 1;
    let first = all.partition_point(|y| *y <= top).saturating_sub(1);
    let last = all.partition_point(|y| *y < top.saturating_add(view));
    let last = (last + MORE).min(count);
    let first = first.saturating_sub(MORE).min(last);
    Window { rows: first..last, before: all[first], after: end - all[last] }
}
