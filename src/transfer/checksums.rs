//! How a store verifies a part: by a sum that is computed before the part is sent. The backend says which,
//! because it knows the store. `crate::checksum` computes it.

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
