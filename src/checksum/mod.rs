//! Checksums, by which a store verifies a part. This module is a wasm of its own (the feature `checksum`), compiled
//! for speed and loaded only for files in parts. It knows nothing of files, browsers or uploads.

pub mod crc32c;
#[cfg(feature = "checksum")]
mod exports;
pub mod md5;
