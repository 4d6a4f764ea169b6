//! MD5 (RFC 1321), for stores that support no newer checksum. It detects accidental changes, but does not protect
//! from attacks.

/// The size of a block, in bytes.
const BLOCK: usize = 64;

/// By how many bits the steps of each round rotate their sums, repeated every four steps.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The integer part of 2³² × |sin(n)| for each `n` from 1 to 64.
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

/// The MD5 of the bytes so far.
#[derive(Clone, Debug)]
pub struct Md5 {
    sums: [u32; 4],
    /// Begins with the bytes that do not fill a block yet.
    block: [u8; BLOCK],
    /// The number of bytes so far.
    length: u64,
}

impl Default for Md5 {
    fn default() -> Self {
        let sums = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Self { sums, block: [0; BLOCK], length: 0 }
    }
}

impl Md5 {
    /// Adds bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        let pending = self.length as usize % BLOCK;
        self.length += bytes.len() as u64;
        if pending > 0 {
            let room = &mut self.block[pending..];
            let (filling, rest) = bytes.split_at(room.len().min(bytes.len()));
            let is_full = filling.len() == room.len();
            copy(room, filling);
            if !is_full {
                return;
            }
            mix(&mut self.sums, &self.block);
            bytes = rest;
        }
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        for block in blocks {
            mix(&mut self.sums, block);
        }
        copy(&mut self.block, rest);
    }

    /// Returns the MD5 of all bytes.
    #[must_use]
    pub fn finish(mut self) -> [u8; 16] {
        // The padding: a 1 bit, zeros until only the number of bits fits into the block, and that number.
        let bits = (self.length * 8).to_le_bytes();
        self.update(&[0x80]);
        while self.length as usize % BLOCK != BLOCK - bits.len() {
            self.update(&[0]);
        }
        self.update(&bits);
        let mut sum = [0; 16];
        for (four, word) in sum.as_chunks_mut::<4>().0.iter_mut().zip(self.sums) {
            *four = word.to_le_bytes();
        }
        sum
    }
}

/// Copies `bytes` to the beginning of `to`. Uses a loop, because `copy_from_slice` would add the message of a panic.
fn copy(to: &mut [u8], bytes: &[u8]) {
    for (place, byte) in to.iter_mut().zip(bytes) {
        *place = *byte;
    }
}

/// Mixes a block into the sums.
fn mix(sums: &mut [u32; 4], block: &[u8; BLOCK]) {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let mut mixed = *sums;
    round::<0>(&mut mixed, &words, |step| step, |b, c, d| d ^ (b & (c ^ d)));
    round::<1>(&mut mixed, &words, |step| 5 * step + 1, |b, c, d| c ^ (d & (b ^ c)));
    round::<2>(&mut mixed, &words, |step| 3 * step + 5, |b, c, d| b ^ c ^ d);
    round::<3>(&mut mixed, &words, |step| 7 * step, |b, c, d| c ^ (b | !d));
    for (sum, more) in sums.iter_mut().zip(mixed) {
        *sum = sum.wrapping_add(more);
    }
}

/// Performs one of the four rounds, in 16 steps. It is inlined and unrolled, so that no index is left to compute.
#[inline(always)]
fn round<const ROUND: usize>(
    sums: &mut [u32; 4],
    words: &[u32; 16],
    place: impl Fn(usize) -> usize,
    combine: impl Fn(u32, u32, u32) -> u32,
) {
    let [mut a, mut b, mut c, mut d] = *sums;
    let step = |step: usize, a: u32, b: u32, c: u32, d: u32| {
        let word = words[place(step) % 16].wrapping_add(SINES[16 * ROUND + step]);
        let sum = a.wrapping_add(combine(b, c, d)).wrapping_add(word);
        b.wrapping_add(sum.rotate_left(TURNS[ROUND][step % 4]))
    };
    let mut four = |first: usize| {
        a = step(first, a, b, c, d);
        d = step(first + 1, d, a, b, c);
        c = step(first + 2, c, d, a, b);
        b = step(first + 3, b, c, d, a);
    };
    // Unrolled, so that the compiler knows every index.
    four(0);
    four(4);
    four(8);
    four(12);
    *sums = [a, b, c, d];
}
