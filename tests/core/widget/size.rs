//! Sizes as people write them in attributes.

use ittybit_uploader::transfer::MAX_SAFE_INTEGER;
use ittybit_uploader::widget::size::parse_size;
use proptest::prelude::*;

#[test]
fn units_are_decimal_or_binary() {
    for (text, bytes) in [
        ("0", 0.0),
        ("2048", 2048.0),
        ("1B", 1.0),
        ("7b", 7.0),
        ("1k", 1e3),
        ("1kB", 1e3),
        ("1KB", 1e3),
        ("1KiB", 1024.0),
        ("10MB", 1e7),
        ("10 MB", 1e7),
        ("10M", 1e7),
        ("3mib", 3.0 * 1024.0 * 1024.0),
        ("2GB", 2e9),
        ("2 GiB", 2.0 * 1024.0 * 1024.0 * 1024.0),
        ("5TB", 5e12),
        ("1TiB", 1024_f64.powi(4)),
        ("  10MB\n", 1e7),
    ] {
        assert_eq!(parse_size(text), Some(bytes), "{text}");
    }
}

#[test]
fn a_fraction_is_rounded_down_to_whole_bytes() {
    for (text, bytes) in [
        ("1.5MB", 1_500_000.0),
        ("1.5 GiB", 1_610_612_736.0),
        ("0.5kB", 500.0),
        ("2.0", 2.0),
        ("2.", 2.0),
        ("1.9", 1.0),
        ("1.0015kB", 1001.0),
        ("0.1MB", 100_000.0),
    ] {
        assert_eq!(parse_size(text), Some(bytes), "{text}");
    }
}

#[test]
fn other_texts_are_not_sizes() {
    for text in [
        "",
        " ",
        ".",
        ".5",
        "MB",
        "ten",
        "-1",
        "+1",
        "1e6",
        "0x10",
        "1,5MB",
        "1.5.5",
        "1..5",
        "10 M B",
        "10MBB",
        "10iB",
        "10 Mb/s",
        "10PB",
        "1_000",
        "١٠",
        "1\u{a0}MB",
        "Infinity",
        "NaN",
        "1 000",
        "10MB 5",
        "10ib",
        "1é",
        "1k\u{301}",
    ] {
        assert_eq!(parse_size(text), None, "{text:?}");
    }
}

#[test]
fn numbers_beyond_safe_integers_are_not_sizes() {
    assert_eq!(parse_size("9007199254740991"), Some(9_007_199_254_740_991.0));
    for text in
        ["9007199254740992", "9007199254740993", "90071992547409910", "9007200GB", "99999TB"]
    {
        assert_eq!(parse_size(text), None, "{text}");
    }
    assert_eq!(parse_size("90071992547409930.5"), None);
    assert_eq!(parse_size("1.00000000000000001kB"), None, "no number of these digits is exact");
    assert_eq!(parse_size(&"9".repeat(400)), None);
    assert_eq!(parse_size(&format!("{}1", "0".repeat(400))), Some(1.0));
}

proptest! {
    #[test]
    fn a_safe_integer_is_itself(bytes in 0..=MAX_SAFE_INTEGER) {
        prop_assert_eq!(parse_size(&bytes.to_string()), Some(bytes as f64));
    }

    #[test]
    fn each_unit_is_1000_or_1024_of_the_previous(count in 0_u32..9_000, step in 0_usize..4) {
        for (infix, base) in [("", 1000.0), ("i", 1024.0_f64)] {
            let prefix = ["k", "M", "G", "T"][step];
            let bytes = parse_size(&format!("{count}{prefix}{infix}B"));
            let expected = f64::from(count) * base.powi(step as i32 + 1);
            let is_exact = expected <= MAX_SAFE_INTEGER as f64;
            prop_assert_eq!(bytes, is_exact.then_some(expected));
        }
    }

    #[test]
    fn any_text_gives_whole_bytes_or_nothing(text in "\\PC*") {
        if let Some(bytes) = parse_size(&text) {
            prop_assert!(bytes >= 0.0 && bytes <= MAX_SAFE_INTEGER as f64);
            prop_assert_eq!(bytes, bytes.floor());
        }
    }

    #[test]
    fn size_like_texts_give_whole_bytes_or_nothing(text in "[0-9.]{0,25} ?[kKmMgGtTiIbB]{0,3}") {
        if let Some(bytes) = parse_size(&text) {
            prop_assert!(bytes >= 0.0 && bytes <= MAX_SAFE_INTEGER as f64);
            prop_assert_eq!(bytes, bytes.floor());
        }
    }
}
