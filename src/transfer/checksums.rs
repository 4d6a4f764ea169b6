//! How a store verifies a part: by a sum that is computed before the part is sent. The backend says which,
//! because it knows the store.

use std::rc::Rc;

use super::crc32c::Tables;
use super::md5::Md5;

/// What a store verifies parts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checksums {
    /// CRC32C, unless the backend says otherwise.
    #[default]
    Crc32c,
    /// MD5, which every store knows.
    Md5,
    /// Nothing.
    None,
}

/// The sum of the bytes so far.
#[derive(Debug)]
pub enum Sum {
    /// With the tables to look it up in.
    Crc32c(Rc<Tables>, u32),
    /// Without tables.
    Md5(Box<Md5>),
}

impl Sum {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32c(tables, crc) => *crc = tables.update(*crc, bytes),
            Self::Md5(md5) => md5.update(bytes),
        }
    }

    /// The sum in base64, as its header has it.
    #[must_use]
    pub fn finish(self) -> String {
        match self {
            Self::Crc32c(_, crc) => to_base64(&crc.to_be_bytes()),
            Self::Md5(md5) => to_base64(&md5.finish()),
        }
    }
}

/// Base64 (RFC 4648), padded.
#[must_use]
pub fn to_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > three.len() { '=' } else { char::from(digit) });
        }
    }
    text
}
