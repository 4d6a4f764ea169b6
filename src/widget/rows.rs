//! Chooses which rows of a long list to draw. Empty space before and after them replaces the others.

use std::ops::Range;

/// How far beyond the visible part to draw at each end, in CSS pixels, so that the keyboard finds the
/// next row and fast scrolling shows no gap.
const MARGIN: u32 = 300;

/// The part of a list that is drawn. Lengths are in CSS pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The rows that are drawn.
    pub rows: Range<usize>,
    /// The height of all rows before them.
    pub before: u32,
    /// The height of all rows after them.
    pub after: u32,
}

/// Returns the window of a list whose rows have `heights`, that is `view` pixels high and scrolled by
/// `top` pixels.
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
