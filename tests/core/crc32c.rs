//! CRC32C of parts: matches published examples, and a computation bit by bit.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ittybit_uploader::checksum::crc32c::Tables;
use proptest::prelude::*;

fn crc(bytes: &[u8]) -> u32 {
    Tables::compute().update(0, bytes)
}

/// Returns the checksum in base64, as the header `x-amz-checksum-crc32c` has it.
pub(crate) fn to_base64(crc: u32) -> String {
    BASE64_STANDARD.encode(crc.to_be_bytes())
}

/// Computes the CRC32C bit by bit, as RFC 3720 defines it.
fn bitwise(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
        }
    }
    !crc
}

#[test]
fn the_examples_of_rfc_3720_b_4() {
    let up: Vec<u8> = (0..32).collect();
    let down: Vec<u8> = (0..32).rev().collect();
    assert_eq!(crc(&[0; 32]), 0x8a91_36aa);
    assert_eq!(crc(&[0xff; 32]), 0x62a8_ab43);
    assert_eq!(crc(&up), 0x46dd_794e);
    assert_eq!(crc(&down), 0x113f_db5c);
    // An iSCSI read command.
    let command = [
        0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0,
        0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    ];
    assert_eq!(crc(&command), 0xd996_3a56);
    assert_eq!(crc(b"123456789"), 0xe306_9283);
    assert_eq!(crc(b""), 0);
}

#[test]
fn base64_is_as_in_the_header() {
    for (crc, text) in [
        (0, "AAAAAA=="),
        (u32::MAX, "/////w=="),
        (1, "AAAAAQ=="),
        (0xe306_9283, "4waSgw=="),
        (0x8a91_36aa, "ipE2qg=="),
    ] {
        assert_eq!(to_base64(crc), text);
    }
}

/// Encodes in base64 (RFC 4648, section 4) in the simplest way.
fn base64(bytes: [u8; 4]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let padded = format!("{bits}0000");
    let digit = |at: usize| {
        let value = usize::from_str_radix(&padded[at * 6..at * 6 + 6], 2).expect("binary");
        char::from(digits[value])
    };
    (0..6).map(digit).chain("==".chars()).collect()
}

proptest! {
    #[test]
    fn the_sum_is_the_same_as_bit_by_bit(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(crc(&bytes), bitwise(&bytes));
    }

    #[test]
    fn the_sum_does_not_depend_on_how_the_bytes_are_split(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        cut in any::<prop::sample::Index>(),
    ) {
        let (start, end) = bytes.split_at(cut.index(bytes.len() + 1));
        let tables = Tables::compute();
        prop_assert_eq!(tables.update(tables.update(0, start), end), bitwise(&bytes));
    }

    #[test]
    fn any_base64(crc: u32) {
        prop_assert_eq!(to_base64(crc), base64(crc.to_be_bytes()));
    }
}
