//! The files to upload. Each has a number, bytes of its own, and the protocol that the app's backend has
//! chosen for it.

use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ittybit_uploader::checksum::crc32c::Tables;

use crate::schedule::Choices;

/// Identifies a file over all visits, by its name and its bytes.
pub type Key = u32;

/// How a file is sent. Sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Simple,
    /// The host asks for `chunk_size`, and accepts `most` bytes at once.
    Resumable {
        chunk_size: u64,
        most: u64,
        equals_form: bool,
    },
    Multipart {
        part_size: u64,
    },
}

#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub key: Key,
    pub size: u64,
    pub way: Way,
}

impl Facts {
    pub fn choose(key: Key, choices: &mut Choices) -> Self {
        let ways: &[u8] = &[0, 0, 1, 2];
        let way = choices.pick(ways);
        let sizes: [u64; 6] =
            if way == 0 { [1_000, 0, 1, 60_000_000, 5, 9] } else { [35, 0, 1, 10, 120, 61] };
        let size = choices.pick(&sizes);
        let piece = if way == 0 { 0 } else { choices.pick(&[10, 50, 11]) };
        let way = match way {
            0 => Way::Simple,
            1 => {
                let most = choices.pick(&[u64::MAX, 22]);
                Way::Resumable { chunk_size: piece, most, equals_form: piece == 11 }
            }
            _ => Way::Multipart { part_size: piece },
        };
        Self { key, size, way }
    }

    /// Returns the position of a part's first byte, or 0 for a file without parts.
    pub const fn start_of_part(&self, number: u32) -> u64 {
        match self.way {
            Way::Multipart { part_size } => (number as u64 - 1) * part_size,
            _ => 0,
        }
    }
}

/// A set of bytes of a file that is sent in pieces, as a bit for each. An empty file has one bit that stands
/// for no byte.
pub type Bits = u128;

const EMPTY: Bits = 1 << 127;

pub fn bits(range: &Range<u64>) -> Bits {
    if range.is_empty() { EMPTY } else { (1 << range.end) - (1 << range.start) }
}

/// Returns the number of bytes in a set.
pub fn count(bits: Bits) -> u64 {
    u64::from((bits & !EMPTY).count_ones())
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::compute);

/// Returns the CRC32C of a range of a file, one byte of which may have changed on the way.
pub fn crc(key: Key, range: &Range<u64>, is_changed: bool) -> u32 {
    let byte = |place: u64| (u64::from(key) * 31 + place * 7) as u8;
    let mut bytes: Vec<u8> = range.clone().map(byte).collect();
    match bytes.first_mut() {
        Some(first) if is_changed => *first ^= 1,
        None if is_changed => bytes.push(0),
        _ => {}
    }
    TABLES.update(0, &bytes)
}

/// Returns a checksum in base64, as the header `x-amz-checksum-crc32c` has it.
pub fn to_base64(crc: u32) -> String {
    BASE64_STANDARD.encode(crc.to_be_bytes())
}
