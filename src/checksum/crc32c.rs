//! CRC32C (RFC 3720, appendix B.4), by which a store verifies each part that it receives.

/// Castagnoli's polynomial, with its bits reversed.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// How many bytes each step looks up ("slicing-by-16": Kounavis and Berry, 2005, with 16 tables instead of 8). No
/// method is faster without SIMD, which the oldest supported browsers lack.
const SLICE: usize = 16;

/// 16 KiB of tables. They are computed on first use, because a page would have to download constants.
#[derive(Debug)]
pub struct Tables([[u32; 256]; SLICE]);

impl Tables {
    /// Tables that [`Self::fill`] must fill before they are used.
    pub(super) const EMPTY: Self = Self([[0; 256]; SLICE]);

    /// Returns filled tables.
    #[must_use]
    pub fn compute() -> Self {
        let mut tables = Self::EMPTY;
        tables.fill();
        tables
    }

    /// Fills the tables, unless they are filled already.
    pub(super) fn fill(&mut self) {
        if self.0[0][1] != 0 {
            return;
        }
        for byte in 0..256 {
            let mut value = byte as u32;
            for _ in 0..8 {
                value = (value >> 1) ^ (POLYNOMIAL & (value & 1).wrapping_neg());
            }
            self.0[0][byte] = value;
        }
        let tables = self.0.as_flattened_mut();
        for at in 256..tables.len() {
            let last = tables[at - 256];
            tables[at] = (last >> 8) ^ tables[(last & 0xff) as usize];
        }
    }

    /// Adds `bytes` to the checksum `crc`, which is 0 at the start, and returns the new checksum.
    #[must_use]
    pub fn update(&self, crc: u32, bytes: &[u8]) -> u32 {
        let look_up = |slice: usize, byte: u32| self.0[slice][(byte & 0xff) as usize];
        let four = |slice: usize, word: u32| {
            look_up(slice + 3, word)
                ^ look_up(slice + 2, word >> 8)
                ^ look_up(slice + 1, word >> 16)
                ^ look_up(slice, word >> 24)
        };
        let (slices, rest) = bytes.as_chunks::<SLICE>();
        let mut crc = !crc;
        for slice in slices {
            let [a, b, c, d] = words(slice);
            crc = four(12, a ^ crc) ^ four(8, b) ^ four(4, c) ^ four(0, d);
        }
        for &byte in rest {
            crc = (crc >> 8) ^ look_up(0, crc ^ u32::from(byte));
        }
        !crc
    }
}

/// Reads a slice as four words, the lowest byte first.
fn words(slice: &[u8; SLICE]) -> [u32; 4] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *slice;
    [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]].map(u32::from_le_bytes)
}
