//! Which rows of a long list are worth drawing. The others are room before and after those.

use std::ops::Range;

/// Drawn beyond what is seen, at each end, in CSS pixels: there a keyboard finds its next row, and a
/// quick finger no gap.
const MARGIN: u32 = 300;

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
    let mut window = Window::default();
    let top = top.saturating_sub(MARGIN);
    let bottom = top.saturating_add(view).saturating_add(2 * MARGIN);
    let mut y = 0_u32;
    let mut drawn = 0;
    for height in heights {
        let upper = y;
        y = y.saturating_add(height);
        if y <= top {
            window.before = y;
            window.rows.start += 1;
        }
        if y <= top || upper < bottom {
            window.rows.end += 1;
            drawn = y;
        }
    }
    window.after = y - drawn;
    window
}
