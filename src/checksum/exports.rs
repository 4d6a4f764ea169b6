//! The exports of `checksum.wasm`. They take and return numbers only, so that the wasm needs no glue and imports nothing.
//! The caller writes bytes to the address that [`begin`] returns. An instance computes one checksum at a time.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::crc32c::Tables;
use super::md5::Md5;

/// How many bytes [`update`] takes at most.
const STEP: usize = 1 << 20;

/// The checksum of the bytes so far.
enum Sum {
    Crc32c(u32),
    Md5(Md5),
}

struct State {
    tables: Tables,
    sum: Sum,
    /// Holds the next bytes of the input and, at the end, the checksum.
    bytes: [u8; STEP],
}

thread_local! {
    static STATE: RefCell<State> = const {
        RefCell::new(State { tables: Tables::EMPTY, sum: Sum::Crc32c(0), bytes: [0; STEP] })
    };
}

/// Begins a checksum: MD5 or CRC32C. Returns the address to write bytes to.
#[wasm_bindgen]
#[must_use]
pub fn begin(is_md5: bool) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.tables.fill();
        state.sum = if is_md5 { Sum::Md5(Md5::default()) } else { Sum::Crc32c(0) };
        state.bytes.as_mut_ptr()
    })
}

/// Adds the first `length` of the written bytes to the checksum.
#[wasm_bindgen]
pub fn update(length: usize) {
    STATE.with_borrow_mut(|State { tables, sum, bytes }| {
        let bytes = &bytes[..length.min(STEP)];
        match sum {
            Sum::Crc32c(crc) => *crc = tables.update(*crc, bytes),
            Sum::Md5(md5) => md5.update(bytes),
        }
    });
}

/// Ends the checksum. Writes it to the same address, and returns its length in bytes.
#[wasm_bindgen]
#[must_use]
pub fn finish() -> usize {
    STATE.with_borrow_mut(|State { sum, bytes, .. }| match sum {
        Sum::Crc32c(crc) => put(bytes, &crc.to_be_bytes()),
        Sum::Md5(md5) => put(bytes, &md5.clone().finish()),
    })
}

fn put(bytes: &mut [u8], sum: &[u8]) -> usize {
    for (place, byte) in bytes.iter_mut().zip(sum) {
        *place = *byte;
    }
    sum.len()
}
