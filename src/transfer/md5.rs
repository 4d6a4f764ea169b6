//! MD5 (RFC 1321), for stores that verify a part by nothing newer. It finds what changed by accident, and
//! protects from nobody.

/// Bytes.
const BLOCK: usize = 64;

/// The whole part of 2³² times the sine of each number from 1 to 64, without its sign.
#[rustfmt::skip]
const SINES: [u32; BLOCK] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// How far the steps of each round turn their sums. Bits.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The MD5 of the bytes so far.
#[derive(Clone, Debug)]
pub struct Md5 {
    sums: [u32; 4],
    /// Bytes that do not fill a block yet.
    rest: Vec<u8>,
    /// Bytes.
    length: u64,
}

impl Default for Md5 {
    fn default() -> Self {
        let sums = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Self { sums, rest: Vec::new(), length: 0 }
    }
}

impl Md5 {
    /// Takes in more bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if !self.rest.is_empty() {
            let wanted = bytes.len().min(BLOCK - self.rest.len());
            self.rest.extend_from_slice(&bytes[..wanted]);
            bytes = &bytes[wanted..];
            if self.rest.len() < BLOCK {
                return;
            }
        }
        let rest = std::mem::take(&mut self.rest);
        let (blocks, after) = bytes.as_chunks::<BLOCK>();
        for block in rest.as_chunks::<BLOCK>().0.iter().chain(blocks) {
            self.mix(block);
        }
        self.rest.extend_from_slice(after);
    }

    /// The sum of all.
    #[must_use]
    pub fn finish(mut self) -> [u8; 16] {
        // One bit, as few zeros as fill a block, and how many bits there were.
        let bits = (self.length * 8).to_le_bytes();
        let zeros = (2 * BLOCK - 9 - self.rest.len()) % BLOCK;
        self.update(&[0x80]);
        self.update(&[0; BLOCK][..zeros]);
        self.update(&bits);
        let mut sum = [0; 16];
        for (four, word) in sum.chunks_exact_mut(4).zip(self.sums) {
            four.copy_from_slice(&word.to_le_bytes());
        }
        sum
    }

    fn mix(&mut self, block: &[u8; BLOCK]) {
        let mut words = [0; BLOCK / 4];
        for (word, four) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*four);
        }
        let [mut a, mut b, mut c, mut d] = self.sums;
        for (step, sine) in SINES.into_iter().enumerate() {
            let round = step / 16;
            let (mixed, at) = match round {
                0 => (b & c | !b & d, step),
                1 => (b & d | c & !d, 5 * step + 1),
                2 => (b ^ c ^ d, 3 * step + 5),
                _ => (c ^ (b | !d), 7 * step),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(words[at % 16]);
            let turned = sum.rotate_left(TURNS[round][step % 4]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
        }
        for (sum, more) in self.sums.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(more);
        }
    }
}
