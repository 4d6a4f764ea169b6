//! The checksum with which a store verifies a part. The page computes it before it sends the part, with
//! `crate::checksum`. The backend says which one, because it knows the store.

/// The algorithm of a part's checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checksums {
    /// CRC32C, the default.
    #[default]
    Crc32c,
    /// MD5, which every store supports.
    Md5,
    /// No checksum.
    None,
}
