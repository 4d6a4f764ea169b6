//! CRC32C (RFC 3720, appendix B.4), with which a store checks each part that it is sent.

/// The polynomial of Castagnoli, its bits reversed.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// Bytes that are looked up at once ("slicing-by-8": Kounavis and Berry, 2005).
const SLICE: usize = 8;

/// What bytes come to, looked up: 8 KiB of tables. They are computed where they are first needed: written out, they
/// would be loaded by every page.
#[derive(Debug)]
pub struct Tables([[u32; 256]; SLICE]);

impl Tables {
    /// Computes them.
    #[must_use]
    pub fn compute() -> Self {
        let mut tables = Self([[0; 256]; SLICE]);
        for byte in 0..256 {
            let mut value = byte as u32;
            for _ in 0..8 {
                value = (value >> 1) ^ (POLYNOMIAL & (value & 1).wrapping_neg());
            }
            tables.0[0][byte] = value;
        }
        for slice in 1..SLICE {
            for byte in 0..256 {
                let last = tables.0[slice - 1][byte];
                tables.0[slice][byte] = (last >> 8) ^ tables.0[0][(last & 0xff) as usize];
            }
        }
        tables
    }

    /// The checksum of what has the checksum `crc`, 0 for nothing, followed by `bytes`.
    #[must_use]
    pub fn update(&self, crc: u32, bytes: &[u8]) -> u32 {
        let look_up = |slice: usize, byte: u32| self.0[slice][(byte & 0xff) as usize];
        let (slices, rest) = bytes.as_chunks::<SLICE>();
        let mut crc = !crc;
        for &[a, b, c, d, e, f, g, h] in slices {
            crc ^= u32::from_le_bytes([a, b, c, d]);
            crc = look_up(7, crc)
                ^ look_up(6, crc >> 8)
                ^ look_up(5, crc >> 16)
                ^ look_up(4, crc >> 24)
                ^ look_up(3, e.into())
                ^ look_up(2, f.into())
                ^ look_up(1, g.into())
                ^ look_up(0, h.into());
        }
        for &byte in rest {
            crc = (crc >> 8) ^ look_up(0, crc ^ u32::from(byte));
        }
        !crc
    }
}

/// As `x-amz-checksum-crc32c` has it: its four bytes, the highest first, in base64.
#[must_use]
pub fn to_base64(crc: u32) -> String {
    super::checksums::to_base64(&crc.to_be_bytes())
}
