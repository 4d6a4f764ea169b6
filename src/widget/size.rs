//! Numbers and sizes as people write them.

use crate::transfer::MAX_SAFE_INTEGER;

/// Bytes in a size such as `10MB`, `1.5 GiB` or `2048`. `MB` is a million bytes, as files are
/// shown, and `MiB` is 1024 × 1024 (IEC 80000-13). Nothing where it is no size, or none that
/// JavaScript can count exactly.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.as_bytes().trim_ascii();
    let end =
        text.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let mut unit = factor_of(unit.trim_ascii())?;
    let mut bytes: u64 = 0;
    let mut is_fraction = false;
    for byte in number {
        if *byte == b'.' {
            if is_fraction {
                return None;
            }
            is_fraction = true;
            continue;
        }
        let digit = u64::from(byte - b'0');
        if is_fraction {
            // What is less than a byte is not counted.
            unit /= 10;
            bytes += digit * unit;
        } else {
            bytes = bytes * 10 + digit * unit;
        }
        if bytes > MAX_SAFE_INTEGER {
            return None;
        }
    }
    number.first().filter(|byte| **byte != b'.').map(|_| bytes)
}

fn factor_of(unit: &[u8]) -> Option<u64> {
    let (prefix, base) = match unit {
        [] | [b'b' | b'B'] => return Some(1),
        [prefix] | [prefix, b'b' | b'B'] => (prefix, 1000_u64),
        [prefix, b'i', b'b' | b'B'] => (prefix, 1024),
        _ => return None,
    };
    let power = match prefix.to_ascii_lowercase() {
        b'k' => 1,
        b'm' => 2,
        b'g' => 3,
        b't' => 4,
        _ => return None,
    };
    Some(base.pow(power))
}
