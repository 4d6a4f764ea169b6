//! The checksums by which a store verifies a part. This module is a wasm of its own (the feature `checksum`), compiled for
//! speed and loaded for files in parts only. It knows no file, no browser and no upload.

pub mod crc32c;
#[cfg(feature = "checksum")]
mod exports;
pub mod md5;
