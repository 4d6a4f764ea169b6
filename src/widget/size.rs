//! Parses numbers and sizes as people write them.

use crate::transfer::MAX_SAFE_INTEGER;

/// Parses a size such as `10MB`, `1.5 GiB` or `2048`, and returns it in bytes. `MB` is a million bytes,
/// as the widget shows sizes, and `MiB` is 1024 × 1024 (IEC 80000-13). Returns `None` if the text is not
/// a size, or if it is larger than the integers that JavaScript can represent exactly.
pub fn parse_size(text: &str) -> Option<f64> {
    let mut digits = 0.0;
    let mut is_number = false;
    // The power of ten by which to divide `digits`; 0 before a decimal point.
    let mut scale = 0.0;
    let mut unit = text.as_bytes().trim_ascii();
    while let [byte @ (b'0'..=b'9' | b'.'), rest @ ..] = unit {
        if *byte == b'.' {
            if scale > 0.0 || !is_number {
                return None;
            }
            scale = 1.0;
        } else {
            digits = digits * 10.0 + f64::from(byte - b'0');
            is_number = true;
            scale *= 10.0;
        }
        unit = rest;
    }
    let bytes = (digits * factor_of(unit.trim_ascii())? / f64::max(scale, 1.0)).floor();
    // Digits that exceed the safe integers are not exact, even if the result is smaller.
    let largest = MAX_SAFE_INTEGER as f64;
    (is_number && digits <= largest && bytes <= largest).then_some(bytes)
}

fn factor_of(unit: &[u8]) -> Option<f64> {
    let (prefix, base): (_, f64) = match unit {
        [] | [b'b' | b'B'] => return Some(1.0),
        [prefix] | [prefix, b'b' | b'B'] => (prefix, 1000.0),
        [prefix, b'i', b'b' | b'B'] => (prefix, 1024.0),
        _ => return None,
    };
    let mut factor = base;
    for known in b"kmgt" {
        if prefix.eq_ignore_ascii_case(known) {
            return Some(factor);
        }
        factor *= base;
    }
    None
}
