//! Which rows of a list are drawn, and the empty space in place of the others.

use ittybit_uploader::widget::rows::{Window, window};
use proptest::prelude::*;

/// Returns the top and the bottom of each row.
fn edges(heights: &[u32]) -> Vec<(u32, u32)> {
    let mut y = 0;
    heights
        .iter()
        .map(|height| {
            y += height;
            (y - height, y)
        })
        .collect()
}

#[test]
fn an_empty_list_draws_nothing() {
    assert_eq!(window([].into_iter(), 0, 500), Window::default());
    assert_eq!(window([].into_iter(), 1_000, 0), Window::default());
}

#[test]
fn a_short_list_is_drawn_whole() {
    let seen = window([73; 5].into_iter(), 0, 500);
    assert_eq!(seen, Window { rows: 0..5, before: 0, after: 0 });
}

#[test]
fn a_long_list_draws_few_rows() {
    for (top, first, last) in
        [(0, 0, 1_100), (400_000, 399_700, 400_800), (729_500, 729_200, 730_000)]
    {
        let seen = window([73; 10_000].into_iter(), top, 500);
        assert!(seen.rows.len() <= 16, "{seen:?}");
        assert_eq!(seen.rows.start, first / 73, "{top}");
        assert_eq!(seen.rows.end, usize::div_ceil(last, 73), "{top}");
    }
}

#[test]
fn a_list_scrolled_past_its_end_draws_nothing() {
    let seen = window([73; 100].into_iter(), 1_000_000, 500);
    assert_eq!((seen.rows, seen.before, seen.after), (100..100, 7_300, 0));
}

#[test]
fn each_height_is_read_once() {
    let mut asked = vec![0; 1_000];
    let heights = asked.iter_mut().map(|times| {
        *times += 1;
        50
    });
    window(heights, 10_000, 500);
    assert!(asked.iter().all(|times| *times == 1));
}

#[test]
fn huge_heights_do_not_overflow() {
    for top in [0, 1, u32::MAX / 2, u32::MAX] {
        for view in [0, 500, u32::MAX] {
            let seen = window([u32::MAX, 1, u32::MAX, 73].into_iter(), top, view);
            assert!(seen.rows.start <= seen.rows.end && seen.rows.end <= 4, "{seen:?}");
        }
    }
}

proptest! {
    #[test]
    fn rows_and_empty_space_add_up_to_the_list(
        heights in prop::collection::vec(0_u32..400, 0..300),
        top in 0_u32..120_000,
        view in 0_u32..2_000,
    ) {
        let seen = window(heights.iter().copied(), top, view);
        prop_assert!(seen.rows.start <= seen.rows.end && seen.rows.end <= heights.len());
        prop_assert_eq!(seen.before, heights[..seen.rows.start].iter().sum::<u32>());
        prop_assert_eq!(seen.after, heights[seen.rows.end..].iter().sum::<u32>());
    }

    #[test]
    fn visible_rows_are_drawn_and_distant_rows_are_not(
        heights in prop::collection::vec(1_u32..400, 0..300),
        top in 0_u32..60_000,
        view in 1_u32..2_000,
    ) {
        let seen = window(heights.iter().copied(), top, view);
        for (index, (upper, lower)) in edges(&heights).into_iter().enumerate() {
            let is_drawn = seen.rows.contains(&index);
            // The margin at each end keeps the keyboard and fast scrolling supplied.
            if lower + 200 > top && upper < top + view + 200 {
                prop_assert!(is_drawn, "row {index}, {upper} to {lower}, is visible");
            }
            if lower + 1_000 < top || upper > top + view + 1_000 {
                prop_assert!(!is_drawn, "row {index}, {upper} to {lower}, is far away");
            }
        }
    }
}
