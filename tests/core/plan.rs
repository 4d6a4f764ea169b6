//! Every file up to 5 TiB can be cut into parts that a store accepts.

use ittybit_uploader::transfer::{
    MAX_MULTIPART_SIZE, MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, part_size,
};
use proptest::prelude::*;

const MIB: u64 = 1 << 20;

fn is_within_limits(file_size: u64, wished: u64) {
    let size = part_size(file_size, wished).expect("a size");
    assert!((MIN_PART_SIZE..=MAX_PART_SIZE).contains(&size), "{file_size}: parts of {size}");
    assert!(file_size.div_ceil(size) <= MAX_PARTS, "{file_size}: too many parts of {size}");
    assert_eq!(size % MIB, 0);
    // The size is no larger than wished or needed.
    let least = wished.max(file_size.div_ceil(MAX_PARTS)).clamp(MIN_PART_SIZE, MAX_PART_SIZE);
    assert!(size < least + MIB, "{file_size}: parts of {size} for {least}");
}

#[test]
fn every_gibibyte_up_to_five_tebibytes_and_the_bytes_around_it() {
    for gibibytes in 0..=5_u64 << 10 {
        for file_size in
            [(gibibytes << 30).saturating_sub(1), gibibytes << 30, (gibibytes << 30) + 1]
        {
            if file_size <= MAX_MULTIPART_SIZE {
                is_within_limits(file_size, 16 * MIB);
            }
        }
    }
}

#[test]
fn the_bytes_around_each_size_at_which_parts_grow() {
    for size in (16..=525).map(|mebibytes| mebibytes * MIB) {
        for file_size in [size * MAX_PARTS - 1, size * MAX_PARTS, size * MAX_PARTS + 1] {
            if file_size <= MAX_MULTIPART_SIZE {
                is_within_limits(file_size, 16 * MIB);
            }
        }
    }
}

#[test]
fn five_tebibytes_are_9987_parts_of_525_mebibytes() {
    let size = part_size(MAX_MULTIPART_SIZE, 16 * MIB).expect("a size");
    assert_eq!((size, MAX_MULTIPART_SIZE.div_ceil(size)), (525 * MIB, 9_987));
    assert_eq!(part_size(MAX_MULTIPART_SIZE + 1, 16 * MIB), None);
}

proptest! {
    #[test]
    fn any_size_and_any_wish(file_size in 0..=MAX_MULTIPART_SIZE, wished in any::<u64>()) {
        is_within_limits(file_size, wished);
    }
}
