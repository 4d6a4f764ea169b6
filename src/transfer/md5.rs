//! MD5 (RFC 1321), for stores that verify a part by nothing newer. It finds what changed by accident, and
//! protects from nobody.

/// Bytes.
const BLOCK: usize = 64;

const SINE_OF_1: f64 = 0.841_470_984_807_896_5;
const COSINE_OF_1: f64 = 0.540_302_305_868_139_8;

/// How far the steps of each round turn their sums. Bits.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The MD5 of the bytes so far.
#[derive(Clone, Debug)]
pub struct Md5 {
    sums: [u32; 4],
    /// The whole part of 2³² times the sine of each number from 1 to 64, without its sign.
    sines: [u32; BLOCK],
    /// The bytes that do not fill a block yet come first.
    block: [u8; BLOCK],
    /// Bytes.
    length: u64,
}

impl Default for Md5 {
    fn default() -> Self {
        let mut sines = [0; BLOCK];
        // Each follows from the two before it: sin(n + 1) = 2 cos(1) sin(n) - sin(n - 1).
        let (mut before, mut sine) = (0.0, SINE_OF_1);
        for place in &mut sines {
            *place = (sine.abs() * 4_294_967_296.0) as u32;
            (before, sine) = (sine, 2.0 * COSINE_OF_1 * sine - before);
        }
        let sums = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Self { sums, sines, block: [0; BLOCK], length: 0 }
    }
}

impl Md5 {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.block[self.length as usize % BLOCK] = *byte;
            self.length += 1;
            if self.length.is_multiple_of(BLOCK as u64) {
                self.mix();
            }
        }
    }

    /// The sum of all.
    #[must_use]
    pub fn finish(mut self) -> [u8; 16] {
        // One bit, zeros until a block has room for nothing but how many bits there were, and that.
        let bits = (self.length * 8).to_le_bytes();
        self.update(&[0x80]);
        while self.length as usize % BLOCK != BLOCK - bits.len() {
            self.update(&[0]);
        }
        self.update(&bits);
        let mut sum = [0; 16];
        for (four, word) in sum.chunks_exact_mut(4).zip(self.sums) {
            four.copy_from_slice(&word.to_le_bytes());
        }
        sum
    }

    fn mix(&mut self) {
        let words = self.block.as_chunks::<4>().0;
        let [mut a, mut b, mut c, mut d] = self.sums;
        for (step, sine) in self.sines.iter().enumerate() {
            let round = step / 16;
            let (mixed, at) = match round {
                0 => (b & c | !b & d, step),
                1 => (b & d | c & !d, 5 * step + 1),
                2 => (b ^ c ^ d, 3 * step + 5),
                _ => (c ^ (b | !d), 7 * step),
            };
            let word = u32::from_le_bytes(words[at % 16]);
            let sum = a.wrapping_add(mixed).wrapping_add(*sine).wrapping_add(word);
            let turned = sum.rotate_left(TURNS[round][step % 4]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
        }
        for (sum, more) in self.sums.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(more);
        }
    }
}
